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

// newServer reads the URLs of a PostgreSQL database.
func newServer(cfg Config) (*server, error) {
	srv := &server{}
	var err error
	if srv.conn, err = srv.parse(cfg.URL); err != nil {
		return nil, err
	}
	if srv.listen, err = srv.parse(cmp.Or(cfg.ListenURL, cfg.URL)); err != nil {
		return nil, err
	}
	return srv, nil
}

// pool opens a pool of at most conns sessions, which are on the primary, speak
// UTC, read what is committed, and wait for the disk and the standby when they
// commit, whatever the server's default.
func (s *server) pool(conns int) *sql.DB {
	pool := stdlib.OpenDB(*s.conn, stdlib.OptionAfterConnect(readUTC), stdlib.OptionResetSession(s.current))
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
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
