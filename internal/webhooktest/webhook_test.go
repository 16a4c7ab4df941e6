// Package webhooktest has a real server send webhooks over HTTPS, and the
// reference library of Standard Webhooks judge them.
package webhooktest

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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

// receiver takes webhooks over HTTPS.
type receiver struct {
	*httptest.Server

	mu   sync.Mutex
	got  []request
	fail int // how many of the next requests to answer with 500
}

type request struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	kind    string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewTLSServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP notes a request.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	got := request{Headers: map[string]string{}, Body: string(body)}
	for name := range req.Header {
		got.Headers[strings.ToLower(name)] = req.Header.Get(name)
	}
	var event struct{ Type string }
	_ = json.Unmarshal(body, &event) // no type is none that a test waits for
	got.kind = event.Type
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, got)
	if r.fail > 0 {
		r.fail--
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// all is the requests with events of a type that have a text in them.
func (r *receiver) all(kind, text string) (all []request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, got := range r.got {
		if got.kind == kind && strings.Contains(got.Body, text) {
			all = append(all, got)
		}
	}
	return all
}

// await waits until there are n of them.
func (r *receiver) await(t *testing.T, kind, text string, n int) []request {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if got := r.all(kind, text); len(got) >= n {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("%d requests with %s, want %d", len(r.all(kind, text)), kind, n)
		}
	}
}

func start(t *testing.T, db testdb.DB, r *receiver) *client.Client {
	t.Helper()
	dir, authority := t.TempDir(), filepath.Join(t.TempDir(), "ca.pem")
	if db.Path != "" {
		dir = filepath.Dir(db.Path)
	}
	must(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}), 0o600))
	cfg, err := config.Load(nil, []string{
		"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATABASE_URL=" + db.URL, "TOKENRY_DATA_DIR=" + dir,
		"TOKENRY_WEBHOOK_ALLOW=127.0.0.1", "TOKENRY_WEBHOOK_CA_FILE=" + authority,
	})
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
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWebhooks: changes of tokens reach a receiver, which the reference library
// believes; what fails comes again; tests, redelivery and rotation work.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		ctx, in := t.Context(), client.WithAccount(partner)
		r := newReceiver(t)
		c := start(t, db, r)
		made, err := c.CreateWebhook(ctx, client.CreateWebhookRequest{URL: r.URL + "/hook", Events: []string{"token.created", "token.revoked"}}, in)
		must(t, err)

		body := client.CreateTokenRequest{Name: "Told", Scopes: []string{"actions.list_actions"}}
		body.Contacts.Primary = ada
		tok, err := c.CreateToken(ctx, body, in)
		must(t, err)
		_, err = c.UpdateToken(ctx, tok.ID, client.UpdateTokenRequest{Name: new("Renamed")}, in) // not asked for
		must(t, err)
		created := r.await(t, "token.created", tok.ID, 1)[0]
		said := verify(t, made.Secret, created)
		if !said.Good || said.Event.Data["token_id"] != tok.ID || said.Event.Data["account_id"] != partner ||
			said.Event.Data["event_id"] != created.Headers["webhook-id"] || strings.Contains(created.Body, "tkr_") {
			t.Errorf("the reference library says %+v of %s", said, created.Body)
		}
		if verify(t, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", created).Good {
			t.Error("another secret was accepted")
		}
		altered := created
		altered.Body = strings.Replace(created.Body, tok.ID, made.ID, 1)
		if verify(t, made.Secret, altered).Good {
			t.Error("another body was accepted")
		}

		rotated, err := c.RotateWebhook(ctx, made.ID, client.RotateWebhookRequest{}, in)
		must(t, err)
		r.mu.Lock()
		r.fail = 1
		r.mu.Unlock()
		_, err = c.RevokeToken(ctx, tok.ID, client.RevokeTokenRequest{}, in)
		must(t, err)
		for i, got := range r.await(t, "token.revoked", tok.ID, 2) { // the second after the first has failed
			if old, current := verify(t, made.Secret, got), verify(t, rotated.Secret, got); !old.Good || !current.Good {
				t.Errorf("attempt %d during the rotation: %+v, %+v", i+1, old, current)
			}
		}

		test, err := c.TestWebhook(ctx, made.ID, in)
		must(t, err)
		r.await(t, "webhook.test", made.ID, 1)
		awaitDelivered(t, c, made.ID, test.ID, 1)
		_, err = c.RedeliverWebhook(ctx, made.ID, test.ID, in)
		must(t, err)
		sent := r.await(t, "webhook.test", made.ID, 2)
		awaitDelivered(t, c, made.ID, test.ID, 2)
		if sent[0].Headers["webhook-id"] != sent[1].Headers["webhook-id"] || sent[0].Body != sent[1].Body {
			t.Error("it is not the same message when it is sent again")
		}
		if len(r.all("token.changed", "")) > 0 {
			t.Error("an event came that was not asked for")
		}
	})
}

// awaitDelivered waits until a delivery has arrived with that many attempts.
func awaitDelivered(t *testing.T, c *client.Client, webhook, id string, attempts int) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		d, err := c.WebhookDelivery(t.Context(), webhook, id, client.WithAccount(partner))
		must(t, err)
		if d.State == client.WebhookDeliveryStateDelivered && len(d.History) == attempts {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the delivery is %s after %d attempts", d.State, d.Attempts)
		}
	}
}

// judgement is what verify.mjs says.
type judgement struct {
	Good  bool
	Error string
	Event struct {
		Type string
		Data map[string]any
	}
}

// verify has the reference library judge a request.
func verify(t *testing.T, secret string, r request) (said judgement) {
	t.Helper()
	nodetest.Run(t, "testdata/receiver", "verify.mjs", map[string]any{"secret": secret, "headers": r.Headers, "body": r.Body}, &said)
	return said
}

func TestMain(m *testing.M) {
	if err := nodetest.Install("testdata/receiver"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
