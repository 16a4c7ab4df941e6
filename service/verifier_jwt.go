package service

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
)

// proveJWT finds out which token a JWT was issued for, and judges the JWT by what
// has become of that since. The token of the answer has the rights of the JWT
// alone, and ends with it.
func (v *Verifier) proveJWT(ctx context.Context, text string, look Look) (answer Answer, err error) {
	if strings.Count(text, ".") != 2 {
		return Answer{Code: CodeMalformed, AsOf: v.Now()}, nil
	}
	if look == (Look{}) {
		if look, err = v.Look(); err != nil {
			return Answer{}, err
		}
	}
	answer.AsOf, answer.Code = look.at, CodeUnknown
	claims, ok := v.Keys.open.Load().readJWT(text)
	if !ok {
		return answer, nil
	}
	tok, err := v.Cache.Token(ctx, claims.ClientID)
	if model.IsKind(err, model.KindNotFound) {
		return answer, nil
	}
	if err != nil {
		return Answer{}, err
	}
	answer.JWT, answer.Token, answer.Generation = claims, tok.narrowed(claims), claims.Generation
	answer.Code = tok.judgeJWT(&answer)
	answer.Account, err = v.Cache.Account(ctx, tok.AccountID)
	return answer, err
}

// readJWT is the claims of a JWT that one of the keys has signed, and that has all
// that it needs. Signatures that were good are remembered until the keys change.
func (o *openKeys) readJWT(text string) (*signing.Claims, bool) {
	sum := sha256.Sum256([]byte(text))
	if claims, ok := o.proven.GetIfPresent(sum); ok {
		return claims, true
	}
	claims := &signing.Claims{}
	if signing.Read(text, o.verifying(), claims) != nil || claims.ExpiresAt == nil || claims.IssuedAt == nil {
		return nil, false
	}
	o.proven.Set(sum, claims)
	return claims, true
}

// verifying is the keys whose signatures are accepted.
func (o *openKeys) verifying() []*signing.Key {
	keys := make([]*signing.Key, len(o.jwt))
	for i := range o.jwt {
		keys[i] = o.jwt[i].Key
	}
	return keys
}

// judgeJWT judges the JWT of an answer by the secret that it was issued for, and
// by the rights that were taken away since.
func (c *Cached) judgeJWT(answer *Answer) string {
	claims := answer.JWT
	if claims.Generation != c.Generation() {
		answer.Previous = true
		end, ok := c.endOf(claims.Generation)
		if !ok || answer.AsOf.UnixMicro() >= end {
			return CodeRotated
		}
	}
	if claims.RightsEpoch != int(c.epoch) {
		return CodeRevoked
	}
	return CodeOK
}

// endOf is when a replaced secret ends; false if it is forgotten.
func (c *Cached) endOf(generation int) (int64, bool) {
	for i := range c.previous {
		if int(c.previous[i].generation) == generation {
			return c.previous[i].expires, true
		}
	}
	return 0, false
}

// narrowed is the token with no more than the rights and the life of a JWT.
func (c *Cached) narrowed(claims *signing.Claims) *Cached {
	n := &Cached{
		ID: c.ID, AccountID: c.AccountID, Name: c.Name, Version: c.Version, Metadata: c.Metadata, Claims: c.Claims,
		networks: c.networks, previous: c.previous, secret: c.secret, epoch: c.epoch, ends: c.ends, origin: c,
	}
	granted := strings.Fields(claims.Scope)
	for _, scope := range c.Scopes {
		if slices.Contains(granted, scope) {
			n.Scopes = append(n.Scopes, scope)
		}
	}
	if end := claims.ExpiresAt.UnixMicro(); n.ends.expires == 0 || end < n.ends.expires {
		n.ends.expires = end
	}
	return n
}
