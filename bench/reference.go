package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/tokenry/tokenry/internal/secret"
)

// serveReference serves, on the address args[0], the least that could be said
// to do the work: "empty" reads the body and answers with about 300 bytes;
// "insert-pgx" and "insert-sqlite" do so after they have inserted one row of
// tokens into the database args[1], "select-pgx" after it has read the row that
// the secret in the body names, "sign" after it has made one signature.
func serveReference(ctx context.Context, kind string, args []string) error {
	work := func(context.Context, []byte) error { return nil }
	switch kind {
	case "sign":
		var err error
		if work, err = signer(); err != nil {
			return err
		}
	case "select-pgx":
		pool, err := openPgx(ctx, args[1])
		if err != nil {
			return err
		}
		work = func(ctx context.Context, body []byte) error { return readToken(ctx, pool, body) }
	case "insert-pgx":
		pool, err := openPgx(ctx, args[1])
		if err != nil {
			return err
		}
		work = func(ctx context.Context, body []byte) error {
			_, err := pool.Exec(ctx, insertToken, tokenRow(body)...)
			return err
		}
	case "insert-sqlite":
		db, err := openSQLite(args[1])
		if err != nil {
			return err
		}
		work = func(ctx context.Context, body []byte) error {
			_, err := db.ExecContext(ctx, insertToken, tokenRow(body)...)
			return err
		}
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.POST("/*", func(c echo.Context) error {
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		if err := work(c.Request().Context(), body); err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, answer)
	})
	go func() {
		<-ctx.Done()
		_ = e.Close() // ends Start
	}()
	if err := e.Start(args[0]); err != http.ErrServerClosed { //nolint:errorlint // Echo does not wrap it
		return err
	}
	return nil
}

var answer, _ = json.Marshal(map[string]string{"text": strings.Repeat("x", 289)}) // cannot fail

const insertToken = `INSERT INTO tokens (id, account_id, name, name_folded, description, version, scopes, primary_contact,
	developers, allowed_cidrs, metadata, claims, digest, pepper, hint, generation, rights_epoch, revision, created_at,
	created_by, updated_at, expires_at, revoke_reason)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// tokenRow is a row as Tokenry makes of the body of createBody. It checks
// nothing.
func tokenRow(body []byte) []any {
	id, now := secret.NewID(), time.Now().UTC()
	name := fmt.Sprintf("Bench %s", id)
	digest := secret.New("tkr", id).Sum()
	return []any{
		id, demoAccount, name, strings.ToLower(name), string(body[:100]), "16",
		`{"actions.list_actions","actions.view_one_action"}`, demoMember, `{"dev@example.com"}`, `{"203.0.113.0/24"}`,
		`{"team":"data"}`, "{}", digest[:], 1, "abcd", 1, 0, 1, now, "token:" + id, now, now.AddDate(1, 0, 0), "",
	}
}

// readToken reads, of the token that the body of ask names, what a check needs.
func readToken(ctx context.Context, pool *pgxpool.Pool, body []byte) error {
	var id, account, name, version, metadata, claims string
	var scopes, networks []string
	var digest []byte
	var pepper, generation int
	var expires, disabled, revoked *time.Time
	const begin = len(`{"secret":"tkr_`)
	return pool.QueryRow(ctx, `SELECT id, account_id, name, version, scopes, allowed_cidrs, metadata, claims, digest, pepper,
		generation, expires_at, disabled_at, revoked_at FROM tokens WHERE id = $1`, string(body[begin:begin+22])).
		Scan(&id, &account, &name, &version, &scopes, &networks, &metadata, &claims, &digest, &pepper,
			&generation, &expires, &disabled, &revoked)
}

func openPgx(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 20 // as many as Tokenry has
	return pgxpool.NewWithConfig(ctx, cfg)
}

func openSQLite(path string) (*sql.DB, error) {
	q := url.Values{
		"_pragma":              {"journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)"},
		"_time_integer_format": {"unix_micro"},
	}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // writers take turns anyway
	return db, nil
}
