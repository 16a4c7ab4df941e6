package repository

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Jobs is the queue of jobs, which River keeps in tables of its own.
type Jobs struct {
	table
	client *river.Client[*sql.Tx]
}

// workersPatience is how long the workers' writes wait for those of requests on
// SQLite, which are in a queue that workers do not join.
const workersPatience = 30 * time.Second

// errNoTransaction is for a job that would not be queued together with what it
// is about.
var errNoTransaction = errors.New("insert job: not in a transaction")

// Insert queues a job. It must be called in a transaction, and the job is there
// when that commits. Nil options are those of the arguments.
func (r Jobs) Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) error {
	tx, ok := r.db.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return errNoTransaction
	}
	if _, err := r.client.InsertTx(ctx, tx, args, opts); err != nil {
		return fmt.Errorf("insert job: %w", classify(err))
	}
	return nil
}

// Workers makes what works on the jobs as cfg says. It uses the connections of s,
// and on SQLite one of its own. Close it after it has stopped.
func (s *Store) Workers(cfg *river.Config) (_ *Workers, err error) {
	pool, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	w := &Workers{}
	if s.Dialect == SQLite {
		if pool, err = sql.Open("sqlite", sqliteDSN(s.path, workersPatience)); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		pool.SetMaxOpenConns(1)
		w.own = pool
	}
	if w.Client, err = river.NewClient(riverOn(s.Dialect, pool), cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("make workers: %w", err), w.Close())
	}
	return w, nil
}

// Workers works on jobs.
type Workers struct {
	*river.Client[*sql.Tx]
	own *sql.DB // nil on PostgreSQL
}

// Close closes the connection that the workers have of their own.
func (w *Workers) Close() error {
	if w.own == nil {
		return nil
	}
	return w.own.Close()
}

// queuer is a client that inserts jobs in transactions, and nothing else.
func queuer(dialect Dialect) (*river.Client[*sql.Tx], error) {
	return river.NewClient(riverOn(dialect, nil), &river.Config{Logger: slog.New(slog.DiscardHandler)})
}

func riverOn(dialect Dialect, pool *sql.DB) riverdriver.Driver[*sql.Tx] {
	if dialect == SQLite {
		return riversqlite.New(pool)
	}
	return riverdatabasesql.New(pool)
}

// jobTables makes and changes River's tables.
func (s *Store) jobTables() (*rivermigrate.Migrator[*sql.Tx], error) {
	pool, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	return rivermigrate.New(riverOn(s.Dialect, pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
}
