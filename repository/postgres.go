package repository

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens a pool whose sessions speak UTC, read what is committed and
// wait for the disk when they commit, whatever the server's default.
func openPostgres(dsn string) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's text may quote the URL, password and all.
		return nil, fmt.Errorf("open database: the PostgreSQL URL cannot be read")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	setDefault(cfg.RuntimeParams, "application_name", "tokenry")
	setDefault(cfg.RuntimeParams, "synchronous_commit", "on")
	cfg.RuntimeParams["default_transaction_isolation"] = "read committed" // each statement sees all that was committed
	cfg.RuntimeParams["timezone"] = "UTC"
	return stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(readUTC)), nil
}

// readUTC makes times come back in UTC, and not in the zone of this machine.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

func setDefault(params map[string]string, name, value string) {
	if _, ok := params[name]; !ok {
		params[name] = value
	}
}

var types = pgtype.NewMap()
