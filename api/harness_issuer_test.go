package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/internal/oidc"
)

const audience = "https://tokenry.example.com"

// issuer is the company's identity provider.
type issuer struct {
	url    string
	key    *ecdsa.PrivateKey
	server *httptest.Server

	mu    sync.Mutex
	codes map[string]grant
}

// grant is what a code is good for.
type grant struct {
	challenge string // of PKCE
	idToken   string
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
	is := &issuer{key: key, codes: map[string]grant{}}
	mux := http.NewServeMux()
	answer := func(path string, body func() any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(body()) })
	}
	answer("/.well-known/openid-configuration", func() any {
		return map[string]any{
			"issuer": is.url, "jwks_uri": is.url + "/keys", "authorization_endpoint": is.url + "/authorize",
			"token_endpoint": is.url + "/token", "end_session_endpoint": is.url + "/leave",
		}
	})
	mux.HandleFunc("POST /token", is.exchange)
	encode := base64.RawURLEncoding.EncodeToString
	answer("/keys", func() any {
		return map[string]any{"keys": []any{map[string]any{
			"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": encode(point[1:33]), "y": encode(point[33:]),
		}}}
	})
	is.server = httptest.NewServer(mux)
	t.Cleanup(is.server.Close)
	is.url = is.server.URL
	return is
}

// authorize lets somebody sign in at the address that a browser was sent to, and
// gives the code.
func (is *issuer) authorize(t *testing.T, address string, claims map[string]any) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "console", "code_challenge_method": "S256"} {
		if query.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, query.Get(name), want)
		}
	}
	all := map[string]any{"aud": "console", "nonce": query.Get("nonce")}
	maps.Copy(all, claims)
	code := rand.Text()
	is.mu.Lock()
	defer is.mu.Unlock()
	is.codes[code] = grant{query.Get("code_challenge"), is.token(t, all)}
	return code
}

// exchange gives an id token for a code, once.
func (is *issuer) exchange(w http.ResponseWriter, r *http.Request) {
	is.mu.Lock()
	defer is.mu.Unlock()
	code := r.PostFormValue("code")
	granted := is.codes[code]
	delete(is.codes, code)
	w.Header().Set("Content-Type", "application/json")
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if granted.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "invalid_grant"})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": granted.idToken})
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
