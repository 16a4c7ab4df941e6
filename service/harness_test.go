package service_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// bench is a Tokenry with the demo in it, on a database of its own.
type bench struct {
	t     *testing.T
	db    testdb.DB
	store *repository.Store
	clock *clock

	keys      *service.Keys
	cache     *service.Cache
	node      *service.Node
	wait      *service.Propagation
	usage     *service.Usage
	verifier  *service.Verifier
	tokens    *service.Tokens
	accounts  *service.Accounts
	members   *service.Members
	catalogs  *service.Catalogs
	chain     *service.Chain
	peppers   *service.Peppers
	bootstrap *service.Bootstrap

	rootFile string
	silent   atomic.Bool // the database of this node is closed
	operator secret.Secret
	actor    model.Actor // an operator who acts in the partner account
}

const (
	partner = "02demoPartner000000001"
	ada     = "02demoMember0000000001"
)

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

// newBench starts a node on a new database with the demo in it.
func newBench(t *testing.T, db testdb.DB) *bench {
	t.Helper()
	b := &bench{t: t, db: db, rootFile: filepath.Join(t.TempDir(), "root.key"), clock: &clock{at: service.Now()}}
	root, err := keys.CreateRoot(b.rootFile)
	b.must(err)
	b.build(root)
	b.must(b.bootstrap.Start(t.Context(), true, func(s secret.Secret, _ string) error { b.operator = s; return nil }))
	b.run()
	b.actor = model.Actor{Kind: model.ActorUser, ID: "op", Name: "Olga Operator", Operator: true, AccountID: partner}
	return b
}

func (b *bench) build(root *keys.Root) {
	b.store = b.db.Open(b.t)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	now := b.clock.now
	b.keys = &service.Keys{Store: b.store, Root: root, Now: now}
	b.cache = service.NewCache(b.store, 1<<20)
	b.node = &service.Node{
		Store: b.store, Cache: b.cache, Keys: b.keys, ID: secret.NewID(), Name: b.t.Name(), Version: "test",
		Lease: 2 * time.Second, Log: log,
	}
	b.wait = &service.Propagation{Store: b.store, Node: b.node}
	b.usage = &service.Usage{Store: b.store, Log: log, Now: now}
	b.verifier = &service.Verifier{Cache: b.cache, Keys: b.keys, Node: b.node, Usage: b.usage, Now: now}
	b.tokens = &service.Tokens{
		Store: b.store, Keys: b.keys, Cache: b.cache, Propagation: b.wait, Prefix: "tkr", Now: now,
		Idempotency: &service.Idempotency{Keys: b.keys, Now: now},
	}
	b.accounts = &service.Accounts{Store: b.store, Cache: b.cache, Propagation: b.wait, Now: now}
	b.members = &service.Members{Store: b.store, Now: now}
	b.catalogs = &service.Catalogs{Store: b.store, Cache: b.cache, Propagation: b.wait, Now: now}
	b.chain = &service.Chain{Store: b.store, Keys: b.keys, Log: log, Now: now}
	b.peppers = &service.Peppers{Store: b.store, Keys: b.keys, Propagation: b.wait, Now: now}
	b.bootstrap = &service.Bootstrap{Store: b.store, Keys: b.keys, Propagation: b.wait, Prefix: "tkr", Now: now}
}

// run runs the node until the test ends, and waits until it has a lease.
func (b *bench) run() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.node.Run(ctx) }()
	b.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !b.silent.Load() {
			b.t.Errorf("node: %v", err)
		}
	})
	b.until(b.node.Holds)
}

// beside is another node on the same database.
func (b *bench) beside() *bench {
	b.t.Helper()
	other := b.idle()
	other.run()
	return other
}

// idle is another node on the same database, which does nothing by itself.
func (b *bench) idle() *bench {
	b.t.Helper()
	root, err := keys.ReadRoot(b.rootFile)
	b.must(err)
	other := &bench{t: b.t, db: b.db, rootFile: b.rootFile, clock: b.clock, operator: b.operator, actor: b.actor}
	other.build(root)
	b.must(other.keys.Load(b.t.Context()))
	return other
}

// silence cuts the node off from the database.
func (b *bench) silence() {
	b.t.Helper()
	b.silent.Store(true)
	b.must(b.store.Close())
}

// ghost registers a node that never reports anything.
func (b *bench) ghost() repository.Node {
	b.t.Helper()
	node := repository.Node{ID: secret.NewID(), Name: "ghost", LeaseMs: 600_000, StartedAt: b.clock.now(), RenewedAt: b.clock.now()}
	b.must(b.store.Nodes.Register(b.t.Context(), &node))
	return node
}

// sql is a connection to the database past the repository.
func (b *bench) sql() *sql.DB {
	b.t.Helper()
	driver, source := "pgx", b.db.URL
	if b.db.Dialect == repository.SQLite {
		driver, source = "sqlite", "file:"+b.db.Path+"?_pragma=busy_timeout(5000)"
	}
	pool, err := sql.Open(driver, source)
	b.must(err)
	b.t.Cleanup(func() { b.must(pool.Close()) })
	return pool
}

// exec runs statements past the repository.
func (b *bench) exec(statements ...string) {
	b.t.Helper()
	pool := b.sql()
	for _, statement := range statements {
		_, err := pool.ExecContext(b.t.Context(), statement)
		b.must(err)
	}
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a condition.
func (b *bench) until(holds func() bool) {
	b.t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatal("the condition did not come true")
		}
	}
}

// create makes a token that may list actions.
func (b *bench) create(name string) service.Issued {
	b.t.Helper()
	issued, err := b.tokens.Create(b.t.Context(), b.actor, service.CreateToken{
		Name: name, Scopes: []string{"actions.list_actions"}, PrimaryContact: ada,
	})
	b.must(err)
	return issued
}

// verify is the code of the answer to whether a secret may list actions.
func (b *bench) verify(s secret.Secret) string {
	b.t.Helper()
	code, err := b.check(s)
	b.must(err)
	return code
}

// check is like verify, with the error.
func (b *bench) check(s secret.Secret) (string, error) {
	answer, err := b.verifier.Verify(b.t.Context(), service.Question{Secret: s.Reveal(), Scopes: []string{"actions.list_actions"}})
	return answer.Code, err
}

// wantCode fails the test unless err has that code.
func (b *bench) wantCode(err error, code string) {
	b.t.Helper()
	if !model.IsCode(err, code) {
		b.t.Errorf("got %v, want code %q", err, code)
	}
}
