package service_test

import (
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

func (b *bench) leaks() *service.Leaks {
	return &service.Leaks{Store: b.store, Keys: b.keys, Tokens: b.tokens, Log: slog.New(slog.DiscardHandler), Now: b.clock.now}
}

// leak reports a secret; nobody has looked into it yet.
func (b *bench) leak(issued service.Issued, url string) {
	b.t.Helper()
	b.must(b.leaks().Report(b.t.Context(), service.FromAnyone, "203.0.113.7", []service.Found{service.FoundText(issued.Secret.Reveal(), url)}))
}

// TestLeakIsEndedOnAllNodes: when a report has been looked into, no node accepts
// the secret, and several that look at once do it once.
func TestLeakIsEndedOnAllNodes(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		other := b.beside()
		tok := b.create("Leaked")
		for _, node := range []*bench{b, other} {
			if got := node.verify(tok.Secret); got != "ok" {
				t.Fatalf("before, a check answers %s", got)
			}
		}
		b.leak(tok, "https://example.com/a")
		b.leak(tok, "https://example.com/b")
		var wg sync.WaitGroup
		for _, node := range []*bench{b, other, b, other} {
			wg.Go(func() {
				for more := true; more; {
					var err error
					if more, err = node.leaks().Look(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, node := range []*bench{b, other} {
			if got := node.verify(tok.Secret); got != "disabled" {
				t.Errorf("a check answers %s, want disabled", got)
			}
		}
		if told := b.entries("token.leaked"); len(told) != 2 || told[0].ActorKind != model.ActorSystem || told[0].Details["reported_by"] != "203.0.113.7" {
			t.Errorf("entries %+v", told)
		}
		if ended := b.entries("token.disabled"); len(ended) != 1 {
			t.Errorf("%d entries of token.disabled, want 1", len(ended))
		}
	})
}

// TestLeakUnderAnOldPepper: a secret is found whichever pepper its digest is
// under, also if that has changed since the report was taken.
func TestLeakUnderAnOldPepper(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		old, renewed := b.create("Old"), b.create("Renewed")
		rotated := b.create("Rotated")
		_, err := b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: rotated.Token.ID})
		b.must(err)
		for _, tok := range []service.Issued{old, renewed, rotated} {
			b.leak(tok, "")
		}
		_, err = b.peppers.Add(t.Context(), b.actor)
		b.must(err)
		b.verify(renewed.Secret)
		b.flush() // its digest is under the new pepper now
		fresh := b.create("Fresh")
		b.leak(fresh, "")
		for more := true; more; {
			more, err = b.leaks().Look(t.Context())
			b.must(err)
		}
		for name, tok := range map[string]service.Issued{"old": old, "renewed": renewed, "fresh": fresh} {
			if got := b.verify(tok.Secret); got != "disabled" {
				t.Errorf("%s: a check answers %s, want disabled", name, got)
			}
		}
		if got := b.verify(rotated.Secret); got != "rotated" {
			t.Errorf("rotated: a check answers %s, want rotated", got)
		}
	})
}

// TestLeakUnderManyPeppers: one statement of SQLite could not ask for so many
// digests.
func TestLeakUnderManyPeppers(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Leaked")
		for range 32 {
			_, err := b.peppers.Add(t.Context(), b.actor)
			b.must(err)
		}
		found := make([]service.Found, 1000)
		for i := range found {
			found[i] = service.FoundText(strconv.Itoa(i), "")
		}
		found[len(found)-1] = service.FoundText(tok.Secret.Reveal(), "")
		b.must(b.leaks().Report(t.Context(), service.FromAnyone, "", found))
		if _, err := b.leaks().Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.verify(tok.Secret); got != "disabled" {
			t.Errorf("a check answers %s, want disabled", got)
		}
	})
}

// TestStrangersDoNotCrowdOutGitHub: when strangers have reported as much as is
// taken, what GitHub has signed is taken all the same, and goes first.
func TestStrangersDoNotCrowdOutGitHub(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Leaked")
		now := b.clock.now()
		b.must(b.store.InTx(t.Context(), func(tx *repository.Store) error {
			for range service.MaxReports {
				waiting := &repository.LeakReport{ID: secret.NewID(), At: now, DueAt: now, Source: service.FromAnyone, Sealed: []byte{}}
				if err := tx.Leaks.InsertReport(t.Context(), waiting); err != nil {
					return err
				}
			}
			return nil
		}))
		found := []service.Found{service.FoundText(tok.Secret.Reveal(), "https://github.com/example/app")}
		if err := b.leaks().Report(t.Context(), service.FromAnyone, "", found); !model.IsCode(err, "try_again") {
			t.Errorf("one more of a stranger: %v", err)
		}
		b.must(b.leaks().Report(t.Context(), service.FromGitHub, "", found))
		if more, err := b.leaks().Look(t.Context()); !more || err != nil {
			t.Errorf("Look = %v, %v", more, err)
		}
		if got := b.verify(tok.Secret); got != "disabled" {
			t.Errorf("a check answers %s, want disabled", got)
		}
	})
}

// TestReportIsLookedIntoAgain: a node that took a report up and died does not
// lose it, and another does not tell of it twice.
func TestReportIsLookedIntoAgain(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Leaked")
		b.leak(tok, "https://example.com/a")
		now := b.clock.now()
		_, found, err := b.store.Leaks.TakeReport(t.Context(), now, now.Add(service.AgainAfter))
		if b.must(err); !found {
			t.Fatal("there is no report")
		}
		if more, err := b.leaks().Look(t.Context()); more || err != nil {
			t.Errorf("another node is at it: %v %v", more, err)
		}
		b.clock.add(service.AgainAfter)
		if more, err := b.leaks().Look(t.Context()); !more || err != nil {
			t.Errorf("nobody took it up again: %v %v", more, err)
		}
		if got := b.verify(tok.Secret); got != "disabled" {
			t.Errorf("a check answers %s, want disabled", got)
		}
	})
}
