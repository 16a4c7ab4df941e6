package service_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// herald tells accounts of versions on the bench's database.
type herald struct {
	*teller
	campaigns *service.Campaigns
	changelog *service.Changelog
}

func newHerald(b *bench) *herald {
	h := &herald{teller: newTeller(b)}
	h.campaigns = &service.Campaigns{
		Store: b.store, Cache: b.cache, Events: h.Events, Keys: b.keys, PublicURL: "http://127.0.0.1:8080",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: b.clock.now,
	}
	h.changelog = &service.Changelog{Store: b.store, Cache: b.cache, Now: b.clock.now}
	h.tell()
	h.heard() // of the demo's versions
	return h
}

func (h *herald) tell() {
	h.t.Helper()
	h.must(h.campaigns.Tell(h.t.Context()))
}

// version applies the small catalog with another version 1.
func (h *herald) version(v model.Version) {
	h.t.Helper()
	c := small()
	v.ID = "1"
	c.Versions[0] = v
	_, err := h.apply(c, service.ApplyOptions{})
	h.must(err)
}

// days lets days pass, and gives what was told, each with the days that had
// passed, and the days before the sunset that a reminder is for.
func (h *herald) days(days int) string {
	h.t.Helper()
	var told []string
	for day := 0; ; day++ {
		h.tell()
		for _, event := range h.heard() {
			text := fmt.Sprintf("%d %s", day, strings.TrimPrefix(event.Type, "version."))
			if event.Type == model.EventVersionSunsetNear {
				text += fmt.Sprintf(" %v", event.Data["days_before"])
			}
			if event.Data["refused"] == true {
				text += " refused"
			}
			told = append(told, text)
		}
		if day == days {
			return strings.Join(told, ", ")
		}
		h.clock.add(24 * time.Hour)
	}
}

func TestVersionsAreTold(t *testing.T) {
	t.Parallel()
	in := func(days int) func(now time.Time) *time.Time {
		return func(now time.Time) *time.Time { return new(now.AddDate(0, 0, days)) }
	}
	const current, deprecated, retired = model.VersionCurrent, model.VersionDeprecated, model.VersionRetired
	tests := map[string]struct {
		state    model.VersionState
		sunset   func(time.Time) *time.Time
		atSunset model.AtSunset
		revoked  bool
		want     string
	}{
		"nothing":          {state: current},
		"without an end":   {state: deprecated, want: "0 deprecated"},
		"in good time":     {deprecated, in(100), "", false, "0 deprecated, 10 sunset_approaching 90, 70 sunset_approaching 30, 93 sunset_approaching 7, 99 sunset_approaching 1, 100 retired"},
		"refused then":     {deprecated, in(3), model.SunsetRefuse, false, "0 deprecated, 2 sunset_approaching 1, 3 retired refused"},
		"shortly before":   {deprecated, in(20), "", false, "0 deprecated, 13 sunset_approaching 7, 19 sunset_approaching 1, 20 retired"},
		"a sunset alone":   {current, in(20), "", false, "0 deprecated, 13 sunset_approaching 7, 19 sunset_approaching 1, 20 retired"},
		"after its end":    {deprecated, in(-5), "", false, "0 retired"},
		"at once":          {state: retired, want: "0 retired refused"},
		"no live tokens":   {deprecated, in(3), "", true, ""},
		"retired long ago": {retired, in(-500), "", false, "0 retired refused"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testdb.Each(t, func(t *testing.T, db testdb.DB) {
				b, tok := shop(t, db)
				h := newHerald(b)
				if tt.revoked {
					_, err := b.tokens.Revoke(t.Context(), b.actor, tok.Token.ID, "")
					b.must(err)
				}
				v := model.Version{State: tt.state, AtSunset: tt.atSunset}
				if tt.sunset != nil {
					v.Sunset = tt.sunset(h.clock.now().Truncate(time.Second))
				}
				h.version(v)
				if got := h.days(101); got != tt.want {
					t.Errorf("told %q,\nwant %q", got, tt.want)
				}
			})
		})
	}
}

// TestMovedSunset: a moved date is told anew, and nothing is told of the old one;
// other changes of the catalog tell nothing.
func TestMovedSunset(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		h := newHerald(b)
		begin := h.clock.now().Truncate(time.Second)
		on := func(day int) model.Version {
			return model.Version{State: model.VersionDeprecated, Sunset: new(begin.AddDate(0, 0, day)), DocsURL: "https://example.com/1"}
		}
		told := func(days int, want string) {
			t.Helper()
			if got := h.days(days); got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		}
		h.version(on(9))
		h.tell()
		event := h.heard()[0]
		want := map[string]any{
			"account_type": "shop", "version": "1", "sunset": begin.AddDate(0, 0, 9).Format(time.RFC3339),
			"docs_url": "https://example.com/1", "at_sunset": "report", "tokens": 1,
		}
		if event.Type != model.EventVersionDeprecated || event.AccountID != tok.Token.AccountID || event.TokenID != "" || fmt.Sprint(event.Data) != fmt.Sprint(want) {
			t.Errorf("told %+v, want %v", event, want)
		}
		told(5, "2 sunset_approaching 7")
		v := on(9)
		v.Released = new(begin.AddDate(-1, 0, 0))
		h.version(v)
		told(0, "")
		h.version(on(20)) // it is day 5
		told(7, "0 deprecated")
		h.version(on(13)) // day 12
		told(0, "0 deprecated")
		h.version(on(20))
		told(1, "0 deprecated, 1 sunset_approaching 7")
		h.version(model.Version{State: model.VersionCurrent})
		told(10, "")
		h.version(on(20)) // day 23, after its end
		told(0, "0 retired")
		v = on(20)
		v.State = model.VersionRetired
		h.version(v)
		told(0, "0 retired refused")
	})
}

// TestLateReminders: after days without a server people are told of the nearest
// day alone.
func TestLateReminders(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, _ := shop(t, db)
		h := newHerald(b)
		h.version(model.Version{State: model.VersionDeprecated, Sunset: new(h.clock.now().AddDate(0, 0, 100).Truncate(time.Second))})
		for _, step := range []struct {
			days int
			want string
		}{{0, "0 deprecated"}, {95, "0 sunset_approaching 7"}, {10, "0 retired"}} {
			h.clock.add(time.Duration(step.days) * 24 * time.Hour)
			if got := h.days(0); got != step.want {
				t.Errorf("after %d more days: told %q, want %q", step.days, got, step.want)
			}
		}
	})
}

// TestRetiredAtSunsetIsToldOnce: a version that was refused from its sunset on,
// and is then marked as retired, is told of once.
func TestRetiredAtSunsetIsToldOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, _ := shop(t, db)
		h := newHerald(b)
		h.campaigns.AtSunset = model.SunsetRefuse
		sunset := h.clock.now().Add(24 * time.Hour).Truncate(time.Second)
		h.version(model.Version{State: model.VersionCurrent, Sunset: &sunset})
		if got := h.days(1); got != "0 deprecated, 1 retired refused" {
			t.Errorf("told %q", got)
		}
		h.version(model.Version{State: model.VersionRetired})
		if got := h.days(2); got != "" {
			t.Errorf("told again: %q", got)
		}
	})
}

// TestEveryAccountIsToldOnce tells many accounts from several nodes at once, one
// of which fails now and then.
func TestEveryAccountIsToldOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, _ := shop(t, db)
		h := newHerald(b)
		const accounts = 130 // more than are told in a transaction
		for i := range accounts {
			account := model.Account{
				ID: fmt.Sprintf("02account%013d", i), Type: "shop", Name: "Shop", State: model.AccountActive, CreatedAt: b.clock.now(), UpdatedAt: b.clock.now(),
			}
			b.must(b.store.Accounts.Insert(t.Context(), &account))
			tok := model.Token{
				ID: fmt.Sprintf("02token%015d", i), AccountID: account.ID, Version: "1", Scopes: []string{"orders.read"}, CreatedAt: b.clock.now(),
				UpdatedAt: b.clock.now(), Secret: model.Secret{Digest: fmt.Appendf(nil, "%032d", i), Pepper: 1, Hint: "abcd"}, Generation: 1, PrimaryContact: ada, Metadata: map[string]string{}, Claims: map[string]string{},
			}
			tok.SetName("Till")
			b.must(b.store.Tokens.Insert(t.Context(), &tok))
		}
		h.version(model.Version{State: model.VersionDeprecated})
		calls := 0
		broken := &service.Events{Store: b.store, Log: h.Log, Now: b.clock.now}
		broken.Subscribers = []service.Subscriber{func(context.Context, *repository.Store, *model.Event) error {
			if calls++; calls%40 == 0 {
				return errors.New("a crash")
			}
			return nil
		}}
		failing := *h.campaigns
		failing.Events = broken
		var nodes errgroup.Group
		for range 3 {
			nodes.Go(func() error { return h.campaigns.Tell(t.Context()) })
		}
		nodes.Go(func() error { _ = failing.Tell(t.Context()); return nil })
		b.must(nodes.Wait())
		h.tell()
		var events, told int
		row := b.sql().QueryRowContext(t.Context(), "SELECT count(*), count(DISTINCT account_id) FROM events WHERE type = 'version.deprecated' AND data LIKE '%shop%'")
		b.must(row.Scan(&events, &told))
		if events != accounts+1 || told != events {
			t.Errorf("%d accounts were told by %d events, want %d", told, events, accounts+1)
		}
	})
}
