package repository

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tokenry/tokenry/model"
)

const selectForCheck = "SELECT id, account_id, name, version, scopes, allowed_cidrs, metadata, claims, digest, pepper, generation, " +
	"rights_epoch, expires_at, disabled_at, revoked_at, decoy FROM tokens WHERE id = $1"

// Checked is what checks need of a token, with metadata and claims in the form
// that answers have. Other fields of the Token may be empty.
type Checked struct {
	model.Token
	MetadataJSON, ClaimsJSON string
}

// ForCheck is what checks need of the token of that id, of any account, deleted
// or not. Checks of tokens that are not cached wait for it, so it asks PostgreSQL
// without the layers that all else goes through. It must not be called in a
// transaction.
func (r Tokens) ForCheck(ctx context.Context, id string) (Checked, error) {
	if r.dialect != Postgres {
		return r.checkedByID(ctx, id)
	}
	tok, err := r.forCheck(ctx, id)
	switch {
	case errors.Is(err, driver.ErrBadConn):
		return r.checkedByID(ctx, id) // tries other connections
	case errors.Is(err, pgx.ErrNoRows):
		err = model.NotFound()
	}
	return tok, classify(err)
}

func (r Tokens) checkedByID(ctx context.Context, id string) (tok Checked, err error) {
	if tok.Token, err = r.ByID(ctx, id); err != nil {
		return tok, err
	}
	var failed error
	tok.MetadataJSON, err = jsonText(tok.Metadata)
	tok.ClaimsJSON, failed = jsonText(tok.Claims)
	return tok, errors.Join(err, failed, tok.tidy())
}

func (r Tokens) forCheck(ctx context.Context, id string) (tok Checked, err error) {
	pool, err := r.db.DB()
	if err != nil {
		return tok, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return tok, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		err := c.(*stdlib.Conn).Conn().QueryRow(ctx, selectForCheck, id).Scan(
			&tok.ID, &tok.AccountID, &tok.Name, &tok.Version, &tok.Scopes, &tok.AllowedCIDRs, &tok.MetadataJSON, &tok.ClaimsJSON,
			&tok.Secret.Digest, &tok.Secret.Pepper, &tok.Generation, &tok.RightsEpoch, &tok.ExpiresAt, &tok.DisabledAt, &tok.RevokedAt, &tok.Decoy)
		if pgconn.SafeToRetry(err) {
			return driver.ErrBadConn
		}
		return err
	})
	if err != nil {
		return tok, err
	}
	return tok, tok.tidy()
}

// tidy sees that the texts are JSON objects, which somebody may have changed past
// Tokenry, and that what is not there is an empty one.
func (c *Checked) tidy() error {
	for _, text := range []*string{&c.MetadataJSON, &c.ClaimsJSON} {
		switch {
		case *text == "{}" || *text == "null":
			*text = "{}" // in memory once
		case !strings.HasPrefix(*text, "{") || !json.Valid([]byte(*text)):
			return errors.New("metadata or claims are not a JSON object")
		}
	}
	return nil
}
