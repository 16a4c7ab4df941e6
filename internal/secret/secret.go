// Package secret makes and reads the strings that programs present:
//
//	tkr_<id>_<body><check>
//
// The prefix tells people and scanners what it is; the id, 22 characters, is
// the token's; the body, 43 characters, is 32 random bytes; the check, 6
// characters, is the CRC-32/IEEE of all before it, so that a typo is noticed
// without a look-up. Numbers are base62 (0-9A-Za-z), big-endian, left-padded.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"log/slog"
	"regexp"
	"strings"
	"unsafe"

	"github.com/google/uuid"
)

const (
	idLength    = 22
	bodyLength  = 43
	checkLength = 6
	tailLength  = 1 + idLength + 1 + bodyLength + checkLength

	// MaxLength is the length of the longest secret, in bytes.
	MaxLength = 16 + tailLength
)

// ErrMalformed says that a string is not a secret: another form, or a check
// that does not fit.
var ErrMalformed = errors.New("malformed secret")

// NewID makes a token's id, a UUIDv7, so that ids sort by age. Accounts and all
// other things that need an id use the same form.
func NewID() string {
	id := uuid.Must(uuid.NewV7())
	return base62(id[:], idLength)
}

// Secret is a well-formed secret. Printing it shows no more than its prefix and
// id; only Reveal gives the text.
type Secret struct{ text string }

// New makes a secret for the token id, which must be from NewID.
func New(prefix, id string) Secret {
	var body [32]byte
	_, _ = rand.Read(body[:]) // never fails
	text := prefix + "_" + id + "_" + base62(body[:], bodyLength)
	sum := check(text)
	return Secret{text + string(sum[:])}
}

// Parse reads a secret. Any prefix of the right form is accepted, so that the
// configured one can change while older secrets live.
func Parse(text string) (Secret, error) {
	p := len(text) - tailLength
	if p < 2 || p > 16 || text[p] != '_' || text[p+1+idLength] != '_' || !isPrefix(text[:p]) ||
		!isBase62(text[p+1:p+1+idLength]) || !isBase62(text[p+2+idLength:]) {
		return Secret{}, ErrMalformed
	}
	at := len(text) - checkLength
	if sum := check(text[:at]); string(sum[:]) != text[at:] {
		return Secret{}, ErrMalformed
	}
	return Secret{text}, nil
}

// ID is the token's id.
func (s Secret) ID() string {
	p := len(s.text) - tailLength
	return s.text[p+1 : p+1+idLength]
}

// Prefix is what stands in front of the id.
func (s Secret) Prefix() string { return s.text[:len(s.text)-tailLength] }

// Hint is the last four characters of the body, so that people can tell
// secrets apart.
func (s Secret) Hint() string {
	at := len(s.text) - checkLength
	return s.text[at-4 : at]
}

// Sum is the SHA-256 of the text.
func (s Secret) Sum() [sha256.Size]byte {
	return sha256.Sum256(unsafe.Slice(unsafe.StringData(s.text), len(s.text)))
}

// Reveal is the text itself.
func (s Secret) Reveal() string { return s.text }

// String hides the secret part.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return s.text[:len(s.text)-bodyLength-checkLength] + "…"
}

// GoString hides the secret part.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret part.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret part.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func isPrefix(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func check(text string) (digits [checkLength]byte) {
	var number [4]byte
	binary.BigEndian.PutUint32(number[:], crc32.ChecksumIEEE(unsafe.Slice(unsafe.StringData(text), len(text))))
	putBase62(digits[:], number[:])
	return digits
}

// Redact replaces the secret part of everything in text that looks like a
// secret, whether its check fits or not.
func Redact(text string) string {
	if strings.Count(text, "_") < 2 {
		return text
	}
	return secretPattern.ReplaceAllString(text, "${1}…")
}

var secretPattern = regexp.MustCompile(`([a-z][a-z0-9]{1,15}_[0-9A-Za-z]{22}_)[0-9A-Za-z]{40,}`)
