package service_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// TestUsageIsKeptForThirteenMonths: old counts are merged, and stay exact, until
// they are removed.
func TestUsageIsKeptForThirteenMonths(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		id := b.create("Old").Token.ID
		b.exec("UPDATE tokens SET created_at = " + map[repository.Dialect]string{
			repository.SQLite: "0", repository.Postgres: "'epoch'",
		}[db.Dialect])
		now := time.Date(2026, 11, 23, 10, 20, 30, 0, time.UTC)
		b.clock.add(now.Sub(b.clock.now()))
		for at, ip := range map[string]string{
			"2026-11-23T10:01:00Z": "now", "2026-11-23T09:01:00Z": "an hour ago",
			"2026-11-10T01:00:00Z": "first", "2026-11-10T23:59:59Z": "last of a day", "2026-11-11T00:00:00Z": "next day",
			"2026-05-31T23:59:59Z": "May", "2026-06-01T00:00:00Z": "June", "2026-06-30T12:00:00Z": "last of June",
			"2025-10-15T00:00:00Z": "kept", "2025-09-30T00:00:00Z": "gone",
		} {
			at, err := time.Parse(time.RFC3339, at)
			b.must(err)
			b.usage.Record(service.Use{TokenID: id, Code: "ok", Caller: ip, Scopes: []string{"a"}, At: at})
			b.usage.Record(service.Use{TokenID: id, Code: "expired", Previous: true, Caller: "x", At: at})
		}
		b.flush()
		house := &service.Housekeeping{Store: b.store, Log: slog.Default(), Now: b.clock.now}
		beside := &service.Housekeeping{Store: b.idle().store, Log: slog.Default(), Now: b.clock.now}
		done := make(chan error)
		go func() { done <- beside.Clean(t.Context()) }()
		b.must(house.Clean(t.Context()))
		b.must(<-done)
		b.must(house.Clean(t.Context()))

		since := now.AddDate(-5, 0, 0)
		report, err := b.usage.OfToken(t.Context(), b.actor, service.UsageQuery{TokenID: id, Since: &since, Resolution: repository.Hourly})
		b.must(err)
		type row struct {
			resolution repository.Resolution
			start      string
			n          int64
			last       string
		}
		got := []row{}
		for _, c := range report.Counts {
			if c.Code == "ok" {
				got = append(got, row{c.Resolution, c.Start.Format(time.RFC3339), c.N, c.LastCaller})
			}
		}
		want := []row{
			{"month", "2025-10-01T00:00:00Z", 1, "kept"},
			{"month", "2026-05-01T00:00:00Z", 1, "May"},
			{"month", "2026-06-01T00:00:00Z", 2, "last of June"},
			{"day", "2026-11-10T00:00:00Z", 2, "last of a day"},
			{"day", "2026-11-11T00:00:00Z", 1, "next day"},
			{"hour", "2026-11-23T09:00:00Z", 1, "an hour ago"},
			{"hour", "2026-11-23T10:00:00Z", 1, "now"},
		}
		if len(got) != len(want) {
			t.Fatalf("kept: %v\nwant: %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("kept: %v, want %v", got[i], want[i])
			}
		}
		b.wantCounts("codes", codes(report), map[string]int64{"ok": 9, "expired": 9})
		b.wantCounts("scopes", parts(report.Scopes), map[string]int64{"a": 9})
		if oldest := report.Since.Format(time.DateOnly); oldest != "2025-10-01" {
			t.Errorf("since %s", oldest)
		}

		months, err := b.usage.OfToken(t.Context(), b.actor, service.UsageQuery{TokenID: id, Since: &since, Resolution: repository.Monthly})
		b.must(err)
		if len(months.Counts) != 2*4 || months.Total != 18 {
			t.Errorf("by month: %+v", months.Counts)
		}
	})
}
