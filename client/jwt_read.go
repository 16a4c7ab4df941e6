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
	"strconv"
	"strings"
	"time"
)

const (
	// keySetAge is how old the keys of the server may be.
	keySetAge = 5 * time.Minute
	// newKeys is the least time between two looks for a key that is not known.
	newKeys = time.Second
	// maxList bounds the bytes of a list.
	maxList = 1 << 20
)

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
