package oidc_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/internal/oidc"
)

const audience = "https://tokenry.example.com"

// issuer is an identity provider that does what a test wants of it.
type issuer struct {
	url string

	mu       sync.Mutex
	keys     []map[string]any
	document map[string]any
	broken   bool
	asked    int // for keys
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	return startIssuer(t, listen(t, "127.0.0.1:0"))
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func startIssuer(t *testing.T, listener net.Listener) *issuer {
	t.Helper()
	is := &issuer{url: "http://" + listener.Addr().String()}
	is.document = map[string]any{"issuer": is.url, "jwks_uri": is.url + "/keys"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		is.answer(w, func() any { return is.document })
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		is.answer(w, func() any { is.asked++; return map[string]any{"keys": is.keys} })
	})
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}}
	server.Start()
	t.Cleanup(server.Close)
	return is
}

func (is *issuer) answer(w http.ResponseWriter, body func() any) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if is.broken {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(body())
}

func (is *issuer) change(f func()) {
	is.mu.Lock()
	defer is.mu.Unlock()
	f()
}

// publish makes the keys the only ones that the issuer has.
func (is *issuer) publish(keys ...signer) {
	is.change(func() {
		is.keys = nil
		for _, k := range keys {
			is.keys = append(is.keys, k.jwk)
		}
	})
}

// signer is a key pair and its public half as a JWK.
type signer struct {
	method jwt.SigningMethod
	key    any
	jwk    map[string]any
}

func newES256(t *testing.T, kid string) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	point, err := key.PublicKey.Bytes() // 4, then x and y
	must(t, err)
	return signer{jwt.SigningMethodES256, key, map[string]any{
		"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": base64URL(point[1:33]), "y": base64URL(point[33:]),
	}}
}

func newRSA(t *testing.T, kid string, method jwt.SigningMethod) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	return signer{method, key, map[string]any{
		"kty": "RSA", "kid": kid, "n": base64URL(key.N.Bytes()), "e": base64URL(big.NewInt(int64(key.E)).Bytes()),
	}}
}

func newEdDSA(t *testing.T, kid string) signer {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	return signer{jwt.SigningMethodEdDSA, crypto.Signer(private), map[string]any{
		"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64URL(public),
	}}
}

// token signs the claims, by default those of a good token, with changes; a nil
// change takes the claim out.
func (is *issuer) token(t *testing.T, by signer, changes jwt.MapClaims) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": is.url, "aud": audience, "sub": "ada", "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	token := jwt.NewWithClaims(by.method, claims)
	if kid := by.jwk["kid"]; kid != nil {
		token.Header["kid"] = kid
	}
	raw, err := token.SignedString(by.key)
	must(t, err)
	return raw
}

func newProvider(t *testing.T, is *issuer, change func(*oidc.Config)) *oidc.Provider {
	t.Helper()
	cfg := oidc.Config{Issuer: is.url, Audience: audience, AccountClaim: "org"}
	if change != nil {
		change(&cfg)
	}
	return oidc.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
}

// eventually tries until the token is accepted, or the time is up.
func eventually(t *testing.T, p *oidc.Provider, raw string) oidc.Claims {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		claims, err := p.Verify(ctx, raw)
		if err == nil {
			return claims
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the token is still refused: %v", err)
		case <-tick.C:
		}
	}
}

func base64URL(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// syncLog is a log that a test can wait for.
type syncLog struct{ lines chan string }

func (l *syncLog) logger() *slog.Logger {
	l.lines = make(chan string, 100)
	return slog.New(slog.NewTextHandler(l, nil))
}

func (l *syncLog) Write(line []byte) (int, error) {
	select {
	case l.lines <- string(line):
	default:
	}
	return len(line), nil
}

// wait gives the first line.
func (l *syncLog) wait(t *testing.T) string {
	t.Helper()
	select {
	case line := <-l.lines:
		return line
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was logged")
		return ""
	}
}
