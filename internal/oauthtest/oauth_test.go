// Package oauthtest has clients of OAuth 2.0 that others wrote speak with a real
// server.
package oauthtest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/nodetest"
	"github.com/tokenry/tokenry/internal/testdb"
)

// The demo's account and its member.
const (
	partner = "02demoPartner000000001"
	ada     = "02demoMember0000000001"
)

// server is a running Tokenry with the demo.
type server struct {
	t       *testing.T
	address string
	client  *client.Client // an operator's
}

func start(t *testing.T, db testdb.DB, more ...string) *server {
	t.Helper()
	dir := t.TempDir()
	if db.Path != "" {
		dir = filepath.Dir(db.Path)
	}
	cfg, err := config.Load(nil, append([]string{
		"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATABASE_URL=" + db.URL, "TOKENRY_DATA_DIR=" + dir,
	}, more...))
	must(t, err)
	file := filepath.Join(t.TempDir(), "secret")
	a, err := app.New(t.Context(), cfg, app.Options{Demo: true, OperatorSecretFile: file, Log: io.Discard})
	must(t, err)
	text, err := os.ReadFile(file)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	t.Cleanup(func() { cancel(); must(t, <-done) })
	c, err := client.New("http://"+a.Address(), strings.TrimSpace(string(text)))
	must(t, err)
	_, err = c.Ready(t.Context())
	must(t, err)
	return &server{t, a.Address(), c}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// issue makes a token in an account.
func (s *server) issue(account, contact string, scopes ...string) client.CreatedToken {
	s.t.Helper()
	body := client.CreateTokenRequest{Name: client.NewIdempotencyKey(), Scopes: scopes}
	body.Contacts.Primary = contact
	made, err := s.client.CreateToken(s.t.Context(), body, client.WithAccount(account))
	must(s.t, err)
	return made
}

// partners makes a token that a service is to be asked about.
func (s *server) partners() client.CreatedToken {
	s.t.Helper()
	return s.issue(partner, ada, "actions.list_actions", "jobs.list_jobs")
}

// operators makes a token of the operator account.
func (s *server) operators(scope string) client.CreatedToken {
	s.t.Helper()
	who, err := s.client.Whoami(s.t.Context())
	must(s.t, err)
	contacts, err := s.client.ListContacts(s.t.Context(), client.ListContactsParams{}, client.WithAccount(*who.AccountID))
	must(s.t, err)
	return s.issue(*who.AccountID, contacts.Items[0].ID, scope)
}

// heard is what clients.mjs has heard.
type heard struct {
	Server map[string]any
	Result map[string]struct {
		Good, Bad, Revoked map[string]any
		Refused            *struct {
			Status int
			Cause  []struct{ Scheme string }
		}
	}
}

// TestClients has npm's openid-client and oauth4webapi find the server, introspect
// and revoke.
func TestClients(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		admin, good := s.operators("tokenry.admin"), s.partners()
		bad := strings.Replace(good.Secret, "tkr_", "tkx_", 1)
		var got heard
		s.node("clients.mjs", map[string]any{
			"issuer": "http://" + s.address, "id": admin.ID, "secret": admin.Secret, "good": good.Secret, "bad": bad,
			"toRevoke": []string{s.partners().Secret, s.partners().Secret, s.partners().Secret, s.partners().Secret},
		}, &got)
		if got.Server["issuer"] != "http://"+s.address {
			t.Errorf("issuer %v", got.Server)
		}
		if len(got.Result) != 4 {
			t.Errorf("results %v", got.Result)
		}
		for name, said := range got.Result {
			if said.Good["active"] != true || said.Good["scope"] != "actions.list_actions jobs.list_jobs" || said.Good["client_id"] != good.ID ||
				said.Good["account_id"] != partner || said.Good["token_type"] != "Bearer" || said.Good["api_version"] != "16" {
				t.Errorf("%s: of a good secret: %v", name, said.Good)
			}
			for _, inactive := range []map[string]any{said.Bad, said.Revoked} {
				if len(inactive) != 1 || inactive["active"] != false {
					t.Errorf("%s: of a bad secret: %v", name, inactive)
				}
			}
			if strings.HasPrefix(name, "oauth4webapi") &&
				(said.Refused == nil || said.Refused.Status != 401 || len(said.Refused.Cause) != 1 || said.Refused.Cause[0].Scheme != "basic") {
				t.Errorf("%s: refused with %+v", name, said.Refused)
			}
		}
	})
}

// node runs a program of testdata.
func (s *server) node(name string, about map[string]any, into any) {
	s.t.Helper()
	nodetest.Run(s.t, "testdata/clients", name, about, into)
}

func TestMain(m *testing.M) {
	if err := nodetest.Install("testdata/clients"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
