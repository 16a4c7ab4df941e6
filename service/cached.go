package service

import (
	"crypto/sha256"
	"math"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"
	"unique"
	"unsafe"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Cached is what checks need of a token, kept small. It is shared and never
// changed, but for what is worked out once.
type Cached struct {
	ID        string
	AccountID string
	Name      string
	Version   string
	Scopes    []string // sorted
	Metadata  string   // as JSON
	Claims    string   // as JSON

	networks []netip.Prefix // of the allowed CIDRs
	previous []previous     // replaced secrets, latest first
	secret   digest
	epoch    int32 // of the rights
	decoy    bool
	ends     ends

	// proven is the SHA-256 of the current secret, once one that made its digest
	// was presented twice; it spares the next its HMAC.
	proven atomic.Pointer[[sha256.Size]byte]

	place  atomic.Pointer[statusPlace] // of its JWTs; nil until there is one
	origin *Cached                     // what a narrowed one was made of; nil for others
}

// digest is what is kept of a secret.
type digest struct {
	sum        [32]byte
	pepper     int32
	generation int32
}

type previous struct {
	digest
	expires int64 // in microseconds since 1970
}

// ends are moments in microseconds since 1970; 0 for never.
type ends struct{ expires, disabled, revoked int64 }

func newCached(tok *repository.Checked, replaced []model.PreviousSecret) (*Cached, error) {
	c := &Cached{
		ID: tok.ID, AccountID: shared(tok.AccountID), Name: tok.Name, Version: shared(tok.Version),
		Metadata: tok.MetadataJSON, Claims: tok.ClaimsJSON,
		secret: newDigest(tok.Secret, tok.Generation),
		epoch:  int32(tok.RightsEpoch),
		decoy:  tok.Decoy,
		ends:   ends{micros(tok.ExpiresAt), micros(tok.DisabledAt), micros(tok.RevokedAt)},
	}
	c.Scopes = make([]string, len(tok.Scopes))
	for i, scope := range tok.Scopes {
		c.Scopes[i] = shared(scope)
	}
	for _, s := range replaced {
		c.previous = append(c.previous, previous{newDigest(s.Secret, s.Generation), endOfSecret(s)})
	}
	for _, cidr := range tok.AllowedCIDRs {
		network, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, err
		}
		c.networks = append(c.networks, network)
	}
	return c, nil
}

// endOfSecret is when a replaced secret ends. One that somebody ended has ended by any
// clock, so that a node whose clock is behind does not accept it either.
func endOfSecret(s model.PreviousSecret) int64 {
	if s.EndedAt != nil {
		return math.MinInt64
	}
	return s.ExpiresAt.UnixMicro()
}

// shared is the text, in memory once for all tokens that have it.
func shared(text string) string { return unique.Make(text).Value() }

func newDigest(s model.Secret, generation int) digest {
	d := digest{pepper: int32(s.Pepper), generation: int32(generation)}
	copy(d.sum[:], s.Digest)
	return d
}

func (d *digest) secret() model.Secret {
	return model.Secret{Digest: slices.Clone(d.sum[:]), Pepper: int(d.pepper)}
}

func micros(at *time.Time) int64 {
	if at == nil {
		return 0
	}
	return at.UnixMicro()
}

// Generation of the current secret.
func (c *Cached) Generation() int { return int(c.secret.generation) }

// ExpiresAt is the first moment at which the token is refused; the zero Time
// for never.
func (c *Cached) ExpiresAt() time.Time {
	if c.ends.expires == 0 {
		return time.Time{}
	}
	return time.UnixMicro(c.ends.expires).UTC()
}

// CreatedAt is when the token was made, to the millisecond. It reports false if
// its id does not tell.
func (c *Cached) CreatedAt() (time.Time, bool) { return secret.TimeOf(c.ID) }

// status agrees with model.Token.Status.
func (c *Cached) status(now time.Time) model.Status {
	switch {
	case c.ends.revoked != 0:
		return model.StatusRevoked
	case c.ends.disabled != 0:
		return model.StatusDisabled
	case c.ends.expires != 0 && now.UnixMicro() >= c.ends.expires:
		return model.StatusExpired
	}
	return model.StatusActive
}

// entryOverhead is about what the cache itself needs for an entry, in bytes.
const entryOverhead = 150

// size is about what the entry takes of memory, in bytes.
func (c *Cached) size() uint32 {
	size := int(unsafe.Sizeof(*c)) + sha256.Size + entryOverhead + len(c.ID) + len(c.Name) +
		len(c.Scopes)*int(unsafe.Sizeof("")) + len(c.networks)*int(unsafe.Sizeof(netip.Prefix{})) +
		len(c.previous)*int(unsafe.Sizeof(previous{}))
	if len(c.Metadata) > len("{}") {
		size += len(c.Metadata)
	}
	if len(c.Claims) > len("{}") {
		size += len(c.Claims)
	}
	return uint32(size)
}
