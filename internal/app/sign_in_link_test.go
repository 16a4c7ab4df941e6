package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// The terminal shows a link that can be opened, and the log none of it.
func TestTerminalShowsTheLink(t *testing.T) {
	t.Parallel()
	var terminal bytes.Buffer
	var log lockedBuffer
	cfg := settings(t, testdb.New(t, repository.SQLite))
	a, err := app.New(t.Context(), cfg, app.Options{Terminal: &terminal, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	link := regexp.MustCompile(`http://` + regexp.QuoteMeta(a.Address()) + `/console/sign-in#code=([\w-]{43})\n`).FindStringSubmatch(terminal.String())
	if link == nil || !strings.Contains(terminal.String(), "tkr_") {
		t.Fatalf("the terminal shows %q", terminal.String())
	}
	if strings.Contains(log.String(), link[1]) {
		t.Error("the code is in the log")
	}
	if _, err := os.Stat(filepath.Join(cfg.DataDir, "sign-in-link")); err == nil {
		t.Error("the link is in a file, too")
	}
}

// A folder that nothing can be written to does not keep a server from starting.
func TestLinkThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	cfg := settings(t, testdb.New(t, repository.SQLite))
	inTheWay := filepath.Join(cfg.DataDir, "sign-in-link", "full")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if s := start(t, cfg); !strings.Contains(s.log.String(), "tokenry login-link") {
		t.Error("the log does not tell how to get a link")
	}
}

// People are sent to sign in with a provider, whose tokens are not accepted
// without an audience.
func TestLoginAlone(t *testing.T) {
	t.Parallel()
	cfg := settings(t, testdb.New(t, repository.SQLite),
		"TOKENRY_OIDC_ISSUER=http://127.0.0.1:1", "TOKENRY_OIDC_CLIENT_ID=console", "TOKENRY_OIDC_ACCOUNT_CLAIM=org")
	s := start(t, cfg)
	if _, config := s.call("GET", "/console/config.json", ""); config["sign_in"].(map[string]any)["oidc"] != true || config["public_url"] != s.url {
		t.Errorf("the console is told %v", config)
	}
	response, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(s.url + "/auth/login")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if location := response.Header.Get("Location"); location != "/console/sign-in?error=login_unavailable" {
		t.Errorf("it leads to %s", location)
	}
	s.secret = strings.Repeat("x", 30) + ".y.z" // the shape of a JWT
	if status, answer := s.call("GET", "/whoami", ""); status != http.StatusUnauthorized || answer["code"] != "bad_token" {
		t.Errorf("with a JWT: %d %v", status, answer)
	}
}
