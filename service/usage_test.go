package service_test

import (
	"context"
	"maps"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// report is the usage of a token by the hour, over the last two days.
func (b *bench) report(id string) service.UsageReport {
	b.t.Helper()
	since := b.clock.now().Add(-48 * time.Hour)
	report, err := b.usage.OfToken(b.t.Context(), b.actor, service.UsageQuery{TokenID: id, Since: &since, Resolution: repository.Hourly})
	b.must(err)
	return report
}

// codes is how many answers had each code.
func codes(report service.UsageReport) map[string]int64 {
	sums := map[string]int64{}
	for _, c := range report.Counts {
		sums[c.Code] += c.N
	}
	return sums
}

// parts is how many answers had each scope or caller.
func parts(list []service.UsageSum) map[string]int64 {
	sums := map[string]int64{}
	for _, p := range list {
		sums[p.Name] += p.N
	}
	return sums
}

func (b *bench) wantCounts(what string, got, want map[string]int64) {
	b.t.Helper()
	if !maps.Equal(got, want) {
		b.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		tok := b.create("Counted")
		id := tok.Token.ID
		ask := func(q service.Question, code string) {
			t.Helper()
			q.Secret, q.Caller = tok.Secret.Reveal(), "gateway"
			answer, err := b.verifier.Verify(ctx, q)
			b.must(err)
			if answer.Code != code {
				t.Fatalf("the answer is %s, want %s", answer.Code, code)
			}
		}
		first := netip.MustParseAddr("::ffff:203.0.113.9")
		ask(service.Question{Scopes: []string{"actions.list_actions"}, IP: first}, "ok")
		ask(service.Question{}, "ok")
		ask(service.Question{Method: "GET", Path: "/Mediapartners/" + id + "/Actions"}, "ok")
		ask(service.Question{Scopes: []string{"actions.list_actions", "jobs.list_jobs", "no.such"}}, "insufficient_scope")
		ask(service.Question{Scopes: []string{"no.such", "actions.list_actions"}, Any: true, IP: first}, "ok")
		ask(service.Question{Version: "1"}, "version_mismatch")
		good := b.clock.now()
		rotated, err := b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: id, Grace: new(time.Hour)})
		b.must(err)
		b.must(b.node.CatchUp(ctx))
		b.clock.add(time.Minute)
		ask(service.Question{IP: netip.MustParseAddr("2001:db8::1")}, "ok") // with the previous secret
		tok = rotated
		ask(service.Question{}, "ok")
		_, err = b.tokens.Disable(ctx, b.actor, id)
		b.must(err)
		b.must(b.node.CatchUp(ctx))
		b.clock.add(time.Minute)
		ask(service.Question{Scopes: []string{"actions.list_actions"}}, "disabled")
		b.verify(b.operator)
		b.flush()
		b.flush()

		report := b.report(id)
		b.wantCounts("codes", codes(report), map[string]int64{"ok": 6, "insufficient_scope": 1, "version_mismatch": 1, "disabled": 1})
		b.wantCounts("scopes", parts(report.Scopes), map[string]int64{"actions.list_actions": 4, "jobs.list_jobs": 1})
		b.wantCounts("callers", parts(report.Callers), map[string]int64{"gateway": 9})
		if report.Total != 9 || report.Resolution != repository.Hourly {
			t.Errorf("total %d by the %s", report.Total, report.Resolution)
		}
		last := report.Last
		if last == nil || !last.LastAt.Equal(good.Add(time.Minute)) || last.LastCaller != "gateway" {
			t.Fatalf("last use %+v", last)
		}
		for _, s := range report.Secrets {
			if s.Previous && (s.N != 1 || s.Code != "ok" || s.LastIP != "2001:db8::1" || s.LastCaller != "gateway") {
				t.Errorf("the previous secret: %+v", s)
			}
		}
		stored, err := b.tokens.Show(ctx, b.actor, id)
		b.must(err)
		if want := good.Add(time.Minute).Truncate(time.Minute); stored.LastUsedAt == nil || !stored.LastUsedAt.Equal(want) {
			t.Errorf("last used at %v, want %v", stored.LastUsedAt, want)
		}
	})
}

// TestUsageIsExact: nodes that count at the same time add up to what was asked,
// whatever is written meanwhile, and however many scopes and callers there are.
func TestUsageIsExact(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		other := b // SQLite has one server
		if db.Dialect == repository.Postgres {
			other = b.idle()
		}
		ids := []string{b.create("One").Token.ID, b.create("Two").Token.ID, b.create("Three").Token.ID}
		const workers, each = 4, 2000
		var work sync.WaitGroup
		for w := range workers {
			node := []*bench{b, other}[w%2]
			work.Go(func() {
				for i := range each {
					node.usage.Record(service.Use{
						TokenID: ids[i%3], Code: []string{"ok", "expired"}[i%2], Previous: i%5 == 0, At: b.clock.now(),
						Caller: string(rune('a' + i%600)), Scopes: []string{string(rune('A' + i%400)), "same"},
					})
					if i%500 == w {
						node.flush()
					}
				}
			})
		}
		work.Wait()
		b.flush()
		other.flush()
		var total int64
		for _, id := range ids {
			report := b.report(id)
			var sum, scopes, callers int64
			for _, c := range report.Counts {
				sum += c.N
			}
			for _, n := range parts(report.Scopes) {
				scopes += n
			}
			for _, n := range parts(report.Callers) {
				callers += n
			}
			if sum != report.Total || scopes != 2*sum || callers != sum {
				t.Errorf("total %d, by hour %d, by scope %d, by caller %d", report.Total, sum, scopes, callers)
			}
			total += sum
		}
		if total != workers*each {
			t.Errorf("%d uses are counted, want %d", total, workers*each)
		}
	})
}

// TestUsageFolds: what is too much to be told apart counts as other.
func TestUsageFolds(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		id := b.create("Busy").Token.ID
		for i := range 3000 {
			b.usage.Record(service.Use{TokenID: id, Code: "ok", Caller: string(rune(0x4e00 + i)), At: b.clock.now()})
		}
		pending := b.usage.Pending()
		b.flush()
		report := b.report(id)
		callers := parts(report.Callers)
		if report.Total != 3000 || pending > 300 || len(callers) > 300 || callers[repository.UsageOther] != int64(3000-len(callers)+1) {
			t.Errorf("total %d, %d counters, %d callers, %d others", report.Total, pending, len(callers), callers[repository.UsageOther])
		}
	})
}

// TestUsageAtCrash: what was counted before a tick is in the database by the
// time of the next, so a crash loses what came after.
func TestUsageAtCrash(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		id := b.create("Crashed").Token.ID
		ticks := make(chan time.Time)
		b.usage.Ticks = ticks
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.usage.Run(ctx) }()
		for round := range int64(3) {
			b.usage.Record(service.Use{TokenID: id, Code: "ok", Caller: "gateway", At: b.clock.now()})
			ticks <- time.Time{}
			ticks <- time.Time{} // taken once the first has been dealt with
			if got := b.beside().report(id).Total; got != round+1 {
				t.Errorf("round %d: %d uses are in the database", round, got)
			}
		}
		stop()
		b.must(<-done)
	})
}

// TestUsageAfterAnOutage: counts wait for the database, in no more room than one
// counter for each token, hour and outcome.
func TestUsageAfterAnOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t, testdb.New(t, repository.Postgres))
	id := b.create("Patient").Token.ID
	record := func() {
		for range 1000 {
			b.usage.Record(service.Use{TokenID: id, Code: "ok", Caller: "gateway", Scopes: []string{"a"}, At: b.clock.now()})
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	record()
	b.db.Stop(t)
	for range 3 {
		if err := b.usage.Run(stopped); err == nil {
			t.Error("written to a database that is away")
		}
		record()
	}
	if pending := b.usage.Pending(); pending > 6 {
		t.Errorf("%d counters wait for the database", pending)
	}
	b.db.Start(t)
	b.until(func() bool { return b.usage.Run(stopped) == nil })
	if got := b.report(id).Total; got != 4000 || b.usage.Lost() != 0 || b.usage.Pending() != 0 {
		t.Errorf("%d uses counted, %d lost, %d pending", got, b.usage.Lost(), b.usage.Pending())
	}
}
