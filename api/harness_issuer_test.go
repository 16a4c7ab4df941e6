package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/internal/oidc"
)

const audience = "https://tokenry.example.com"

// issuer is the company's identity provider.
type issuer struct {
	url string
	key *ecdsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes() // 4, then x and y
	if err != nil {
		t.Fatal(err)
	}
	is := &issuer{key: key}
	mux := http.NewServeMux()
	answer := func(path string, body func() any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(body()) })
	}
	answer("/.well-known/openid-configuration", func() any { return map[string]any{"issuer": is.url, "jwks_uri": is.url + "/keys"} })
	encode := base64.RawURLEncoding.EncodeToString
	answer("/keys", func() any {
		return map[string]any{"keys": []any{map[string]any{
			"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": encode(point[1:33]), "y": encode(point[33:]),
		}}}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	is.url = server.URL
	return is
}

func (is *issuer) provider(t *testing.T, log *slog.Logger) *oidc.Provider {
	return oidc.New(t.Context(), oidc.Config{
		Issuer: is.url, Audience: audience, AccountClaim: "org", OperatorClaim: "role", OperatorValue: "tokenry-operator",
	}, log)
}

func (is *issuer) token(t *testing.T, changes map[string]any) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": is.url, "aud": audience, "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(claims, changes)
	token := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	token.Header["kid"] = "k"
	raw, err := token.SignedString(is.key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
