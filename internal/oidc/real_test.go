package oidc_test

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/nodetest"
	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
)

// TestRealProvider has tokens of npm's oidc-provider, from its token endpoint.
func TestRealProvider(t *testing.T) {
	t.Parallel()
	issuer := startRealProvider(t)
	p := oidc.New(t.Context(), oidc.Config{
		Issuer: issuer, Audience: audience,
		AccountClaim:  "https://example.com/org",
		OperatorClaim: "realm_access.roles", OperatorValue: "tokenry-operator",
	}, slog.New(slog.DiscardHandler))

	first := realToken(t, issuer, audience)
	got := eventually(t, p, first)
	want := oidc.Claims{Subject: "frontend", Account: "acme", Member: "frontend", Name: "Ada", Operator: true, ExpiresAt: got.ExpiresAt}
	if got != want {
		t.Errorf("Verify = %+v, want %+v", got, want)
	}
	if _, err := p.Verify(t.Context(), realToken(t, issuer, "https://other.example.com")); !model.IsCode(err, "bad_token") {
		t.Errorf("for another audience: %v, want bad_token", err)
	}

	post(t, issuer+"/test/rotate", nil, nil)
	if _, err := p.Verify(t.Context(), realToken(t, issuer, audience)); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	if _, err := p.Verify(t.Context(), first); !model.IsCode(err, "bad_token") {
		t.Errorf("signed before the rotation: %v, want bad_token", err)
	}
}

// startRealProvider starts testdata/provider and gives its issuer.
func startRealProvider(t *testing.T) string {
	t.Helper()
	const dir = "testdata/provider"
	must(t, nodetest.Install(dir))
	server := exec.CommandContext(t.Context(), "node", "server.mjs")
	server.Dir = dir
	server.Stderr = t.Output()
	stdin, err := server.StdinPipe() // its end is the server's
	must(t, err)
	stdout, err := server.StdoutPipe()
	must(t, err)
	must(t, server.Start())
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = server.Wait()
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "http://127.0.0.1:") {
			return lines.Text()
		}
	}
	t.Fatal("the provider in internal/oidc/testdata/provider did not start")
	return ""
}

func realToken(t *testing.T, issuer, resource string) string {
	t.Helper()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	post(t, issuer+"/token", url.Values{
		"grant_type": {"client_credentials"}, "resource": {resource},
		"client_id": {"frontend"}, "client_secret": {"not-a-secret"},
	}, &answer)
	if strings.Count(answer.AccessToken, ".") != 2 {
		t.Fatalf("%q is no JWT", answer.AccessToken)
	}
	return answer.AccessToken
}

func post(t *testing.T, address string, form url.Values, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		t.Fatalf("POST %s: %s", address, res.Status)
	}
	if into != nil {
		must(t, json.NewDecoder(res.Body).Decode(into))
	}
}
