package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// Accounts and members of the demo.
const (
	partner = "02demoPartner000000001"
	brand   = "02demoBrand00000000001"
	ada     = "02demoMember0000000001" // admin of partner
	lin     = "02demoMember0000000002" // specialist
	vera    = "02demoMember0000000003" // viewer
	bo      = "02demoMember0000000004" // admin of brand
)

// harness is a whole server on a database of its own, with the demo in it.
// Every answer is checked against openapi.yaml, and no secret may be in the log.
type harness struct {
	t       *testing.T
	db      testdb.DB
	store   *repository.Store
	clock   *clock
	log     *logBuffer
	issuer  *issuer
	api     *api.Server
	server  *httptest.Server
	chain   *service.Chain
	usage   *service.Usage
	decoys  *service.Decoys
	signing *service.SigningKeys
	stop    context.CancelFunc // ends the node

	operator        string // its secret
	operatorAccount string
	operatorContact string

	mu     sync.Mutex
	hidden []string // what the log must not have
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// each runs a test against a server on either database.
func each(t *testing.T, test func(h *harness)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) { test(newHarness(t, db, nil)) })
}

// newHarness starts a server, after setting it up if need be.
func newHarness(t *testing.T, db testdb.DB, setUp func(*api.Server)) *harness {
	t.Helper()
	h := &harness{t: t, db: db, store: db.Open(t), clock: &clock{at: service.Now()}, log: &logBuffer{}, issuer: newIssuer(t)}
	root, err := keys.CreateRoot(filepath.Join(t.TempDir(), "root.key"))
	h.must(err)
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bootstrap := h.build(root, log)
	h.must(bootstrap.Start(t.Context(), true, func(s secret.Secret, _ string) error { h.operator = s.Reveal(); return nil }))
	h.signing = &service.SigningKeys{
		Store: h.store, Keys: h.api.JWTs.Keys, Propagation: &service.Propagation{Store: h.store}, Algorithm: "ES256", Now: h.clock.now,
	}
	h.must(h.signing.Start(t.Context()))
	h.run()
	if setUp != nil {
		setUp(h.api)
	}
	handler, err := h.api.Handler()
	h.must(err)
	h.server = httptest.NewServer(handler)
	t.Cleanup(h.server.Close)
	t.Cleanup(h.checkLog)
	h.hide(h.operator)
	h.settle()
	return h
}

func (h *harness) build(root *keys.Root, log *slog.Logger) *service.Bootstrap {
	now, store := h.clock.now, h.store
	opened := &service.Keys{Store: store, Root: root, Now: now}
	cache := service.NewCache(store, 1<<20)
	node := &service.Node{
		Store: store, Cache: cache, Keys: opened, ID: secret.NewID(), Name: h.t.Name(), Version: "test", Lease: 5 * time.Second, Log: log,
	}
	wait := &service.Propagation{Store: store, Node: node}
	h.usage = &service.Usage{Store: store, Log: log, Now: now}
	h.chain = &service.Chain{Store: store, Keys: opened, Log: log, Now: now}
	h.decoys = &service.Decoys{Store: store, Log: log, Now: now}
	verifier := &service.Verifier{Cache: cache, Keys: opened, Node: node, Usage: h.usage, Decoys: h.decoys, Now: now}
	tokens := &service.Tokens{
		Store: store, Keys: opened, Cache: cache, Propagation: wait, Prefix: "tkr", Now: now,
		Idempotency: &service.Idempotency{Keys: opened, Now: now},
	}
	sender, err := webhook.NewSender([]string{"127.0.0.1"}, "", "test")
	h.must(err)
	h.api = &api.Server{
		Tokens: tokens, Self: &service.Self{Tokens: tokens, Verifier: verifier},
		Accounts: &service.Accounts{Store: store, Cache: cache, Propagation: wait, Now: now},
		Members:  &service.Members{Store: store, Now: now},
		Audits:   &service.Audits{Store: store},
		Events:   &service.Events{Store: store, Log: log, Now: now, Leads: []time.Duration{7 * 24 * time.Hour}},
		Catalogs: &service.Catalogs{Store: store, Cache: cache, Propagation: wait, Now: now},
		Verifier: verifier,
		Callers:  &service.Callers{Verifier: verifier, Store: store, Provider: h.issuer.provider(h.t, log)},
		Sessions: &service.Sessions{Store: store, Now: now},
		JWTs: &service.JWTs{
			Store: store, Verifier: verifier, Keys: opened, Issuer: "http://127.0.0.1:8080", Lifetime: 5 * time.Minute,
			Resources: []string{"https://api.example.com/", "https://reports.example.com/"},
		},
		Changelog: &service.Changelog{Store: store, Cache: cache, Now: now},
		Campaigns: &service.Campaigns{
			Store: store, Cache: cache, Events: &service.Events{Store: store, Log: log, Now: now}, Keys: opened,
			PublicURL: "http://127.0.0.1:8080", Log: log, Now: now,
		},
		Webhooks: &service.Webhooks{Store: store, Keys: opened, Sender: sender, Idempotency: tokens.Idempotency, Now: now},
		Gate:     &service.Gate{Cache: cache},
		Notices:  &service.Notices{Store: store, Keys: opened, PublicURL: "http://127.0.0.1:8080", Log: log, Now: now},
		Leaks:    &service.Leaks{Store: store, Keys: opened, Tokens: tokens, Log: log, Now: now},
		Refusals: &service.Refusals{Store: store, Log: log, Now: now},
		Node:     node, Ping: store.Ping, Log: log, Now: now,
		Console: pages(), PublicURL: "http://127.0.0.1:8080",
	}
	return &service.Bootstrap{Store: store, Keys: opened, Propagation: wait, Prefix: "tkr", Now: now}
}

// run runs the node until the test ends, and waits until it has a lease.
func (h *harness) run() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = h.api.Node.Run(ctx) // that it cannot give its lease back is no fault of a test that took the database away
	}()
	h.stop = func() { stop(); <-done }
	h.t.Cleanup(h.stop)
	h.until(h.api.Node.Holds)
}

// settle makes everybody known to the identity provider, and finds the operator
// account.
func (h *harness) settle() {
	who := h.call(h.op(), "GET /whoami", nil).want(200)
	h.operatorAccount = who.text("account_id")
	h.operatorContact = h.call(h.op(), "GET /contacts", nil, "Tokenry-Account: "+h.operatorAccount).want(200).text("items.0.id")
	for id, name := range map[string]string{lin: "lin", vera: "vera"} {
		h.call(h.op(), "PATCH /accounts/"+partner+"/members/"+id, map[string]any{"external_id": name}).want(200)
	}
	h.until(func() bool { return h.call(h.admin(), "GET /whoami", nil).status == 200 }) // the keys of the issuer are being read
}

func (h *harness) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// until waits for a condition.
func (h *harness) until(holds func() bool) {
	h.t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatal("the condition did not come true")
		}
	}
}

// hide notes a credential that must not be in the log.
func (h *harness) hide(credential string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if tail := len(credential) - 40; tail > 0 {
		h.hidden = append(h.hidden, credential[tail:])
	}
}

func (h *harness) checkLog() {
	text := h.log.String()
	for _, tail := range h.hidden {
		if strings.Contains(text, tail) {
			h.t.Errorf("a credential that ends with %q is in the log", tail[len(tail)-6:])
		}
	}
}

// flush writes what is gathered in memory: uses, refusals, and the audit chain.
func (h *harness) flush() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	cancel()
	h.must(h.usage.Run(ctx))
	h.must(h.api.Refusals.Flush(h.t.Context()))
	_, err := h.chain.Seal(h.t.Context())
	h.must(err)
}

// The callers.

func (h *harness) op() string         { return "Bearer " + h.operator }
func (h *harness) admin() string      { return h.member("northwind", "ada") }
func (h *harness) specialist() string { return h.member("northwind", "lin") }
func (h *harness) viewer() string     { return h.member("northwind", "vera") }
func (h *harness) stranger() string   { return h.member("contoso", "bo") }

func (h *harness) member(account, member string) string {
	return h.jwt(map[string]any{"org": account, "sub": member})
}

func (h *harness) jwt(claims map[string]any) string {
	raw := h.issuer.token(h.t, claims)
	h.hide(raw)
	return "Bearer " + raw
}

// service makes a token of the operator account with built-in scopes.
func (h *harness) service(scopes ...string) string {
	h.t.Helper()
	body := map[string]any{"name": "Service " + secret.NewID(), "contacts": map[string]any{"primary": h.operatorContact}, "scopes": scopes}
	return "Bearer " + h.call(h.op(), "POST /tokens", body, "Tokenry-Account: "+h.operatorAccount).want(201).text("secret")
}

// account is the policy, state and so on of an account, changed.
func (h *harness) account(id string, change map[string]any) {
	h.t.Helper()
	h.call(h.op(), "PATCH /accounts/"+id, change).want(200)
}

// token is the body for a new token of the partner, with changes.
func token(changes map[string]any) map[string]any {
	body := map[string]any{
		"name": "Token " + secret.NewID(), "contacts": map[string]any{"primary": ada}, "scopes": []string{"actions.list_actions"},
	}
	for field, value := range changes {
		body[field] = value
		if value == nil {
			delete(body, field)
		}
	}
	return body
}

// create makes a token of the partner.
func (h *harness) create(changes map[string]any) answer {
	h.t.Helper()
	return h.call(h.admin(), "POST /tokens", token(changes)).want(201)
}
