package service_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

const day = 24 * time.Hour

// teller makes events on the bench's database, and keeps those that a
// subscriber was told of.
type teller struct {
	*bench
	*service.Events

	mu   sync.Mutex
	told []model.Event
}

// newTeller has told of all that the demo made, of which nothing expires.
func newTeller(b *bench) *teller {
	b.exec("UPDATE tokens SET expires_at = NULL")
	t := &teller{bench: b}
	t.Events = &service.Events{
		Store: b.store, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: b.clock.now, Leads: []time.Duration{30 * day, 7 * day, day},
		Subscribers: []service.Subscriber{t.hear},
	}
	t.follow()
	t.scan()
	t.heard()
	return t
}

func (t *teller) hear(_ context.Context, _ *repository.Store, event *model.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told = append(t.told, *event)
	return nil
}

// heard is what was told since it was last asked.
func (t *teller) heard() []model.Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	told := t.told
	t.told = nil
	return told
}

// follow seals the audit log and makes events of it.
func (t *teller) follow() {
	t.t.Helper()
	for more := true; more; {
		var err error
		more, err = t.chain.Seal(t.t.Context())
		t.must(err)
	}
	for more := true; more; {
		var err error
		more, err = t.Follow(t.t.Context())
		t.must(err)
	}
}

func (t *teller) scan() {
	t.t.Helper()
	t.must(t.Scan(t.t.Context()))
}

// wantTold fails the test unless exactly these types were told since the last
// time, in this order.
func (t *teller) wantTold(types ...string) []model.Event {
	t.t.Helper()
	heard := t.heard()
	got := make([]string, len(heard))
	for i := range heard {
		got[i] = heard[i].Type
	}
	if strings.Join(got, " ") != strings.Join(types, " ") {
		t.t.Fatalf("told of %v, want %v", got, types)
	}
	return heard
}

func TestEveryChangeIsToldOnce(t *testing.T) {
	t.Parallel()
	type change func(b *bench, id string) error
	must := func(_ service.Changed, err error) error { return err }
	tests := map[string]struct {
		change change
		want   []string
		data   string // a key that the data has beside token and actor
	}{
		"nothing": {func(*bench, string) error { return nil }, nil, ""},
		"name": {func(b *bench, id string) error {
			return must(b.tokens.Update(b.t.Context(), b.actor, service.UpdateToken{ID: id, Name: new("Other")}))
		}, []string{model.EventTokenChanged}, "changes"},
		"the same name": {func(b *bench, id string) error {
			return must(b.tokens.Update(b.t.Context(), b.actor, service.UpdateToken{ID: id, Name: new("Token")}))
		}, nil, ""},
		"rotate": {func(b *bench, id string) error {
			_, err := b.tokens.Rotate(b.t.Context(), b.actor, service.RotateToken{ID: id})
			return err
		}, []string{model.EventTokenRotated}, "previous_ends_at"},
		"rotate and end": {func(b *bench, id string) error {
			_, err := b.tokens.Rotate(b.t.Context(), b.actor, service.RotateToken{ID: id})
			return errors.Join(err, must(b.tokens.EndPrevious(b.t.Context(), b.actor, id)))
		}, []string{model.EventTokenRotated, model.EventTokenChanged}, ""},
		"disable": {func(b *bench, id string) error {
			return must(b.tokens.Disable(b.t.Context(), b.actor, id))
		}, []string{model.EventTokenDisabled}, ""},
		"disable twice": {func(b *bench, id string) error {
			return errors.Join(must(b.tokens.Disable(b.t.Context(), b.actor, id)), must(b.tokens.Disable(b.t.Context(), b.actor, id)))
		}, []string{model.EventTokenDisabled}, ""},
		"enable": {func(b *bench, id string) error {
			return errors.Join(must(b.tokens.Disable(b.t.Context(), b.actor, id)), must(b.tokens.Enable(b.t.Context(), b.actor, id)))
		}, []string{model.EventTokenDisabled, model.EventTokenEnabled}, ""},
		"revoke": {func(b *bench, id string) error {
			return must(b.tokens.Revoke(b.t.Context(), b.actor, id, "No longer needed."))
		}, []string{model.EventTokenRevoked}, "reason"},
		"delete": {func(b *bench, id string) error {
			return must(b.tokens.Delete(b.t.Context(), b.actor, id))
		}, []string{model.EventTokenDeleted}, ""},
		"duplicate": {func(b *bench, id string) error {
			_, err := b.tokens.Duplicate(b.t.Context(), b.actor, id, "")
			return err
		}, []string{model.EventTokenCreated}, "duplicate_of"},
		"undone": {func(b *bench, _ string) error {
			_, err := b.tokens.Create(b.t.Context(), b.actor, service.CreateToken{Name: "Token", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada})
			b.wantCode(err, "name_taken")
			return nil
		}, nil, ""},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, testdb.New(t, db.Dialect))
				teller := newTeller(b)
				tok := b.create("Token").Token
				teller.follow()
				teller.wantTold(model.EventTokenCreated)
				b.must(tt.change(b, tok.ID))
				teller.follow()
				teller.follow()
				teller.scan()
				for _, event := range teller.wantTold(tt.want...) {
					if _, ok := event.Data[tt.data]; tt.data != "" && !ok {
						t.Errorf("%s has no %s: %v", event.Type, tt.data, event.Data)
					}
					if event.AccountID != partner || event.TokenID == "" || event.ID == "" {
						t.Errorf("of %q, token %q, id %q", event.AccountID, event.TokenID, event.ID)
					}
				}
			})
		}
	})
}

// TestFollowersAtOnce: several nodes make each event once, and none twice if one
// of them breaks down in its transaction.
func TestFollowersAtOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		first := newTeller(b)
		broken, mu := 0, sync.Mutex{}
		breakDown := func(context.Context, *repository.Store, *model.Event) error {
			mu.Lock()
			defer mu.Unlock()
			if broken++; broken < 80 && broken%7 == 0 { // now and then, in the middle of a transaction
				return errors.New("broken down")
			}
			return nil
		}
		const tokens = 40
		for i := range tokens {
			b.create("Token " + string(rune('A'+i)))
		}
		for more := true; more; {
			var err error
			more, err = b.chain.Seal(t.Context())
			b.must(err)
		}
		var following sync.WaitGroup
		for range 3 {
			node := *first.Events
			node.Subscribers = []service.Subscriber{breakDown}
			following.Go(func() {
				for pending := true; pending; {
					_, _ = node.Follow(t.Context())
					var err error
					if pending, err = b.store.Events.Pending(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		following.Wait()
		events := listAll(b, first.Events, service.ListEvents{Filter: service.EventFilter{AccountID: partner, Types: []string{model.EventTokenCreated}}, Oldest: true})
		seen := map[string]int{}
		for _, event := range events {
			if strings.HasPrefix(event.Data["token"].(map[string]any)["name"].(string), "Token ") {
				seen[event.TokenID]++
			}
		}
		if len(seen) != tokens {
			t.Fatalf("%d tokens have an event, want %d", len(seen), tokens)
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%d events of token %s", n, id)
			}
		}
	})
}

// listAll is all pages of a list.
func listAll(b *bench, events *service.Events, in service.ListEvents) []model.Event {
	b.t.Helper()
	var all []model.Event
	in.Limit = 7
	for {
		page, next, err := events.List(b.t.Context(), model.Actor{Operator: true}, in)
		b.must(err)
		if all = append(all, page...); len(page) == 0 || next == "" {
			return all
		}
		in.Cursor = next
	}
}

// TestReadersMissNoEvent: who reads on from where they stopped sees every event,
// in one order, though another transaction commits an older one later.
func TestReadersMissNoEvent(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		teller := newTeller(b)
		in := service.ListEvents{Oldest: true, Filter: service.EventFilter{AccountID: partner}}
		before, cursor, err := teller.List(t.Context(), b.actor, service.ListEvents{Oldest: true, Limit: 200})
		b.must(err)
		in.Cursor = cursor
		publish := func(tx *repository.Store, moment string) error {
			return teller.Publish(t.Context(), tx, &model.Event{Type: model.EventWebhookTest, AccountID: partner, At: b.clock.now(), Moment: moment})
		}
		if db.Dialect == repository.Postgres { // SQLite has one writer at a time
			b.must(b.store.InTx(t.Context(), func(tx *repository.Store) error {
				if err := publish(tx, "late"); err != nil {
					return err
				}
				err := b.store.InTx(t.Context(), func(other *repository.Store) error { return publish(other, "early") })
				teller.follow()
				return err
			}))
		} else {
			b.must(b.store.InTx(t.Context(), func(tx *repository.Store) error { return errors.Join(publish(tx, "early"), publish(tx, "late")) }))
		}
		b.must(b.store.InTx(t.Context(), func(tx *repository.Store) error { return publish(tx, "late") })) // told already
		page, next, err := teller.List(t.Context(), b.actor, in)
		b.must(err)
		teller.follow()
		in.Cursor = next
		rest, _, err := teller.List(t.Context(), b.actor, in)
		b.must(err)
		var moments []string
		for _, event := range append(page, rest...) {
			moments = append(moments, event.Moment)
		}
		if got := strings.Join(moments, " "); got != "early late" {
			t.Errorf("read %q after the first %d events, want early and late", got, len(before))
		}
	})
}

func TestEventsAreNotKeptForEver(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		teller := newTeller(b)
		old := listAll(b, teller.Events, service.ListEvents{})
		if len(old) == 0 {
			t.Fatal("the demo has no events")
		}
		b.clock.add(91 * day)
		b.create("Token")
		teller.follow()
		b.must((&service.Housekeeping{Store: b.store, Log: slog.New(slog.DiscardHandler), Now: b.clock.now}).Clean(t.Context()))
		left := listAll(b, teller.Events, service.ListEvents{})
		if len(left) != 1 || left[0].Type != model.EventTokenCreated {
			t.Errorf("%d events are left: %v", len(left), left)
		}
	})
}

// TestPanicEndsNoServer: what a subscriber panics at is told again, and is there
// once.
func TestPanicEndsNoServer(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		teller := newTeller(b)
		told := make(chan string, 10)
		calls := 0
		teller.Subscribers = append(teller.Subscribers, func(_ context.Context, _ *repository.Store, event *model.Event) error {
			if calls++; calls == 1 {
				panic("cannot tell of " + event.Type)
			}
			told <- event.TokenID
			return nil
		})
		tok := b.create("Panics")
		_, err := b.chain.Seal(t.Context())
		b.must(err)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = teller.Run(ctx) })
		select {
		case id := <-told:
			if id != tok.Token.ID {
				t.Errorf("told of %q, want %q", id, tok.Token.ID)
			}
		case <-time.After(30 * time.Second):
			t.Error("what a subscriber panicked at is not told again")
		}
		stop()
		running.Wait()
	})
}
