package service

import (
	"context"
	"fmt"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/repository"
)

const (
	// MaxJWTLife is the longest that a JWT may live.
	MaxJWTLife = 15 * time.Minute
	// KeySetAge is how long others may keep the key set.
	KeySetAge = 5 * time.Minute
	// publishFirst is how long a key is in the key set before it signs: who keeps
	// the key set for its age knows the key by then.
	publishFirst = 3 * KeySetAge
	// clockSkew is by how much the clocks of nodes may differ.
	clockSkew = time.Minute
)

// SigningKeys keeps the keys that JWTs are signed with. All that are not retired
// are in the key set, and signatures by them are accepted. The newest that has
// been there for long enough signs; all nodes find that out from the same rows.
type SigningKeys struct {
	Store       *repository.Store
	Keys        *Keys
	Propagation *Propagation
	Algorithm   string // of new keys
	Now         func() time.Time
}

// signingKey is a key as it is open.
type signingKey struct {
	*signing.Key
	number    int
	createdAt time.Time
}

// The states of a signing key.
const (
	KeyNext    = "next"    // in the key set, and does not sign yet
	KeyCurrent = "current" // signs
	KeyOlder   = "older"   // has signed; JWTs by it may live
	KeyRetired = "retired" // JWTs by it are refused
)

// SigningKeyInfo is what people may know of a signing key.
type SigningKeyInfo struct {
	Number    int        `json:"number"`
	ID        string     `json:"id"` // in the key set
	Algorithm string     `json:"algorithm"`
	State     string     `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
	SignsFrom time.Time  `json:"signs_from"`
	RetiredAt *time.Time `json:"retired_at"`
	// DoneAt is when the last JWT by an older key has ended; nil for others.
	DoneAt *time.Time `json:"done_at"`
}

// List is all signing keys, oldest first.
func (s *SigningKeys) List(ctx context.Context) ([]SigningKeyInfo, error) {
	rows, err := s.Store.Keys.All(ctx)
	if err != nil {
		return nil, err
	}
	var infos []SigningKeyInfo
	for _, row := range rows {
		if row.Kind != kindSigning {
			continue
		}
		value, err := s.Keys.Root.Open(row.Sealed, sealContext(row.Kind, row.Number))
		if err != nil {
			return nil, fmt.Errorf("open signing key %d with the root key: %w", row.Number, err)
		}
		key, err := signing.Parse(value)
		if err != nil {
			return nil, fmt.Errorf("read signing key %d: %w", row.Number, err)
		}
		infos = append(infos, SigningKeyInfo{
			Number: row.Number, ID: key.ID, Algorithm: key.Algorithm(),
			CreatedAt: row.CreatedAt, SignsFrom: row.CreatedAt.Add(publishFirst), RetiredAt: row.RetiredAt,
		})
	}
	judgeSigningKeys(infos, s.Now())
	return infos, nil
}

// judgeSigningKeys fills in the states. Keys are in order of age.
func judgeSigningKeys(infos []SigningKeyInfo, now time.Time) {
	var replacedAt *time.Time // of the keys that are older than the one looked at
	first := -1
	for i := len(infos) - 1; i >= 0; i-- {
		info := &infos[i]
		switch {
		case info.RetiredAt != nil:
			info.State = KeyRetired
			continue
		case replacedAt != nil:
			info.State, info.DoneAt = KeyOlder, new(replacedAt.Add(MaxJWTLife+clockSkew))
			replacedAt = &info.SignsFrom
		case !now.Before(info.SignsFrom):
			info.State, replacedAt = KeyCurrent, &info.SignsFrom
		default:
			info.State = KeyNext
		}
		first = i
	}
	if first >= 0 && replacedAt == nil { // none has been there for long enough
		infos[first].State, infos[first].SignsFrom = KeyCurrent, infos[first].CreatedAt
	}
}

// signerAt is the key that signs at a moment; nil if there is none. It agrees with
// judgeSigningKeys.
func (o *openKeys) signerAt(now time.Time) *signing.Key {
	for i := len(o.jwt) - 1; i > 0; i-- {
		if !now.Before(o.jwt[i].createdAt.Add(publishFirst)) {
			return o.jwt[i].Key
		}
	}
	if len(o.jwt) == 0 {
		return nil
	}
	return o.jwt[0].Key
}

// KeySet is the public halves of all keys that are not retired, as RFC 7517 has
// them. What it gives is not to be changed.
func (k *Keys) KeySet() (jwkset.JWKSMarshal, error) {
	set := jwkset.JWKSMarshal{Keys: []jwkset.JWKMarshal{}}
	for _, key := range k.open.Load().jwt {
		public, err := key.Public()
		if err != nil {
			return set, fmt.Errorf("signing key %d: %w", key.number, err)
		}
		set.Keys = append(set.Keys, public)
	}
	return set, nil
}
