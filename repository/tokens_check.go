package repository

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tokenry/tokenry/model"
)

const selectForCheck = "SELECT id, account_id, name, version, scopes, allowed_cidrs, metadata, claims, digest, pepper, generation, " +
	"expires_at, disabled_at, revoked_at FROM tokens WHERE id = $1"

// ForCheck is what checks need of the token of that id, of any account, deleted
// or not; its other fields may be empty. Checks of tokens that are not cached
// wait for it, so it asks PostgreSQL without the layers that all else goes
// through. It must not be called in a transaction.
func (r Tokens) ForCheck(ctx context.Context, id string) (model.Token, error) {
	if r.dialect != Postgres {
		return r.ByID(ctx, id)
	}
	tok, err := r.forCheck(ctx, id)
	switch {
	case errors.Is(err, driver.ErrBadConn):
		return r.ByID(ctx, id) // tries other connections
	case errors.Is(err, pgx.ErrNoRows):
		err = model.NotFound()
	}
	return tok, classify(err)
}

func (r Tokens) forCheck(ctx context.Context, id string) (tok model.Token, err error) {
	pool, err := r.db.DB()
	if err != nil {
		return tok, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return tok, err
	}
	defer conn.Close()
	var metadata, claims []byte
	err = conn.Raw(func(c any) error {
		err := c.(*stdlib.Conn).Conn().QueryRow(ctx, selectForCheck, id).Scan(
			&tok.ID, &tok.AccountID, &tok.Name, &tok.Version, &tok.Scopes, &tok.AllowedCIDRs, &metadata, &claims,
			&tok.Secret.Digest, &tok.Secret.Pepper, &tok.Generation, &tok.ExpiresAt, &tok.DisabledAt, &tok.RevokedAt)
		if pgconn.SafeToRetry(err) {
			return driver.ErrBadConn
		}
		return err
	})
	if err != nil {
		return tok, err
	}
	return tok, errors.Join(readObject(metadata, &tok.Metadata), readObject(claims, &tok.Claims))
}

func readObject(text []byte, into *map[string]string) error {
	if string(text) == "{}" {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read metadata or claims: %w", err)
	}
	return nil
}
