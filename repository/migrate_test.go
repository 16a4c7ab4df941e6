package repository_test

import (
	"maps"
	"os"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// TestMigrationKeepsUsage: counts and last uses are the same after the way back
// to the tables they once had, and forward again.
func TestMigrationKeepsUsage(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store, before, ctx := newStore(t, db), start.Add(-time.Hour), t.Context()
		used, unused, revoked := newToken("used", "Used"), newToken("unused", "Unused"), newToken("revoked", "Revoked")
		used.LastUsedAt, revoked.LastUsedAt, revoked.RevokedAt = &before, &start, &start
		must(t, store.Tokens.Insert(ctx, &used))
		must(t, store.Tokens.Insert(ctx, &unused))
		must(t, store.Tokens.Insert(ctx, &revoked))
		count := repository.UsageCount{
			TokenID: "used", Start: repository.Hourly.Start(start), Code: "ok", N: 3, LastAt: start, LastIP: "203.0.113.9", LastCaller: "c",
			Scopes: map[string]int64{`a "quoted" scope`: 1, repository.UsageOther: 2}, Callers: map[string]int64{"c": 3},
		}
		must(t, store.Usage.Add(ctx, []repository.UsageCount{count}))

		dialect := map[repository.Dialect]goose.Dialect{repository.SQLite: goose.DialectSQLite3, repository.Postgres: goose.DialectPostgres}[db.Dialect]
		provider, err := goose.NewProvider(dialect, raw(t, db), os.DirFS("migrations/"+string(db.Dialect)))
		must(t, err)
		_, err = provider.DownTo(ctx, 6)
		must(t, err)
		_, err = provider.Up(ctx)
		must(t, err)

		store = db.Open(t)
		counts, err := store.Usage.OfToken(ctx, "used", repository.UsageRange{Since: before, Until: start.Add(time.Hour)})
		must(t, err)
		if len(counts) != 1 || counts[0].N != 3 || !counts[0].LastAt.Equal(start) || counts[0].LastCaller != "c" ||
			!maps.Equal(counts[0].Scopes, count.Scopes) || !maps.Equal(counts[0].Callers, count.Callers) {
			t.Errorf("counts: %+v", counts)
		}
		filter := repository.TokenFilter{AccountID: account, UnusedSince: new(start.Add(time.Second)), Version: "1", Now: start}
		tokens, err := store.Tokens.List(ctx, filter, repository.ByLastUsedAt, repository.Page{Limit: 9})
		must(t, err)
		if len(tokens) != 3 || tokens[0].LastUsedAt != nil || !tokens[1].LastUsedAt.Equal(before) || !tokens[2].LastUsedAt.Equal(start) {
			t.Errorf("by last use: %+v", tokens)
		}
	})
}
