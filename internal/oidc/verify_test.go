package oidc_test

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
)

func TestVerifyAccepts(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es, rs, ps, ed := newES256(t, "es"), newRSA(t, "rs", jwt.SigningMethodRS256), newRSA(t, "ps", jwt.SigningMethodPS256), newEdDSA(t, "ed")
	unnamed := newES256(t, "unnamed")
	is.publish(es, rs, ps, ed, unnamed)
	is.change(func() {
		is.keys = append(is.keys, map[string]any{"kty": "OKP", "crv": "Ed448", "kid": "new", "x": "AA"}, map[string]any{"kty": "EC"})
	})
	unnamed.jwk = nil // in the token's header
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, es, nil))

	soon := time.Now().Add(-10 * time.Second).Unix()
	tests := map[string]string{
		"ES256":                 is.token(t, es, nil),
		"RS256":                 is.token(t, rs, nil),
		"PS256":                 is.token(t, ps, nil),
		"EdDSA":                 is.token(t, ed, nil),
		"no key id":             is.token(t, unnamed, nil),
		"several audiences":     is.token(t, es, jwt.MapClaims{"aud": []string{"other", audience}}),
		"expired within leeway": is.token(t, es, jwt.MapClaims{"exp": soon}),
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			if claims, err := p.Verify(t.Context(), raw); err != nil || claims.Subject != "ada" {
				t.Errorf("Verify = %+v, %v", claims, err)
			}
		})
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es, rs := newES256(t, "es"), newRSA(t, "rs", jwt.SigningMethodRS256)
	enc := newES256(t, "enc")
	enc.jwk["use"] = "enc"
	oct := signer{jwt.SigningMethodHS256, []byte("shared"), map[string]any{"kty": "oct", "kid": "oct", "k": base64URL([]byte("shared"))}}
	is.publish(es, rs, enc, oct)
	stranger := newES256(t, "es")
	unknown := newES256(t, "unknown")
	p := newProvider(t, is, func(c *oidc.Config) { c.Algorithms = []string{"ES256", "RS256", "HS256", "none"} })
	good := is.token(t, es, nil)
	eventually(t, p, good)

	parts := strings.Split(good, ".")
	hour := time.Hour
	tests := map[string]string{
		"empty":                      "",
		"not a token":                "tkr_something",
		"too long":                   good + strings.Repeat("x", 20_000),
		"three dots":                 "..",
		"cut":                        good[:len(good)-4],
		"other claims":               parts[0] + "." + base64URL([]byte(`{"iss":"`+is.url+`","aud":"`+audience+`","sub":"eve","exp":9999999999}`)) + "." + parts[2],
		"no signature":               parts[0] + "." + parts[1] + ".",
		"alg none":                   is.token(t, signer{jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, es.jwk}, nil),
		"HS256 with the public key":  is.token(t, signer{jwt.SigningMethodHS256, publicPEM(t, rs), rs.jwk}, nil),
		"HS256 with the JWK":         is.token(t, signer{jwt.SigningMethodHS256, jwkText(t, rs), rs.jwk}, nil),
		"HS256 with a published key": is.token(t, oct, nil),
		"algorithm not configured":   is.token(t, signer{jwt.SigningMethodPS256, rs.key, rs.jwk}, nil),
		"key of another type":        is.token(t, signer{es.method, es.key, rs.jwk}, nil),
		"key for encryption":         is.token(t, enc, nil),
		"somebody else's key":        is.token(t, stranger, nil),
		"unknown key":                is.token(t, unknown, nil),
		"another issuer":             is.token(t, es, jwt.MapClaims{"iss": is.url + "/"}),
		"no issuer":                  is.token(t, es, jwt.MapClaims{"iss": nil}),
		"another audience":           is.token(t, es, jwt.MapClaims{"aud": "https://other.example.com"}),
		"no audience":                is.token(t, es, jwt.MapClaims{"aud": nil}),
		"expired":                    is.token(t, es, jwt.MapClaims{"exp": time.Now().Add(-hour).Unix()}),
		"never expires":              is.token(t, es, jwt.MapClaims{"exp": nil}),
		"not yet valid":              is.token(t, es, jwt.MapClaims{"nbf": time.Now().Add(hour).Unix()}),
		"no subject":                 is.token(t, es, jwt.MapClaims{"sub": nil}),
		"critical extension":         critical(t, is, es),
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims, err := p.Verify(t.Context(), raw)
			if !model.IsKind(err, model.KindUnauthenticated) || !model.IsCode(err, "bad_token") {
				t.Fatalf("Verify = %+v, %v, want bad_token", claims, err)
			}
			if claims != (oidc.Claims{}) {
				t.Errorf("claims of a refused token: %+v", claims)
			}
			for part := range strings.SplitSeq(raw, ".") {
				if len(part) > 8 && strings.Contains(err.Error(), part) {
					t.Errorf("the error quotes the token: %v", err)
				}
			}
		})
	}
}

func TestVerifyReadsClaims(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es := newES256(t, "es")
	is.publish(es)
	org := func(claim, operator string) func(*oidc.Config) {
		return func(c *oidc.Config) {
			c.AccountClaim, c.OperatorClaim, c.OperatorValue = claim, operator, "ops"
			c.MemberClaim, c.NameClaim = "person.id", "person.name"
		}
	}
	tests := map[string]struct {
		config func(*oidc.Config)
		says   jwt.MapClaims
		want   oidc.Claims
	}{
		"defaults":             {nil, jwt.MapClaims{"org": "acme", "name": "Ada"}, oidc.Claims{Account: "acme", Member: "ada", Name: "Ada"}},
		"nothing":              {nil, nil, oidc.Claims{Member: "ada"}},
		"paths":                {org("a.b", "r.s"), jwt.MapClaims{"a": map[string]any{"b": "acme"}, "r": map[string]any{"s": []string{"x", "ops"}}, "person": map[string]any{"id": 7, "name": "Ada"}}, oidc.Claims{Account: "acme", Member: "7", Name: "Ada", Operator: true}},
		"names with dots":      {org("https://example.com/org", "https://example.com/x.role"), jwt.MapClaims{"https://example.com/org": "acme", "https://example.com/x": map[string]any{"role": "ops"}}, oidc.Claims{Account: "acme", Operator: true}},
		"the name itself wins": {org("a.b", ""), jwt.MapClaims{"a.b": "one", "a": map[string]any{"b": "two"}}, oidc.Claims{Account: "one"}},
		"operator as text":     {org("", "role"), jwt.MapClaims{"role": "ops"}, oidc.Claims{Operator: true}},
		"part of a text":       {org("", "role"), jwt.MapClaims{"role": "devops ops"}, oidc.Claims{}},
		"another role":         {org("", "role"), jwt.MapClaims{"role": []any{"op", 1, nil, []string{"ops"}}}, oidc.Claims{}},
		"no operator claim":    {org("", ""), jwt.MapClaims{"": "ops"}, oidc.Claims{}},
		"odd types":            {org("a", "b"), jwt.MapClaims{"a": []string{"acme"}, "b": map[string]any{"ops": true}, "person": "x"}, oidc.Claims{}},
		"large number":         {org("a", ""), jwt.MapClaims{"a": json.Number("9007199254740993")}, oidc.Claims{Account: "9007199254740993"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, is, tt.config)
			got := eventually(t, p, is.token(t, es, tt.says))
			if until := time.Until(got.ExpiresAt); until < 59*time.Minute || until > time.Hour {
				t.Errorf("ExpiresAt is in %v", until)
			}
			tt.want.Subject, tt.want.ExpiresAt = "ada", got.ExpiresAt
			if got != tt.want {
				t.Errorf("Verify = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestVerifyTellsExpiry(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es := newES256(t, "es")
	is.publish(es)
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, es, nil))
	_, err := p.Verify(t.Context(), is.token(t, es, jwt.MapClaims{"exp": 1}))
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("Verify of an expired token = %v", err)
	}
}

// critical is a token whose header says that an extension must be understood.
func critical(t *testing.T, is *issuer, by signer) string {
	t.Helper()
	token := jwt.NewWithClaims(by.method, jwt.MapClaims{"iss": is.url, "aud": audience, "sub": "ada", "exp": time.Now().Add(time.Hour).Unix()})
	token.Header["kid"], token.Header["crit"] = by.jwk["kid"], []string{"urn:example:must"}
	raw, err := token.SignedString(by.key)
	must(t, err)
	return raw
}

func publicPEM(t *testing.T, s signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(s.key.(crypto.Signer).Public())
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func jwkText(t *testing.T, s signer) []byte {
	t.Helper()
	text, err := json.Marshal(s.jwk)
	must(t, err)
	return text
}
