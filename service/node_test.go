package service_test

import (
	"context"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

func TestRevocationReachesEveryNode(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		a := newBench(t, db)
		b, c := a.beside(), a.beside()
		tok := a.create("Report")
		for _, node := range []*bench{a, b, c} {
			if got := node.verify(tok.Secret); got != "ok" {
				t.Fatalf("fresh: %s", got)
			}
		}
		changed, err := a.tokens.Revoke(t.Context(), a.actor, tok.Token.ID, "")
		a.must(err)
		a.must(a.tokens.Wait(t.Context(), changed.Taken))
		for _, node := range []*bench{a, b, c} {
			if got := node.verify(tok.Secret); got != "revoked" {
				t.Errorf("after the wait: %s", got)
			}
		}
	})
}

func TestSilentNodeIsWaitedForUntilItRefuses(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		a := newBench(t, db)
		b := a.beside()
		tok := a.create("Report")
		if got := b.verify(tok.Secret); got != "ok" {
			t.Fatalf("fresh: %s", got)
		}
		b.silence()
		if got := b.verify(tok.Secret); got != "ok" {
			t.Errorf("cached, while the lease lasts: %s", got)
		}
		changed, err := a.tokens.Revoke(t.Context(), a.actor, tok.Token.ID, "")
		a.must(err)
		start := time.Now()
		a.must(a.tokens.Wait(t.Context(), changed.Taken))
		if waited := time.Since(start); waited > 2100*time.Millisecond+time.Second {
			t.Errorf("waited %s for a lease of 2 s", waited)
		}
		if b.node.Holds() {
			t.Error("the silent node still holds its lease")
		}
		_, err = b.check(tok.Secret)
		b.wantCode(err, "try_again")
	})
}

func TestNodeThatOthersRemovedStartsAfresh(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		if got := b.verify(tok.Secret); got != "ok" {
			t.Fatalf("fresh: %s", got)
		}
		b.disableUnheard(tok.Token)
		if got := b.verify(tok.Secret); got != "ok" {
			t.Fatalf("cached: %s", got)
		}
		before, err := b.store.Nodes.All(t.Context())
		b.must(err)
		b.must(b.store.Nodes.Leave(t.Context(), b.node.ID))
		b.until(func() bool { code, err := b.check(tok.Secret); return err == nil && code == "disabled" })
		nodes, err := b.store.Nodes.All(t.Context())
		b.must(err)
		// A number that was there before would let a node that has slept since
		// then take this one for dead.
		if len(nodes) != 1 || nodes[0].ID != b.node.ID || nodes[0].Renewals <= before[0].Renewals {
			t.Errorf("nodes %+v, want the one that registered again", nodes)
		}
	})
}

// disableUnheard disables a token and tells no node.
func (b *bench) disableUnheard(tok model.Token) {
	b.t.Helper()
	tok.DisabledAt = new(b.clock.now())
	b.must(b.store.Tokens.Update(b.t.Context(), &tok))
}

func (b *bench) announce(kind, id string) int64 {
	b.t.Helper()
	var number int64
	b.must(b.store.InTx(b.t.Context(), func(tx *repository.Store) (err error) {
		number, err = tx.Changes.Append(b.t.Context(), kind, id, b.clock.now())
		return err
	}))
	return number
}

func TestCatchingUp(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		miss    func(b *bench, id string) // what happens while the node does not look
		dropped bool
	}{
		"nothing":            {func(*bench, string) {}, false},
		"other tokens":       {func(b *bench, _ string) { b.announce(repository.ChangeToken, "other") }, false},
		"the token":          {func(b *bench, id string) { b.announce(repository.ChangeToken, id) }, true},
		"no change":          {func(b *bench, id string) { b.announce(repository.ChangeNothing, id) }, false},
		"a catalog":          {func(b *bench, _ string) { b.announce(repository.ChangeCatalog, "partner") }, true},
		"a kind from future": {func(b *bench, _ string) { b.announce("webhook", "x") }, true},
		"log trimmed": {func(b *bench, _ string) {
			b.announce(repository.ChangeNothing, "")
			b.must(b.store.Changes.Trim(b.t.Context(), b.clock.now().Add(time.Hour)))
		}, true},
		"log with a hole": {func(b *bench, _ string) {
			for range 3 {
				b.announce(repository.ChangeNothing, "")
			}
			b.exec("DELETE FROM change_log WHERE number = (SELECT max(number) - 1 FROM change_log)")
		}, true},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		for name, tt := range tests {
			tok := b.create(name).Token
			b.announce(repository.ChangeNothing, "")
			idle := b.idle()
			idle.must(idle.node.CatchUp(t.Context()))
			before, err := idle.cache.Token(t.Context(), tok.ID)
			idle.must(err)
			b.disableUnheard(tok)
			tt.miss(b, tok.ID)
			idle.must(idle.node.CatchUp(t.Context()))
			cached, err := idle.cache.Token(t.Context(), tok.ID)
			idle.must(err)
			if got := cached != before; got != tt.dropped {
				t.Errorf("%s: dropped %v, want %v", name, got, tt.dropped)
			}
		}
	})
}

func TestCallsThatChangeNothingWaitToo(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		tok, deleted, rotated := b.create("Report"), b.create("Deleted"), b.create("Rotated")
		rotate := service.RotateToken{ID: rotated.Token.ID, Grace: new(time.Duration), IdempotencyKey: "a key of sixteen or more"}
		calls := map[string]func() (int64, error){
			"disable": func() (int64, error) { c, err := b.tokens.Disable(ctx, b.actor, tok.Token.ID); return c.Taken, err },
			"delete":  func() (int64, error) { c, err := b.tokens.Delete(ctx, b.actor, deleted.Token.ID); return c.Taken, err },
			"rotate":  func() (int64, error) { i, err := b.tokens.Rotate(ctx, b.actor, rotate); return i.Taken, err },
			"update": func() (int64, error) {
				c, err := b.tokens.Update(ctx, b.actor, service.UpdateToken{ID: tok.Token.ID, AllowedCIDRs: &[]string{"10.0.0.0/8"}})
				return c.Taken, err
			},
			"account": func() (int64, error) {
				actor := b.actor
				actor.AccountID = "02demoBrand00000000001"
				c, err := b.accounts.Update(ctx, actor, service.AccountInput{State: new(model.AccountDisabled)})
				return c.Taken, err
			},
		}
		for name, call := range calls {
			first, err := call()
			b.must(err)
			second, err := call()
			b.must(err)
			if first == 0 || second <= first {
				t.Errorf("%s: took %d, then %d", name, first, second)
			}
		}
		taken, err := calls["disable"]()
		b.must(err)
		ghost := b.ghost()
		b.mustWaitFor(taken, func() { b.must(b.store.Nodes.Report(ctx, ghost.ID, taken)) })
	})
}

// mustWaitFor fails the test unless a call that waits for a change returns only
// after end has been called.
func (b *bench) mustWaitFor(number int64, end func()) {
	b.t.Helper()
	short, cancel := context.WithTimeout(b.t.Context(), 100*time.Millisecond)
	defer cancel()
	b.wantCode(b.wait.Wait(short, number), "try_again")
	long, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- b.wait.Wait(long, number) }()
	end()
	if err := <-done; err != nil {
		b.t.Errorf("wait: %v", err)
	}
}

func TestNodeThatLeavesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ghost := b.ghost()
		b.mustWaitFor(b.announce(repository.ChangeNothing, ""), func() { b.must(b.store.Nodes.Leave(t.Context(), ghost.ID)) })
	})
}

func TestWaitWithoutDatabase(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.ghost()
		number := b.announce(repository.ChangeNothing, "")
		done := make(chan error, 1)
		go func() { done <- b.wait.Wait(t.Context(), number) }()
		b.silence()
		b.wantCode(<-done, "try_again")
	})
}

func TestLostReportIsRepeated(t *testing.T) {
	t.Parallel()
	refuse := map[repository.Dialect]string{
		repository.SQLite: "CREATE TRIGGER refuse BEFORE UPDATE OF applied ON nodes BEGIN SELECT raise(ABORT, 'lost'); END",
		repository.Postgres: `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'lost'; END $$;
			CREATE TRIGGER refuse BEFORE UPDATE OF applied ON nodes FOR EACH ROW EXECUTE FUNCTION refuse()`,
	}
	allow := map[repository.Dialect]string{
		repository.SQLite: "DROP TRIGGER refuse", repository.Postgres: "DROP TRIGGER refuse ON nodes",
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.exec(refuse[db.Dialect])
		number := b.announce(repository.ChangeNothing, "")
		if err := b.node.CatchUp(t.Context()); err == nil {
			t.Fatal("the report was taken")
		}
		b.exec(allow[db.Dialect])
		b.until(func() bool {
			nodes, err := b.store.Nodes.All(t.Context())
			b.must(err)
			return nodes[0].Applied == number
		})
	})
}

func TestRegistrationWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		idle := b.idle()
		node := repository.Node{ID: idle.node.ID, LeaseMs: 2000, Renewals: 1, StartedAt: b.clock.now(), RenewedAt: b.clock.now()}
		b.must(b.store.Nodes.Register(t.Context(), &node))
		b.must(b.store.Nodes.Report(t.Context(), node.ID, 7))
		node.Renewals = 2
		b.must(b.store.Nodes.Register(t.Context(), &node))
		nodes, err := b.store.Nodes.All(t.Context())
		b.must(err)
		for _, n := range nodes {
			if n.ID == node.ID && (n.Applied != 0 || n.Renewals != 2) {
				t.Errorf("row %+v, want one that has applied nothing", n)
			}
		}
		idle.run() // takes the row over, as it would after a lost answer
	})
}

func TestDeadNodeIsRemovedAfterItsLease(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		const lease = 700 * time.Millisecond
		dead := repository.Node{ID: "dead", LeaseMs: lease.Milliseconds(), Renewals: 1, StartedAt: b.clock.now(), RenewedAt: b.clock.now()}
		b.must(b.store.Nodes.Register(t.Context(), &dead))
		renewed := time.Now()
		b.until(func() bool {
			nodes, err := b.store.Nodes.All(t.Context())
			b.must(err)
			return len(nodes) == 1
		})
		if after := time.Since(renewed); after < lease {
			t.Errorf("removed after %s, and its lease is %s", after, lease)
		}
	})
}
