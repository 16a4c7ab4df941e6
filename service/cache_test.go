package service_test

import (
	"database/sql/driver"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

func TestMain(m *testing.M) {
	sqlite.MustRegisterScalarFunction("pass_gate", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if g, ok := gates.Load(args[0]); ok {
			g := g.(*gate)
			g.entered <- struct{}{}
			<-g.open
		}
		return int64(1), nil
	})
	m.Run()
}

// gates are those that hold the loads of tokens in SQLite, by token id.
var gates sync.Map

// gate holds loads of a token after they have read its row, and before they
// have read its replaced secrets.
type gate struct {
	entered chan struct{} // a value for each load that waits
	open    chan struct{} // closed to let them go on
}

// hold holds the loads of a token that was rotated. It returns how to wait for
// a number of loads under way, and how to let them go on.
func (b *bench) hold(id string) (await func(loads int), release func()) {
	b.t.Helper()
	if b.db.Dialect == repository.Postgres {
		return b.holdPostgres()
	}
	g := &gate{entered: make(chan struct{}, 100), open: make(chan struct{})}
	gates.Store(id, g)
	b.exec("ALTER TABLE previous_secrets RENAME TO kept_secrets",
		"CREATE VIEW previous_secrets AS SELECT * FROM kept_secrets WHERE pass_gate(token_id) = 1")
	seen := 0
	await = func(loads int) {
		for ; seen < loads; seen++ {
			select {
			case <-g.entered:
			case <-time.After(20 * time.Second):
				b.t.Fatal("there is no load")
			}
		}
	}
	return await, func() { close(g.open) }
}

func (b *bench) holdPostgres() (await func(loads int), release func()) {
	pool := b.sql()
	tx, err := pool.BeginTx(b.t.Context(), nil)
	b.must(err)
	_, err = tx.ExecContext(b.t.Context(), "LOCK TABLE previous_secrets IN ACCESS EXCLUSIVE MODE")
	b.must(err)
	await = func(loads int) {
		b.until(func() bool {
			var waiting int
			b.must(pool.QueryRowContext(b.t.Context(),
				"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'previous_secrets'::regclass").Scan(&waiting))
			return waiting >= loads
		})
	}
	return await, func() { b.must(tx.Rollback()) }
}

func TestLoadThatADropOvertakesIsNotKept(t *testing.T) {
	t.Parallel()
	// Each takes the token's rights away, and tells the nodes.
	tests := map[string]func(b *bench, tok model.Token){
		"the token is dropped": func(b *bench, tok model.Token) {
			_, err := b.tokens.Revoke(b.t.Context(), b.actor, tok.ID, "")
			b.must(err)
		},
		"everything is dropped": func(b *bench, tok model.Token) {
			tok.RevokedAt = new(b.clock.now())
			b.must(b.store.Tokens.Update(b.t.Context(), &tok))
			b.announce(repository.ChangeCatalog, "partner")
		},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, revoke := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, testdb.New(t, db.Dialect))
				tok, err := b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: b.create("Report").Token.ID})
				b.must(err)
				b.must(b.node.CatchUp(t.Context()))
				await, release := b.hold(tok.Token.ID)
				early, late := make(chan string, 1), make(chan string, 1)
				check := func(code chan string) {
					got, err := b.check(tok.Secret)
					if err != nil {
						got = err.Error()
					}
					code <- got
				}
				go check(early)
				await(1)
				revoke(b, tok.Token)
				b.must(b.node.CatchUp(t.Context()))
				go check(late)
				await(2) // it has not joined the first
				release()
				<-early // may be either: it began before
				if got := <-late; got != "revoked" {
					t.Errorf("a check that began after the change: %s", got)
				}
				if got := b.verify(tok.Secret); got != "revoked" {
					t.Errorf("a check after both: %s", got)
				}
			})
		}
	})
}

func TestWhatIsNotThereIsNotCached(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		b.exec("UPDATE tokens SET id = 'elsewhere' WHERE id = '" + tok.Token.ID + "'")
		if got := b.verify(tok.Secret); got != "unknown" {
			t.Errorf("not there: %s", got)
		}
		b.exec("UPDATE tokens SET id = '" + tok.Token.ID + "' WHERE id = 'elsewhere'")
		if got := b.verify(tok.Secret); got != "ok" {
			t.Errorf("there again: %s", got)
		}
	})
}

func TestDisabledAccountRefusesItsTokens(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		a := newBench(t, db)
		b := a.beside()
		tok := a.create("Report")
		for _, step := range []struct {
			state model.AccountState
			want  string
		}{{model.AccountActive, "ok"}, {model.AccountDisabled, "account_disabled"}} {
			changed, err := a.accounts.Update(t.Context(), a.actor, service.AccountInput{State: &step.state})
			a.must(err)
			a.must(a.wait.Wait(t.Context(), changed.Taken))
			for _, node := range []*bench{a, b} {
				if got := node.verify(tok.Secret); got != step.want {
					t.Errorf("%s account: %s, want %s", step.state, got, step.want)
				}
			}
		}
	})
}
