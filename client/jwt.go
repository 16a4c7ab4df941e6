package client

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
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

	// keySetAge is how old the keys of the server may be.
	keySetAge = 5 * time.Minute
	// newKeys is the least time between two looks for a key that is not known.
	newKeys = time.Second
	// maxList bounds the bytes of a list.
	maxList = 1 << 20
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

// jwtClaims are those that count, of a JWT whose signature is proven.
type jwtClaims struct {
	Issuer      string   `json:"iss"`
	Audience    audience `json:"aud"`
	Expires     int64    `json:"exp"`
	ClientID    string   `json:"client_id"`
	Scope       string   `json:"scope"`
	AccountID   string   `json:"account_id"`
	AccountType string   `json:"account_type"`
	APIVersion  string   `json:"api_version"`
	Status      struct {
		List *struct {
			Index int    `json:"idx"`
			URI   string `json:"uri"`
		} `json:"status_list"`
	} `json:"status"`

	keyID string
}

// audience is one text, or several.
type audience []string

// UnmarshalJSON reads either.
func (a *audience) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(a))
	}
	*a = make(audience, 1)
	return json.Unmarshal(data, &(*a)[0])
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
	if err != nil || code != "" {
		return &Answer{Code: code, AsOf: time.Now()}, err
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

// read reads a JWT; the code says why it is no good.
func (v *JWTVerifier) read(ctx context.Context, text string) (*jwtClaims, VerificationCode, error) {
	sum := sha256.Sum256([]byte(text))
	v.mu.Lock()
	claims := v.verified[sum]
	v.mu.Unlock()
	keys, _, err := v.keys.get(ctx, keySetAge, v.readKeys)
	if err != nil {
		return nil, "", err
	}
	if claims != nil && keys[claims.keyID] != nil {
		return claims, "", nil
	}
	parsed, ok := parseJWS(text)
	if !ok {
		return nil, VerificationCodeMalformed, nil
	}
	claims = &jwtClaims{keyID: parsed.header.KeyID}
	if good, err := v.proven(ctx, parsed, "at+jwt"); !good || err != nil {
		return nil, VerificationCodeUnknown, err
	}
	if json.Unmarshal(parsed.payload, claims) != nil || claims.Issuer != v.options.Issuer || claims.ClientID == "" || claims.Status.List == nil {
		return nil, VerificationCodeUnknown, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for other := range v.verified {
		if len(v.verified) < v.options.Size {
			break
		}
		delete(v.verified, other)
	}
	v.verified[sum] = claims
	return claims, "", nil
}

// proven reports whether one of the server's keys has signed a JWT of that type.
func (v *JWTVerifier) proven(ctx context.Context, j *jws, kind string) (bool, error) {
	if j.header.Type != kind || len(j.header.Critical) > 0 {
		return false, nil
	}
	keys, begun := v.keys.last()
	if keys[j.header.KeyID] == nil && time.Since(begun) > newKeys {
		var err error
		if keys, _, err = v.keys.get(ctx, 0, v.readKeys); err != nil && !errors.Is(err, errTooOld) {
			return false, err
		}
	}
	key := keys[j.header.KeyID]
	return key != nil && key(j.signed, j.signature), nil
}

func (v *JWTVerifier) readKeys(ctx context.Context) (map[string]publicKey, time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, v.options.Timeout)
	defer cancel()
	sent := time.Now()
	set, err := v.client.KeySet(ctx)
	return publicKeys(set), sent, err
}

// place is the number of the list in which a JWT stands.
func (v *JWTVerifier) place(claims *jwtClaims) (int, error) {
	number, ok := strings.CutPrefix(claims.Status.List.URI, v.options.Issuer+"/status-lists/")
	if !ok || claims.Status.List.Index < 0 {
		return 0, errors.New("the status list is another issuer's")
	}
	return strconv.Atoi(number)
}

// list is the bits of a status list, and a moment: what was acknowledged before
// is in them.
func (v *JWTVerifier) list(ctx context.Context, number int) ([]byte, time.Time, error) {
	v.mu.Lock()
	list := v.lists[number]
	if list == nil {
		list = &refreshed[[]byte]{}
		v.lists[number] = list
	}
	v.mu.Unlock()
	return list.get(ctx, v.options.Bound, func(ctx context.Context) ([]byte, time.Time, error) {
		ctx, cancel := context.WithTimeout(ctx, v.options.Timeout)
		defer cancel()
		return v.readList(ctx, number)
	})
}

func (v *JWTVerifier) readList(ctx context.Context, number int) ([]byte, time.Time, error) {
	sent := time.Now()
	text, header, err := v.client.statusList(ctx, number)
	if err != nil {
		return nil, time.Time{}, err
	}
	parsed, ok := parseJWS(text)
	if ok {
		ok, err = v.proven(ctx, parsed, "statuslist+jwt")
	}
	var claims struct {
		Subject string `json:"sub"`
		Expires int64  `json:"exp"`
		List    struct {
			Bits int    `json:"bits"`
			List string `json:"lst"`
		} `json:"status_list"`
	}
	if err != nil || !ok || json.Unmarshal(parsed.payload, &claims) != nil ||
		claims.Subject != v.options.Issuer+"/status-lists/"+strconv.Itoa(number) || claims.List.Bits != 1 {
		return nil, time.Time{}, cmp.Or(err, errors.New("the server's status list is not signed by it, or is another one"))
	}
	bits, err := unpack(claims.List.List)
	if err == nil && !sent.Before(time.Unix(claims.Expires, 0)) {
		err = errTooOld
	}
	return bits, sent.Add(-age(header)), err
}

// age is how old an answer is, by what the server and caches on the way say.
func age(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Age"))
	if err != nil || seconds < 0 {
		return maxJWTBound
	}
	return time.Duration(seconds) * time.Second
}

func unpack(text string) ([]byte, error) {
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(io.LimitReader(reader, maxList))
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
