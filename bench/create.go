package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// create measures POST /tokens, authenticated and validated, beside a bare
// insert of such a row into the same table of another database.
func (b *bench) create(ctx context.Context) error {
	t := b.report.table("Create a token",
		"Reference: a bare insert of the same row, with the same indexes, behind an empty Echo handler. "+
			"Tokenry also authenticates, validates, and commits an audit entry with the token.",
		"database, connections", "bare insert", "Tokenry", "p99", "CPU of Tokenry", "ratio", "goal")
	if err := b.createOnPostgres(ctx, t); err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	if err := b.createOnSQLite(ctx, t); err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	return nil
}

func (b *bench) createOnPostgres(ctx context.Context, t *table) error {
	bare, err := b.database(ctx)
	if err != nil {
		return err
	}
	if err := makeBare(ctx, repository.Config{URL: bare}); err != nil {
		return err
	}
	if err := withoutTriggers(ctx, bare); err != nil {
		return err
	}
	url, err := b.database(ctx)
	if err != nil {
		return err
	}
	return b.compareCreate(ctx, t, "PostgreSQL", 0.4, []int{1, 8, 32}, url, "insert-pgx", bare)
}

// withoutTriggers leaves bare inserts nothing to do beside.
func withoutTriggers(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER TABLE tokens DISABLE TRIGGER USER")
	return errors.Join(err, conn.Close(ctx))
}

func (b *bench) createOnSQLite(ctx context.Context, t *table) error {
	dir, err := b.folder("bare")
	if err != nil {
		return err
	}
	bare := filepath.Join(dir, "bare.db")
	if err := makeBare(ctx, repository.Config{Path: bare}); err != nil {
		return err
	}
	return b.compareCreate(ctx, t, "SQLite", 0.6, []int{1, 8}, "", "insert-sqlite", bare)
}

func (b *bench) compareCreate(ctx context.Context, t *table, name string, goal float64, connections []int, url, kind, bare string) error {
	reference, err := b.reference(ctx, kind, bare)
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := b.tokenry(ctx, url)
	if err != nil {
		return err
	}
	defer subject.stop()
	r := request{method: "POST", path: "/tokens", header: subject.header(), body: createBody}
	for _, n := range connections {
		all, err := b.takeTurns(ctx, n, side{reference, r}, side{subject.process, r})
		if err != nil {
			return err
		}
		got := ratio(all[0], all[1], load.rate)
		t.add(got >= goal, fmt.Sprintf("%s, %d", name, n), perSecond(all[0].rate()), perSecond(all[1].rate()),
			milliseconds(all[1].p99()), microseconds(all[1].cpu()), fmt.Sprintf("%.2f", got), fmt.Sprintf("≥ %.1f", goal))
	}
	return b.profile(ctx, subject, r, "create-"+name)
}

func createBody(n int64) []byte {
	return fmt.Appendf(nil, `{"name":"Bench %d","description":"Pulls yesterday's actions into the warehouse, as every night",`+
		`"version":"16","contacts":{"primary":%q,"developers":["dev@example.com"]},`+
		`"scopes":["actions.list_actions","actions.view_one_action"],"expires_at":"2099-01-01T00:00:00Z",`+
		`"allowed_cidrs":["203.0.113.0/24"],"metadata":{"team":"data"}}`, n, demoMember)
}

// makeBare makes the tables of the database of bare inserts, and the account
// that its rows refer to.
func makeBare(ctx context.Context, cfg repository.Config) error {
	store, err := repository.Open(cfg)
	if err != nil {
		return err
	}
	if err := store.Migrate(ctx); err != nil {
		return errors.Join(err, store.Close())
	}
	account := model.Account{ID: demoAccount, Type: "partner", Name: "Bench", State: model.AccountActive, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	return errors.Join(store.Accounts.Insert(ctx, &account), store.Close())
}
