package github_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/github"
)

// publisher publishes keys as GitHub does.
type publisher struct {
	*httptest.Server
	asked  atomic.Int64
	status atomic.Int64

	mu   sync.Mutex
	keys []map[string]any
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{}
	p.status.Store(http.StatusOK)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		p.mu.Lock()
		defer p.mu.Unlock()
		w.WriteHeader(int(p.status.Load()))
		_ = json.NewEncoder(w).Encode(map[string]any{"public_keys": p.keys})
	}))
	t.Cleanup(p.Close)
	return p
}

// add publishes a new key.
func (p *publisher) add(t *testing.T, identifier string, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	p.keys = append(p.keys, map[string]any{"key_identifier": identifier, "key": string(text), "is_current": true})
	return key
}

func sign(t *testing.T, key *ecdsa.PrivateKey, body string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	key, other, curve := p.add(t, "one", elliptic.P256()), p.add(t, "two", elliptic.P256()), p.add(t, "curve", elliptic.P384())
	const body = `[{"token":"x"}]`
	tests := map[string]struct {
		identifier, signature, body string
		want                        error
	}{
		"good":            {"one", sign(t, key, body), body, nil},
		"another body":    {"one", sign(t, key, body), body + " ", github.ErrBadSignature},
		"another key":     {"one", sign(t, other, body), body, github.ErrBadSignature},
		"another curve":   {"curve", sign(t, curve, body), body, github.ErrBadSignature},
		"unknown key":     {"three", sign(t, key, body), body, github.ErrBadSignature},
		"no identifier":   {"", sign(t, key, body), body, github.ErrBadSignature},
		"no signature":    {"one", "", body, github.ErrBadSignature},
		"not base64":      {"one", "~", body, github.ErrBadSignature},
		"not a signature": {"one", "AAAA", body, github.ErrBadSignature},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := &github.Keys{URL: p.URL, Client: p.Client(), Now: time.Now}
			if err := keys.Check(t.Context(), tt.identifier, tt.signature, []byte(tt.body)); !errors.Is(err, tt.want) {
				t.Errorf("Check = %v, want %v", err, tt.want)
			}
		})
	}
}

// TestTheirExample is what GitHub's documentation gives as an example.
func TestTheirExample(t *testing.T) {
	t.Parallel()
	const identifier = "f9525bf080f75b3506ca1ead061add62b8633a346606dc5fe544e29231c6ee0d"
	p := newPublisher(t)
	p.keys = []map[string]any{{"key_identifier": identifier, "key": "-----BEGIN PUBLIC KEY-----\n" +
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsz9ugWDj5jK5ELBK42ynytbo38gP\n" +
		"HzZFI03Exwz8Lh/tCfL3YxwMdLjB+bMznsanlhK0RwcGP3IDb34kQDIo3Q==\n-----END PUBLIC KEY-----\n"}}
	keys := &github.Keys{URL: p.URL, Client: p.Client(), Now: time.Now}
	err := keys.Check(t.Context(), identifier,
		"MEUCIFLZzeK++IhS+y276SRk2Pe5LfDrfvTXu6iwKKcFGCrvAiEAhHN2kDOhy2I6eGkOFmxNkOJ+L2y8oQ9A2T9GGJo6WJY=",
		[]byte(`[{"token":"some_token","type":"some_type","url":"some_url","source":"some_source"}]`))
	if err != nil {
		t.Error(err)
	}
}

// TestKeysAreAskedForSeldom: whoever names keys that do not exist.
func TestKeysAreAskedForSeldom(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	now := time.Now()
	keys := &github.Keys{URL: p.URL, Client: p.Client(), Now: func() time.Time { return now }}
	const body = "[]"
	first := p.add(t, "first", elliptic.P256())
	check := func(identifier string, key *ecdsa.PrivateKey, want error, asked int64) {
		t.Helper()
		if err := keys.Check(t.Context(), identifier, sign(t, key, body), []byte(body)); !errors.Is(err, want) {
			t.Errorf("Check = %v, want %v", err, want)
		}
		if got := p.asked.Load(); got != asked {
			t.Errorf("asked %d times, want %d", got, asked)
		}
	}
	for range 10 {
		check("first", first, nil, 1)
		check("unknown", first, github.ErrBadSignature, 1)
	}
	second := p.add(t, "second", elliptic.P256())
	check("second", second, github.ErrBadSignature, 1)
	now = now.Add(time.Minute)
	check("second", second, nil, 2)
	p.status.Store(http.StatusForbidden)
	now = now.Add(2 * time.Hour)
	check("second", second, nil, 3) // GitHub does not answer, and its keys are not old yet
	check("unknown", second, github.ErrBadSignature, 3)
	now = now.Add(time.Minute)
	check("unknown", second, github.ErrNoKeys, 4)
	now = now.Add(24 * time.Hour)
	check("second", second, github.ErrNoKeys, 5)
	p.status.Store(http.StatusOK)
	check("second", second, github.ErrNoKeys, 5)
	now = now.Add(time.Minute)
	check("second", second, nil, 6)
}
