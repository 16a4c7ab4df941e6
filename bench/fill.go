package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
)

//go:embed fill.sql
var fillSQL string

// members makes members of the demo's account, and gives their ids. The last two
// are inactive.
func (t *tokenry) members(ctx context.Context) ([]string, error) {
	ids := make([]string, 60)
	for i := range ids {
		state := "active"
		if i >= len(ids)-2 {
			state = "inactive"
		}
		body := fmt.Appendf(nil, `{"name":"Member %d","email":"member%d@partner.example","role":"viewer","state":%q}`, i, i, state)
		var made struct{ ID string }
		if err := t.call(ctx, http.MethodPost, "/accounts/"+demoAccount+"/members", body, &made); err != nil {
			return nil, err
		}
		ids[i] = made.ID
	}
	return ids, nil
}

// fill puts tokens into the demo's account.
func fill(ctx context.Context, conn *pgx.Conn, tokens int, scopes, members []string) error {
	return withoutIndexes(ctx, conn, func() error {
		if _, err := conn.Exec(ctx, "SET session_replication_role = replica"); err != nil { // no triggers
			return err
		}
		_, err := conn.Exec(ctx, fillSQL, demoAccount, tokens, scopes, members)
		return err
	})
}

// isIndex finds the indexes of tokens, and of their last uses, but the primary
// keys.
const isIndex = "tablename IN ('tokens', 'token_last_uses') AND indexname NOT IN ('tokens_pkey', 'token_last_uses_pkey')"

// withoutIndexes fills the tables of tokens, and makes their indexes anew
// afterwards, which is quicker.
func withoutIndexes(ctx context.Context, conn *pgx.Conn, fill func() error) error {
	rows, err := conn.Query(ctx, "SELECT indexdef FROM pg_indexes WHERE "+isIndex)
	if err != nil {
		return err
	}
	indexes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	const drop = `DO $$ DECLARE i name; BEGIN
		FOR i IN SELECT indexname FROM pg_indexes WHERE ` + isIndex + ` LOOP
			EXECUTE 'DROP INDEX ' || quote_ident(i);
		END LOOP; END $$`
	if _, err := conn.Exec(ctx, drop); err != nil {
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	for _, statement := range append(append([]string{"SET maintenance_work_mem = '1GB'"}, indexes...), "VACUUM ANALYZE tokens, token_last_uses") {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
