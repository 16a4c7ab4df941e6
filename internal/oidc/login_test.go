package oidc_test

import (
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
)

const (
	redirectURL = "http://127.0.0.1:8080/auth/callback"
	leaveURL    = "http://127.0.0.1:8080/console/sign-in"
)

// browse follows redirects as a browser does, up to the one that leads back to
// Tokenry, and gives its query.
func browse(t *testing.T, address string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	var back *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), redirectURL) {
			back = req.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	must(t, err)
	res, err := browser.Do(req)
	must(t, err)
	res.Body.Close()
	if back == nil {
		t.Fatalf("%s leads to %s: %s", address, res.Request.URL, res.Status)
	}
	return back.Query()
}

// TestRealLogin signs in with npm's oidc-provider, which tells the claims by
// /me only.
func TestRealLogin(t *testing.T) {
	t.Parallel()
	issuer := startRealProvider(t)
	p := oidc.New(t.Context(), oidc.Config{
		Issuer: issuer, AccountClaim: "https://example.com/org", OperatorClaim: "realm_access.roles", OperatorValue: "tokenry-operator",
	}, slog.New(slog.DiscardHandler))
	public := p.NewLogin(oidc.LoginConfig{ClientID: "console", RedirectURL: redirectURL, LeaveURL: leaveURL})
	withSecret := p.NewLogin(oidc.LoginConfig{ClientID: "console-with-secret", ClientSecret: "not-a-secret", RedirectURL: redirectURL})

	ada := oidc.Claims{Subject: "ada", Member: "ada", Name: "Ada", Account: "acme"}
	olga := oidc.Claims{Subject: "olga", Member: "olga", Name: "Olga", Operator: true}
	for _, tt := range []struct {
		login *oidc.Login
		want  oidc.Claims
	}{{public, ada}, {withSecret, ada}, {public, olga}} {
		post(t, issuer+"/test/user?name="+tt.want.Subject, nil, nil)
		begun, address, err := tt.login.Begin(t.Context())
		must(t, err)
		back := browse(t, address)
		if back.Get("state") != begun.State {
			t.Errorf("the state is %q, want %q", back.Get("state"), begun.State)
		}
		got, err := tt.login.Finish(t.Context(), begun, back.Get("code"))
		must(t, err)
		tt.want.ExpiresAt = got.ExpiresAt
		if got != tt.want {
			t.Errorf("Finish = %+v, want %+v", got, tt.want)
		}
		if _, err := tt.login.Finish(t.Context(), begun, back.Get("code")); !model.IsCode(err, "login_failed") {
			t.Errorf("with a code that was used: %v, want login_failed", err)
		}
	}
	refusals(t, issuer, public, withSecret)

	leave, err := url.Parse(public.LeaveURL(t.Context()))
	must(t, err)
	query := leave.Query()
	if !strings.HasPrefix(leave.String(), issuer+"/") || query.Get("client_id") != "console" || query.Get("post_logout_redirect_uri") != leaveURL {
		t.Errorf("people leave by %s", leave)
	}
	res, err := http.Get(leave.String())
	must(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", leave, res.Status)
	}
}

// refusals has the provider refuse.
func refusals(t *testing.T, issuer string, login, other *oidc.Login) {
	t.Helper()
	begun, address, err := login.Begin(t.Context())
	must(t, err)
	back := browse(t, address)
	stolen := begun
	stolen.Verifier = strings.Repeat("x", 43)
	if _, err := login.Finish(t.Context(), stolen, back.Get("code")); !model.IsCode(err, "login_failed") {
		t.Errorf("without the verifier: %v, want login_failed", err)
	}
	begun, address, err = login.Begin(t.Context())
	must(t, err)
	if _, err := other.Finish(t.Context(), begun, browse(t, address).Get("code")); !model.IsCode(err, "login_failed") {
		t.Errorf("by another client: %v, want login_failed", err)
	}
	begun, address, err = login.Begin(t.Context())
	must(t, err)
	begun.Nonce = "another"
	if _, err := login.Finish(t.Context(), begun, browse(t, address).Get("code")); !model.IsCode(err, "login_failed") {
		t.Errorf("with another nonce: %v, want login_failed", err)
	}
	post(t, issuer+"/test/user?name=nobody", nil, nil)
	_, address, err = login.Begin(t.Context())
	must(t, err)
	if back := browse(t, address); back.Get("error") != "access_denied" || back.Get("code") != "" {
		t.Errorf("somebody who does not sign in comes back with %v", back)
	}
}
