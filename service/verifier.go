package service

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// The codes of an answer, in the order in which they are looked for.
const (
	CodeOK                = "ok"
	CodeMalformed         = "malformed"
	CodeUnknown           = "unknown"
	CodeRotated           = "rotated"
	CodeRevoked           = "revoked"
	CodeAccountDisabled   = "account_disabled"
	CodeDisabled          = "disabled"
	CodeExpired           = "expired"
	CodeIPDenied          = "ip_denied"
	CodeVersionRetired    = "version_retired"
	CodeVersionMismatch   = "version_mismatch"
	CodeNoSuchRoute       = "no_such_route"
	CodePathDenied        = "path_denied"
	CodeInsufficientScope = "insufficient_scope"
)

// Question is what a service asks about a secret. What is given must all hold.
type Question struct {
	Secret  string
	JWT     bool   // Secret may be a JWT, and who asks is told whom it is meant for
	TokenID string // of the token that it is said to belong to; empty if nobody says
	Scopes  []string
	Any     bool // one of Scopes suffices
	Method  string
	Path    string // with Method, the route
	Version string
	IP      netip.Addr // who presents the secret; the zero Addr if that is not known
	Caller  string     // the id of the asking service's token; for the usage
	Look    Look       // if one was taken since the question arrived
}

// Look is a moment at which the node held its lease. All that was acknowledged
// before it is in what the node answers afterwards.
type Look struct{ at time.Time }

// Answer is whether a secret is good and may do what was asked. Until the
// secret itself has been proven, it holds no more than Code and AsOf.
type Answer struct {
	Code    string
	Token   *Cached
	Account *model.Account
	// Previous reports that the secret is one that a rotation replaced.
	Previous      bool
	Generation    int // of the secret
	MissingScopes []string
	AsOf          time.Time // what was acknowledged before is in the answer

	// VersionState is that of the token's API version, if people are to leave it
	// and the answer got as far as that; else it is empty. Deprecation and Sunset
	// are its dates; nil if the catalog has none.
	VersionState        model.VersionState
	Deprecation, Sunset *time.Time

	JWT *signing.Claims // of the JWT that was judged; nil for a secret

	judged []string // the scopes that were looked for; nil if it did not get so far
	decoy  *Cached  // whose secret it is, if that is a decoy; nothing else is told of it
}

// Valid reports whether everything that was asked holds.
func (a Answer) Valid() bool { return a.Code == CodeOK }

// Verifier answers questions about secrets.
type Verifier struct {
	Cache *Cache
	Keys  *Keys
	Node  *Node
	Usage *Usage
	Now   func() time.Time
	// Decoys is told of decoys that are presented; nil if nobody is to be told.
	Decoys *Decoys

	Checks Checks // answered by Verify
}

// Verify judges a secret. An error means that there is no answer at the moment:
// it has code "try_again" when the database cannot be asked or this node holds
// no lease.
func (v *Verifier) Verify(ctx context.Context, q Question) (answer Answer, err error) {
	defer func() {
		if err != nil {
			answer.Code = noAnswer
		}
		v.Checks.Add(answer.Code)
	}()
	answer, err = v.judge(ctx, q)
	if err != nil || answer.Token == nil {
		return answer, err
	}
	v.Usage.Record(Use{
		TokenID: answer.Token.ID, Code: answer.Code, Scopes: answer.judged, Caller: q.Caller,
		Previous: answer.Previous, IP: q.IP, At: answer.AsOf,
	})
	return answer, nil
}

// judge is Verify without a trace, but of decoys.
func (v *Verifier) judge(ctx context.Context, q Question) (Answer, error) {
	answer, err := v.prove(ctx, q.Secret, q.Look)
	if q.JWT && answer.Code == CodeMalformed {
		answer, err = v.proveJWT(ctx, q.Secret, q.Look)
	}
	if answer.decoy != nil {
		v.Decoys.Raise(answer.decoy, q, answer.AsOf)
	}
	if err != nil || answer.Token == nil {
		return answer, err
	}
	if q.TokenID != "" && q.TokenID != answer.Token.ID {
		return Answer{Code: CodeUnknown, AsOf: answer.AsOf}, nil
	}
	if answer.Code == CodeOK {
		answer.Code = v.state(&answer, q.IP)
	}
	if answer.Code == CodeOK {
		if err := v.rights(ctx, &answer, q); err != nil {
			return Answer{}, err
		}
	}
	return answer, nil
}

// Look looks at the lease, before anybody looks into the cache. Without a lease
// the error has code "try_again".
func (v *Verifier) Look() (Look, error) {
	at := v.Now()
	if !v.Node.Holds() {
		return Look{}, model.Unavailable()
	}
	return Look{at}, nil
}

// prove finds out whose secret it is.
func (v *Verifier) prove(ctx context.Context, text string, look Look) (Answer, error) {
	presented, err := secret.Parse(text)
	if err != nil {
		return Answer{Code: CodeMalformed, AsOf: v.Now()}, nil //nolint:nilerr // it is an answer
	}
	if look == (Look{}) {
		if look, err = v.Look(); err != nil {
			return Answer{}, err
		}
	}
	answer := Answer{AsOf: look.at}
	tok, err := v.find(ctx, presented, &answer)
	if model.IsKind(err, model.KindNotFound) {
		answer.Code = CodeUnknown
		return answer, nil
	}
	if err != nil {
		return Answer{}, err
	}
	if answer.Code == CodeUnknown {
		return answer, nil
	}
	if tok.decoy {
		return Answer{Code: CodeUnknown, AsOf: look.at, decoy: tok}, nil
	}
	answer.Token = tok
	answer.Account, err = v.Cache.Account(ctx, tok.AccountID)
	return answer, err
}

// findTries is how often the token of a secret is looked up, if what is found and
// the keys are not of one moment.
const findTries = 3

// find finds the token that a secret is said to be of, and judges the secret by
// it.
func (v *Verifier) find(ctx context.Context, presented secret.Secret, answer *Answer) (*Cached, error) {
	for range findTries {
		keys := v.Keys.open.Load() // before the token: a pepper goes only when no token needs it
		tok, err := v.Cache.Token(ctx, presented.ID())
		if err != nil {
			return nil, err
		}
		answer.Code = v.match(keys, presented, tok, answer)
		if answer.Code != CodeUnknown || !keys.lack(tok, answer.AsOf) {
			return tok, nil
		}
		// The peppers have changed since one of the two was loaded.
		if err := v.Keys.Load(ctx); err != nil {
			return nil, err
		}
		v.Cache.Drop(repository.ChangeToken, tok.ID)
	}
	return nil, model.Unavailable()
}

// lack reports whether a secret of the token that could still be accepted has its
// digest under a pepper that is not open.
func (o *openKeys) lack(tok *Cached, at time.Time) bool {
	if tok.ends.revoked != 0 {
		return false
	}
	for i := range tok.previous {
		if at.UnixMicro() < tok.previous[i].expires && o.peppers[int(tok.previous[i].pepper)] == nil {
			return true
		}
	}
	return o.peppers[int(tok.secret.pepper)] == nil
}

// provenOnce is in the place of the sum for a token whose secret was proven once.
// Most that are asked about once are not again, and the sum takes memory. No
// secret has the sum zero.
var provenOnce [sha256.Size]byte

// match compares the digest with that of the current secret, then with those of
// the replaced ones.
func (v *Verifier) match(keys *openKeys, presented secret.Secret, tok *Cached, answer *Answer) string {
	sum := presented.Sum()
	proven := tok.proven.Load()
	if v.matches(keys, &sum, proven, &tok.secret, tok.ID) {
		switch proven {
		case nil:
			tok.proven.Store(&provenOnce)
		case &provenOnce:
			kept := sum
			tok.proven.Store(&kept)
		}
		answer.Generation = int(tok.secret.generation)
		return CodeOK
	}
	for i := range tok.previous {
		replaced := &tok.previous[i]
		if !v.matches(keys, &sum, nil, &replaced.digest, tok.ID) {
			continue
		}
		answer.Previous, answer.Generation = true, int(replaced.generation)
		if answer.AsOf.UnixMicro() >= replaced.expires {
			return CodeRotated
		}
		return CodeOK
	}
	return CodeUnknown
}

// matches compares in constant time, with the sum that is known to make the
// digest, if any, or else with the digest itself. A digest under an old pepper is
// made anew, so that old peppers can be retired.
func (v *Verifier) matches(keys *openKeys, sum, proven *[sha256.Size]byte, kept *digest, id string) bool {
	pepper := keys.peppers[int(kept.pepper)]
	switch {
	case pepper == nil:
		return false
	case proven != nil && subtle.ConstantTimeCompare(sum[:], proven[:]) == 1:
	case !pepper.Matches(*sum, kept.sum[:]):
		return false
	}
	if keys.pepper != pepper {
		renewed := keys.pepper.Digest(*sum)
		v.Usage.Redigest(id, kept.secret(), model.Secret{Digest: renewed[:], Pepper: keys.pepper.Number})
	}
	return true
}

// state judges the token itself.
func (v *Verifier) state(answer *Answer, ip netip.Addr) string {
	tok := answer.Token
	status := tok.status(answer.AsOf)
	switch {
	case status == model.StatusRevoked:
		return CodeRevoked
	case answer.Account.State != model.AccountActive:
		return CodeAccountDisabled
	case status == model.StatusDisabled:
		return CodeDisabled
	case status == model.StatusExpired:
		return CodeExpired
	case !allowed(tok.networks, ip):
		return CodeIPDenied
	}
	return CodeOK
}

// allowed reports whether an address is in one of the networks. IPv4 addresses
// that are mapped into IPv6 count as IPv4.
func allowed(networks []netip.Prefix, ip netip.Addr) bool {
	if len(networks) == 0 {
		return true
	}
	ip = ip.Unmap().WithZone("")
	for _, network := range networks {
		if network.Contains(ip) {
			return true
		}
	}
	return false
}
