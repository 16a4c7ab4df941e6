package repository

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tokenry/tokenry/model"
)

// Timeline names the history that a PostgreSQL server writes: the cluster, and
// its timeline, which is another one after each failover. It is empty on SQLite.
type Timeline string

// Before reports whether a failover has put t after that timeline into the
// past: who still writes it is a deposed primary.
func (t Timeline) Before(other Timeline) bool {
	cluster, _, _ := strings.Cut(string(t), "/")
	return strings.HasPrefix(string(other), cluster+"/") && t < other
}

// thisTimeline is an expression for the timeline that the server writes. It
// fails on a standby, and any role may ask.
const thisTimeline = "((SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8))"

// server is what is known about the PostgreSQL servers behind a URL.
type server struct {
	conn, listen *pgx.ConnConfig // for all else, and for Listen

	mu     sync.Mutex
	latest Timeline
	unsure atomic.Int64 // commits that may not have reached the standby
}

// timelineKey is where a connection keeps the timeline it was made on.
const timelineKey = "tokenry.timeline"

// admit takes note of a timeline. It reports false for one that a failover has
// put into the past.
func (s *server) admit(t Timeline) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Before(s.latest) {
		return false
	}
	s.latest = t
	return true
}

// guard makes connections be made to primaries only, and be given up after a
// failover.
func (s *server) guard(cfg *pgx.ConnConfig) {
	cfg.ValidateConnect = s.validate
	cfg.OnNotice = s.notice
}

// validate refuses standbys and deposed primaries. The driver then tries the
// next host of the URL.
func (s *server) validate(ctx context.Context, conn *pgconn.PgConn) error {
	results, err := conn.Exec(ctx, "SELECT "+thisTimeline).ReadAll()
	if err != nil {
		return fmt.Errorf("ask for the timeline: %w", err)
	}
	t := Timeline(results[0].Rows[0][0])
	if !s.admit(t) {
		return fmt.Errorf("this server writes timeline %s, and there has been a failover since", t)
	}
	conn.CustomData()[timelineKey] = t
	return nil
}

// current gives up a connection from before a failover.
func (s *server) current(_ context.Context, conn *pgx.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if conn.PgConn().CustomData()[timelineKey] != s.latest {
		return driver.ErrBadConn
	}
	return nil
}

// notice hears when a commit stopped waiting for the standby. The text of that
// warning depends on the server's language; where it comes from does not.
func (s *server) notice(_ *pgconn.PgConn, n *pgconn.Notice) {
	if n.Routine == "SyncRepWaitForLSN" {
		s.unsure.Add(1)
	}
}

// surely is for commits that others rely on. If one may have been local only,
// so that a failover would undo it, it gives an error with code "try_again",
// though what was committed stands for now. The warning comes before the end of
// the commit; commits at the same moment are doubted with it.
func (s *server) surely(commit func() error) error {
	if s == nil {
		return commit()
	}
	before := s.unsure.Load()
	err := commit()
	if err == nil && s.unsure.Load() != before {
		return fmt.Errorf("%w: the commit did not wait for the standby", model.Unavailable())
	}
	return err
}
