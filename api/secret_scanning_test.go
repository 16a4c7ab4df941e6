package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/github"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/service"
)

const fromGitHub = "POST /integrations/github/secret-scanning"

// scanning publishes a key as GitHub does, and sends what is signed by it.
type scanning struct {
	h   *harness
	key *ecdsa.PrivateKey
}

// eachScanned runs a test against a server on either database that listens to
// GitHub.
func eachScanned(t *testing.T, test func(s scanning)) {
	t.Helper()
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]any{"public_keys": []any{map[string]any{
		"key_identifier": "key-1", "key": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
	}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(published) }))
	t.Cleanup(server.Close)
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		test(scanning{newHarness(t, db, func(s *api.Server) {
			s.GitHub = &github.Keys{URL: server.URL, Client: server.Client(), Now: service.Now}
		}), key})
	})
}

func (s scanning) sign(body string) string {
	sum := sha256.Sum256([]byte(body))
	sig, err := ecdsa.SignASN1(rand.Reader, s.key, sum[:])
	s.h.must(err)
	return base64.StdEncoding.EncodeToString(sig)
}

func (s scanning) send(body string) answer {
	s.h.t.Helper()
	return s.h.call("", fromGitHub, body, "Github-Public-Key-Identifier: key-1", "Github-Public-Key-Signature: "+s.sign(body))
}

func TestGitHubFindsSecrets(t *testing.T) {
	eachScanned(t, func(s scanning) {
		h := s.h
		tok := h.create(nil)
		secret := tok.text("secret")
		a := s.send(`[ {"token":"` + secret + `","type":"tokenry_secret","url":"` + leakURL + `","source":"content"},` +
			`{"token":"tkr_nothing","type":"tokenry_secret","url":"","source":"commit"} ]`).want(200)
		for at, want := range map[string]string{
			"0.label": "true_positive", "1.label": "false_positive", "0.token_type": "tokenry_secret", "0.token_hash": sumOf(secret),
		} {
			if got := a.text(at); got != want {
				h.t.Errorf("%s is %q, want %q", at, got, want)
			}
		}
		h.look()
		if got := h.code(secret); got != "disabled" {
			h.t.Errorf("a check answers %s, want disabled", got)
		}
		leaks := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/leaks", nil).want(200)
		if leaks.text("items.0.source") != "github" || leaks.text("items.0.url") != leakURL {
			h.t.Errorf("leaks %s", leaks.body)
		}
		if again := s.send(`[{"token":"` + secret + `","type":"t"}]`).want(200); again.text("0.label") != "true_positive" {
			h.t.Errorf("again %s", again.body)
		}
	})
}

func TestOnlyGitHubMaySendItsReports(t *testing.T) {
	eachScanned(t, func(s scanning) {
		h := s.h
		secret := h.create(nil).text("secret")
		body := `[{"token":"` + secret + `","type":"t","url":""}]`
		key, sig := "Github-Public-Key-Identifier: ", "Github-Public-Key-Signature: "
		for name, headers := range map[string][]string{
			"unsigned":     nil,
			"no key":       {sig + s.sign(body)},
			"another key":  {key + "key-2", sig + s.sign(body)},
			"another body": {key + "key-1", sig + s.sign(body+" ")},
		} {
			if a := h.call("", fromGitHub, body, headers...); a.status != 401 || a.text("code") != "bad_signature" {
				h.t.Errorf("%s: answer %d %s", name, a.status, a.body)
			}
		}
		h.look()
		if got := h.code(secret); got != "ok" {
			h.t.Errorf("a check answers %s, want ok", got)
		}
		s.send(`{}`).want(400, "malformed_body")
		s.send(`[]`).want(200)
	})
}

func TestGitHubIsNotListenedToUnlessSet(t *testing.T) {
	each(t, func(h *harness) { h.call("", fromGitHub, `[]`).want(404, "not_found") })
}
