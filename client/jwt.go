package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// CodeWrongAudience is the code of an answer about a JWT that is meant for others.
const CodeWrongAudience VerificationCode = "wrong_audience"

// ErrNoRoutes is the error of a JWTVerifier that is asked about a route.
var ErrNoRoutes = errors.New("a JWTVerifier knows no routes: ask by scope, or use a Verifier")

const (
	defaultJWTBound = 6 * time.Second
	minJWTBound     = 3 * time.Second // the server's list may be a second old, and is told to be two
	maxJWTBound     = time.Minute
)

// JWTVerifierOptions say what a JWTVerifier accepts.
type JWTVerifierOptions struct {
	// Issuer is the server's TOKENRY_PUBLIC_URL, exactly. Required.
	Issuer string
	// Audience is whom a JWT must be meant for: the resource by which programs ask
	// for it, or the Issuer for those that name none. Required.
	Audience string
	// Bound is how long after a right was taken away a JWT may still be accepted:
	// six seconds, unless set; 3 s to a minute.
	Bound time.Duration
	// Size is how many JWTs are remembered whose signature was good: 10,000, unless
	// set. Each takes about 1 KiB.
	Size int
	// Timeout is how long a call of the server may take: 5 s, unless set.
	Timeout time.Duration
}

// JWTVerifier checks short-lived JWTs in your own process. It reads the server's
// keys every few minutes and its status lists every few seconds while there are
// JWTs to check, and asks nothing else; so the Client needs no secret. It is safe
// for use by many goroutines.
//
// It knows what the JWT says and whether rights were taken away since: then it
// answers VerificationCodeRevoked, whatever the reason was. It judges no routes
// and no networks: the latter were judged when the JWT was issued.
type JWTVerifier struct {
	client  *Client
	options JWTVerifierOptions
	keys    refreshed[map[string]publicKey]

	mu       sync.Mutex
	lists    map[int]*refreshed[[]byte]
	verified map[[sha256.Size]byte]*jwtClaims
}

// NewJWTVerifier makes a JWTVerifier. It is an error if the options name no
// issuer or no audience. Nothing is read before the first check.
func NewJWTVerifier(c *Client, options JWTVerifierOptions) (*JWTVerifier, error) {
	if options.Issuer == "" || options.Audience == "" {
		return nil, errors.New("a JWTVerifier needs the issuer and the audience of the JWTs that it is to accept")
	}
	options.Bound = min(max(cmp.Or(options.Bound, defaultJWTBound), minJWTBound), maxJWTBound)
	options.Size = cmp.Or(options.Size, 10_000)
	options.Timeout = cmp.Or(options.Timeout, 5*time.Second)
	return &JWTVerifier{
		client: c, options: options, lists: map[int]*refreshed[[]byte]{}, verified: map[[sha256.Size]byte]*jwtClaims{},
	}, nil
}

// Verify answers a question whose Secret is a JWT. One that is no good is an
// answer; an error means that there is none, and must be taken for a refusal.
func (v *JWTVerifier) Verify(ctx context.Context, q Question) (*Answer, error) {
	if q.Method != "" || q.Path != "" {
		return nil, ErrNoRoutes
	}
	claims, code, err := v.read(ctx, q.Secret)
	if err != nil {
		return nil, err
	}
	if code != "" {
		return &Answer{Code: code, AsOf: time.Now()}, nil
	}
	list, err := v.place(claims)
	if err != nil {
		return &Answer{Code: VerificationCodeUnknown, AsOf: time.Now()}, nil //nolint:nilerr // it is an answer
	}
	bits, asOf, err := v.list(ctx, list)
	if err != nil {
		return nil, err
	}
	return v.judge(claims, bits, asOf, &q), nil
}

func (v *JWTVerifier) judge(claims *jwtClaims, bits []byte, asOf time.Time, q *Question) *Answer {
	expires := time.Unix(claims.Expires, 0)
	answer := &Answer{
		TokenID: claims.ClientID, AccountID: claims.AccountID, AccountType: claims.AccountType, Version: claims.APIVersion,
		Scopes: strings.Fields(claims.Scope), Audience: claims.Audience, ExpiresAt: &expires, AsOf: asOf,
	}
	place := claims.Status.List.Index
	missing := slices.DeleteFunc(slices.Clone(q.Scopes), func(scope string) bool { return slices.Contains(answer.Scopes, scope) })
	switch {
	case place/8 >= len(bits) || bits[place/8]>>(place%8)&1 == 1:
		answer.Code = VerificationCodeRevoked
	case !time.Now().Before(expires):
		answer.Code = VerificationCodeExpired
	case !slices.Contains(claims.Audience, v.options.Audience):
		return &Answer{Code: CodeWrongAudience, AsOf: asOf}
	case q.Version != "" && q.Version != claims.APIVersion:
		answer.Code = VerificationCodeVersionMismatch
	case len(missing) > 0 && (!q.Any || len(missing) == len(q.Scopes)):
		answer.Code, answer.MissingScopes = VerificationCodeInsufficientScope, missing
	default:
		answer.Valid, answer.Code = true, VerificationCodeOk
	}
	return answer
}
