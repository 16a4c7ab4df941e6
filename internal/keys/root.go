// Package keys seals what the database must not hold in clear: peppers and
// signing keys. One root key, kept in a file beside the server, opens them all.
package keys

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

const (
	keyLength = 32
	tagLength = 4 // of the root key's id in front of what it sealed
)

// ErrCannotOpen says that no root key at hand opens a sealed value.
var ErrCannotOpen = errors.New("none of the root keys opens it; is this the root key file of this database?")

// Root is the root key, and older ones that still open what they sealed. The
// first seals.
type Root struct{ keys []rootKey }

type rootKey struct {
	tag  [tagLength]byte
	aead cipher.AEAD
}

// NewKey makes 32 random bytes.
func NewKey() []byte {
	key := make([]byte, keyLength)
	_, _ = rand.Read(key) // never fails
	return key
}

// FormatRootKey is the line of a root key file that holds key.
func FormatRootKey(key []byte) string { return base64.StdEncoding.EncodeToString(key) + "\n" }

// ReadRoot reads a root key file: a line of base64 for each key of 32 bytes,
// the one that seals first. Empty lines and those with a # in front are
// ignored. A missing file gives an error that wraps fs.ErrNotExist; no error
// shows what the file holds.
func ReadRoot(path string) (*Root, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read root key: %w", err)
	}
	root := &Root{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != keyLength {
			return nil, fmt.Errorf("root key file %s, line %d: want 32 bytes in base64", path, number)
		}
		root.add(key)
	}
	if len(root.keys) == 0 {
		return nil, fmt.Errorf("root key file %s: it holds no key", path)
	}
	return root, nil
}

// CreateRoot makes a root key and writes it to a new file that only its owner
// may read. It is an error if the file exists.
func CreateRoot(path string) (*Root, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create root key: %w", err)
	}
	key := NewKey()
	_, err = file.WriteString(FormatRootKey(key))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("create root key: %w", err)
	}
	root := &Root{}
	root.add(key)
	return root, nil
}

// Exists reports whether there is a root key file at path.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Seal encrypts value with AES-256-GCM under the first root key. Open needs the
// same context, so that one sealed value cannot stand in for another.
func (r *Root) Seal(value []byte, context string) []byte {
	key := r.keys[0]
	return key.aead.Seal(key.tag[:], nil, value, []byte(context))
}

// Open decrypts what Seal made under any of the root keys, or gives
// ErrCannotOpen.
func (r *Root) Open(sealed []byte, context string) ([]byte, error) {
	for _, key := range r.keys {
		if !bytes.HasPrefix(sealed, key.tag[:]) {
			continue
		}
		if value, err := key.aead.Open(nil, nil, sealed[tagLength:], []byte(context)); err == nil {
			return value, nil
		}
	}
	return nil, ErrCannotOpen
}

// Current reports whether the first root key sealed the value.
func (r *Root) Current(sealed []byte) bool { return bytes.HasPrefix(sealed, r.keys[0].tag[:]) }

func (r *Root) add(key []byte) {
	sum := sha256.Sum256(append([]byte("tokenry root key id "), key...))
	r.keys = append(r.keys, rootKey{tag: [tagLength]byte(sum[:tagLength]), aead: newAEAD(key)})
}

func newAEAD(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of the wrong length
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return aead
}
