package repository

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens a pool whose sessions are on the primary, speak UTC, read
// what is committed, and wait for the disk and the standby when they commit,
// whatever the server's default.
func openPostgres(cfg Config) (*server, *sql.DB, error) {
	srv := &server{}
	conn, err := srv.parse(cfg.URL)
	if err != nil {
		return nil, nil, err
	}
	if srv.listen, err = srv.parse(cmp.Or(cfg.ListenURL, cfg.URL)); err != nil {
		return nil, nil, err
	}
	return srv, stdlib.OpenDB(*conn, stdlib.OptionAfterConnect(readUTC), stdlib.OptionResetSession(srv.current)), nil
}

func (s *server) parse(dsn string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's text may quote the URL, password and all.
		return nil, fmt.Errorf("open database: the PostgreSQL URL cannot be read")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	if _, ok := cfg.RuntimeParams["application_name"]; !ok {
		cfg.RuntimeParams["application_name"] = "tokenry"
	}
	if cfg.RuntimeParams["synchronous_commit"] != "remote_apply" { // which is stronger
		cfg.RuntimeParams["synchronous_commit"] = "on"
	}
	cfg.RuntimeParams["default_transaction_isolation"] = "read committed" // each statement sees all that was committed
	cfg.RuntimeParams["timezone"] = "UTC"
	// A node that hangs in a transaction must not keep the others waiting for its locks.
	if _, ok := cfg.RuntimeParams["idle_in_transaction_session_timeout"]; !ok {
		cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "10s"
	}
	s.guard(cfg)
	return cfg, nil
}

// readUTC makes times come back in UTC, and not in the zone of this machine.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

var types = pgtype.NewMap()
