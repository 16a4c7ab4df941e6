package service_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

func (b *bench) revoke(tok string) {
	b.t.Helper()
	changed, err := b.tokens.Revoke(b.t.Context(), b.actor, tok, "")
	b.must(err)
	b.must(b.tokens.Wait(b.t.Context(), changed.Taken))
}

// answered is the code of the answer, once there is one.
func (b *bench) answered(s secret.Secret) (code string) {
	b.t.Helper()
	b.until(func() bool {
		var err error
		code, err = b.check(s)
		return err == nil
	})
	return code
}

func (b *bench) facts() repository.Facts {
	b.t.Helper()
	cluster, err := b.node.Cluster(b.t.Context())
	b.must(err)
	return cluster.Database
}

func TestFailoverToSynchronousStandby(t *testing.T) {
	t.Parallel()
	pair := testdb.NewPair(t)
	b := newBench(t, pair.DB(pair.Primary, pair.Standby))
	if b.facts().Standby {
		t.Error("before: commits are said to wait for a standby")
	}
	pair.Synchronous(t, "standby")
	b.until(func() bool { return b.facts().Standby })
	revoked, unheard, kept := b.create("Revoked"), b.create("Unheard"), b.create("Kept")
	for _, tok := range []string{b.verify(revoked.Secret), b.verify(unheard.Secret), b.verify(kept.Secret)} {
		if tok != "ok" {
			t.Fatalf("fresh: %s", tok)
		}
	}
	b.revoke(revoked.Token.ID)
	b.disableUnheard(unheard.Token)
	if got := b.verify(unheard.Secret); got != "ok" {
		t.Fatalf("cached: %s", got)
	}

	pair.Primary.Stop(t)
	pair.Promote(t)
	// What was cached on the old timeline is dropped, heard of or not.
	b.until(func() bool { code, err := b.check(unheard.Secret); return err == nil && code == "disabled" })
	if got := b.answered(revoked.Secret); got != "revoked" {
		t.Errorf("revoked before: %s", got)
	}
	if got := b.answered(kept.Secret); got != "ok" {
		t.Errorf("kept: %s", got)
	}
	b.revoke(kept.Token.ID)
	if got := b.answered(kept.Secret); got != "revoked" {
		t.Errorf("revoked afterwards: %s", got)
	}
	if b.facts().Standby {
		t.Error("afterwards: commits are said to wait for a standby")
	}
}

func TestDeposedPrimary(t *testing.T) {
	t.Parallel()
	pair := testdb.NewPair(t)
	a := newBench(t, pair.DB(pair.Primary, pair.Standby))
	pair.Synchronous(t, "standby")
	tok := a.create("Report")
	if got := a.verify(tok.Secret); got != "ok" {
		t.Fatalf("fresh: %s", got)
	}
	pair.Promote(t) // and nobody has stopped the old primary, which a hangs on to
	a.db = pair.DB(pair.Standby, pair.Primary)
	b := a.beside()
	b.revoke(tok.Token.ID)
	if _, err := a.check(tok.Secret); !model.IsCode(err, "try_again") {
		t.Errorf("a node that hangs on to a deposed primary: %v", err)
	}
	if got := b.answered(tok.Secret); got != "revoked" {
		t.Errorf("revoked: %s", got)
	}
	pair.Primary.Exec(t, "SELECT 1") // it does live
	a.silent.Store(true)
	b.silent.Store(true)
	pair.Standby.Stop(t)
	b.until(func() bool { return b.store.Ping(t.Context()) != nil })
	for range 5 {
		if err := b.store.Ping(t.Context()); !model.IsKind(err, model.KindUnavailable) {
			t.Fatalf("a deposed primary is asked: %v", err)
		}
	}
}

func TestCommitThatDidNotWaitForTheStandby(t *testing.T) {
	t.Parallel()
	pair := testdb.NewPair(t)
	b := newBench(t, pair.DB(pair.Primary))
	idle := b.idle()
	idle.must(idle.node.Join(t.Context()))
	stranger := b.create("Report").Token
	pair.Synchronous(t, "nobody")
	b.silent.Store(true) // its last commit waits in vain
	calls := map[string]func() error{
		"change": func() error { _, err := b.tokens.Disable(t.Context(), b.actor, stranger.ID); return err },
		"create": func() error {
			stranger.ID, stranger.Name, stranger.Secret.Digest = "another", "Another", []byte("another")
			return b.store.Create(t.Context(), &stranger, &model.AuditEntry{ID: "another", At: b.clock.now()})
		},
		"lease": func() error {
			there, _, err := idle.store.Nodes.Renew(t.Context(), idle.node.ID, b.clock.now())
			if err == nil && !there {
				t.Error("the node is gone")
			}
			return err
		},
	}
	for name, call := range calls {
		done := make(chan error, 1)
		go func() { done <- call() }()
		for cancelled := false; !cancelled; {
			pair.Primary.Exec(t, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
			select {
			case err := <-done:
				cancelled = true
				if !model.IsCode(err, "try_again") {
					t.Errorf("%s: %v", name, err)
				}
			default:
			}
		}
	}
}

func TestStandbyThatLacksTheLastChanges(t *testing.T) {
	t.Parallel()
	pair := testdb.NewPair(t)
	a := newBench(t, pair.DB(pair.Primary, pair.Standby))
	b, log := a.idle(), &logged{}
	b.node.Log = slog.New(slog.NewTextHandler(log, nil))
	b.run()
	tok := a.create("Report")
	pair.Primary.Await(t, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn())")
	pair.Cut(t)
	a.revoke(tok.Token.ID)
	if got := b.answered(tok.Secret); got != "revoked" {
		t.Fatalf("revoked: %s", got)
	}
	pair.Primary.Stop(t)
	pair.Promote(t)
	// The promise is void; at least there is no mixture of before and after.
	b.until(func() bool { code, err := b.check(tok.Secret); return err == nil && code == "ok" })
	b.until(func() bool { return strings.Contains(log.String(), "the database has lost changes") })
	b.revoke(tok.Token.ID)
	if got := b.answered(tok.Secret); got != "revoked" {
		t.Errorf("revoked again: %s", got)
	}
}

type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
