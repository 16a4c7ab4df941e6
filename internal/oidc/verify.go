package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/model"
)

const maxToken = 16 << 10

// Claims are what a verified token says. What it does not say is empty.
type Claims struct {
	Subject   string
	Account   string
	Member    string
	Name      string
	Operator  bool
	ExpiresAt time.Time
}

// Verify checks a token's signature, issuer, audience and times. Its error for a
// token that is no good has the code "bad_token" and does not quote it. While
// the keys are not known, or a new one cannot be looked up, it is of
// model.KindUnavailable.
func (p *Provider) Verify(ctx context.Context, raw string) (Claims, error) {
	keys := p.keys.Load()
	if keys == nil {
		return Claims{}, unavailable()
	}
	if len(raw) > maxToken || p.cfg.Audience == "" {
		return Claims{}, badToken(nil)
	}
	token, err := p.parse(ctx, raw, *keys)
	if errors.Is(err, jwkset.ErrKeyNotFound) {
		keys, err = p.refresh(ctx, keys)
		switch {
		case ctx.Err() != nil:
			return Claims{}, ctx.Err()
		case err != nil:
			return Claims{}, unavailable()
		}
		token, err = p.parse(ctx, raw, *keys)
	}
	if err != nil {
		return Claims{}, badToken(err)
	}
	return p.claims(token.Claims.(jwt.MapClaims))
}

func (p *Provider) parse(ctx context.Context, raw string, keys keyfunc.Keyfunc) (*jwt.Token, error) {
	return p.parser.ParseWithClaims(raw, jwt.MapClaims{}, func(token *jwt.Token) (any, error) {
		if _, has := token.Header["crit"]; has {
			return nil, errors.New("the token has extensions that must be understood") // and none is
		}
		return keys.KeyfuncCtx(ctx)(token)
	})
}

func (p *Provider) claims(all jwt.MapClaims) (Claims, error) {
	expires, err := all.GetExpirationTime()
	if err != nil || expires == nil {
		return Claims{}, badToken(err)
	}
	c := Claims{
		Subject:   textOf(all["sub"]),
		Account:   textOf(lookup(all, p.cfg.AccountClaim)),
		Member:    textOf(lookup(all, p.cfg.MemberClaim)),
		Name:      textOf(lookup(all, p.cfg.NameClaim)),
		Operator:  p.isOperator(all),
		ExpiresAt: expires.Time,
	}
	if c.Subject == "" {
		return Claims{}, model.Errorf(model.KindUnauthenticated, "bad_token", "The token has no subject.")
	}
	return c, nil
}

func (p *Provider) isOperator(all map[string]any) bool {
	if p.cfg.OperatorClaim == "" || p.cfg.OperatorValue == "" {
		return false
	}
	value := lookup(all, p.cfg.OperatorClaim)
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(item any) bool { return textOf(item) == p.cfg.OperatorValue })
	}
	return textOf(value) == p.cfg.OperatorValue
}

// lookup finds a claim by its name, else by a path of names: a name may itself
// have dots, as "https://example.com/org" has. It is nil if there is none.
func lookup(claims map[string]any, path string) any {
	if path == "" {
		return nil
	}
	if value, have := claims[path]; have {
		return value
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if inner, ok := claims[path[:i]].(map[string]any); ok {
			if value := lookup(inner, path[i+1:]); value != nil {
				return value
			}
		}
	}
	return nil
}

// textOf is a claim of one value as a text; empty for others.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return strings.ToValidUTF8(v, "")
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// badToken says no more of the cause than helps an honest caller.
func badToken(cause error) error {
	message := "The token is not valid here."
	switch {
	case errors.Is(cause, jwt.ErrTokenMalformed):
		message = "The credential is not a well-formed token."
	case errors.Is(cause, jwt.ErrTokenExpired):
		message = "The token has expired."
	case errors.Is(cause, jwt.ErrTokenNotValidYet):
		message = "The token is not valid yet."
	case errors.Is(cause, jwt.ErrTokenInvalidAudience):
		message = "The token is meant for another audience."
	case errors.Is(cause, jwt.ErrTokenInvalidIssuer):
		message = "The token is of another issuer."
	}
	return model.Errorf(model.KindUnauthenticated, "bad_token", "%s", message)
}

func unavailable() error {
	return fmt.Errorf("keys of the identity provider: %w", model.Unavailable())
}
