// Package repository holds every SQL statement of the program, for SQLite and
// PostgreSQL. It says in the program's own terms, as a *model.Error, what it
// could not do.
package repository

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/riverqueue/river"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/tokenry/tokenry/model"
)

// Dialect is the kind of a database.
type Dialect string

// The dialects.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// Config says which database to open: the PostgreSQL one at URL, or else the
// SQLite file at Path, which is made if it is missing.
type Config struct {
	URL       string
	ListenURL string // for Listen, past a pooler; empty for URL
	Path      string
	MaxConns  int // open connections at once; 0 for 20
}

// Store is the database. Its fields are the tables, by noun. Within InTx they
// work inside the transaction.
type Store struct {
	Dialect Dialect

	Accounts      Accounts
	Announcements Announcements
	Audit         Audit
	Campaigns     Campaigns
	Catalogs      Catalogs
	Changelog     Changelog
	Changes       Changes
	Events        Events
	Idempotency   Idempotency
	Jobs          Jobs
	JWTStatuses   JWTStatuses
	Decoys        Decoys
	Keys          Keys
	Leaks         Leaks
	Members       Members
	Nodes         Nodes
	Notices       Notices
	Secrets       Secrets
	Sessions      Sessions
	Tokens        Tokens
	Usage         Usage
	Webhooks      Webhooks

	db     *gorm.DB
	server *server // nil on SQLite
	jobs   *river.Client[*sql.Tx]
	path   string // of the SQLite file
	// writing lets one transaction at a time into SQLite, which would else make
	// the others poll.
	writing chan struct{}
	inTx    bool
}

// Open opens the database. It does not connect to PostgreSQL yet, so it
// succeeds while that is away.
func Open(cfg Config) (*Store, error) {
	srv, dialector, err := dial(cfg)
	if err != nil {
		return nil, err
	}
	db, err := openGORM(dialector)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", explain(cfg.Path, classify(err)))
	}
	jobs, err := queuer(dialectOf(srv))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	store := newStore(db, srv, jobs, make(chan struct{}, 1))
	store.path = cfg.Path
	return store, nil
}

func openGORM(dialector gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	})
}

// Apart is the same database over connections of its own, at most conns, so
// that it never waits for those of s. On SQLite it is s itself. Closing it does
// not close s.
func (s *Store) Apart(conns int) (*Store, error) {
	if s.server == nil {
		return s, nil
	}
	db, err := openGORM(postgresOver(s.server.pool(conns)))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return newStore(db, s.server, s.jobs, s.writing), nil
}

func dialectOf(srv *server) Dialect {
	if srv == nil {
		return SQLite
	}
	return Postgres
}

func newStore(db *gorm.DB, srv *server, jobs *river.Client[*sql.Tx], writing chan struct{}) *Store {
	dialect := dialectOf(srv)
	t := table{db: db, dialect: dialect, server: srv}
	return &Store{
		Dialect: dialect, db: db, server: srv, jobs: jobs, writing: writing,
		Accounts: Accounts{t}, Announcements: Announcements{t}, Audit: Audit{t}, Campaigns: Campaigns{t}, Catalogs: Catalogs{t}, Changelog: Changelog{t},
		Decoys: Decoys{t}, Leaks: Leaks{t}, Changes: Changes{t}, Events: Events{t},
		Idempotency: Idempotency{t}, Jobs: Jobs{t, jobs}, JWTStatuses: JWTStatuses{t}, Keys: Keys{t}, Members: Members{t},
		Nodes: Nodes{t}, Notices: Notices{t}, Secrets: Secrets{t}, Sessions: Sessions{t}, Tokens: Tokens{t}, Usage: Usage{t},
		Webhooks: Webhooks{t},
	}
}

// table is what the types for the nouns share.
type table struct {
	db      *gorm.DB
	dialect Dialect
	server  *server // nil on SQLite
}

// timeline is an expression for the timeline that the database writes.
func (t table) timeline() string {
	if t.server == nil {
		return "''"
	}
	return thisTimeline
}

func (t table) with(ctx context.Context) *gorm.DB { return t.db.WithContext(ctx) }

func dial(cfg Config) (*server, gorm.Dialector, error) {
	conns := cfg.MaxConns
	if conns == 0 {
		conns = 20
	}
	if cfg.URL == "" {
		pool, err := sql.Open("sqlite", sqliteDSN(cfg.Path, patience/2))
		if err != nil {
			return nil, nil, fmt.Errorf("open database: %w", err)
		}
		pool.SetMaxOpenConns(min(conns, 8))
		pool.SetMaxIdleConns(min(conns, 8))
		return nil, sqlite.New(sqlite.Config{Conn: pool}), nil
	}
	srv, err := newServer(cfg)
	if err != nil {
		return nil, nil, err
	}
	return srv, postgresOver(srv.pool(conns)), nil
}

func postgresOver(pool *sql.DB) gorm.Dialector { return postgres.New(postgres.Config{Conn: pool}) }

// sqliteDSN opens a file so that a statement waits that long for another process,
// or another pool, that has locked it.
func sqliteDSN(path string, wait time.Duration) string {
	q := url.Values{
		"_pragma": {"journal_mode(WAL)", fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()), "foreign_keys(1)", "synchronous(FULL)"},
		"_txlock": {"immediate"},
		// Times are whole microseconds, so that both databases sort and compare alike.
		"_time_integer_format": {"unix_micro"},
		"_inttotime":           {"1"},
		"_timezone":            {"UTC"},
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Close closes all connections.
func (s *Store) Close() error {
	pool, err := s.db.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

// Pool is the connections, for their statistics alone.
func (s *Store) Pool() (*sql.DB, error) { return s.db.DB() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return classify(s.db.WithContext(ctx).Exec("SELECT 1").Error)
}

// attempts bounds how often a transaction that lost against another is tried.
const attempts = 5

// patience is how long a transaction of SQLite waits in all: half of it at most
// for another process that has locked the file.
const patience = 5 * time.Second

// InTx runs change in a transaction, which is committed if change gives no
// error. A transaction that lost against another is tried again, so change must
// do nothing that cannot be repeated. Within a transaction InTx only calls
// change.
func (s *Store) InTx(ctx context.Context, change func(tx *Store) error) error {
	if s.inTx {
		return change(s)
	}
	var err error
	started := time.Now()
	for attempt := range attempts {
		err = s.once(ctx, change)
		if tired := s.Dialect == SQLite && time.Since(started) > patience/2; tired || !isLost(err) {
			return classify(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt+1) * 10 * time.Millisecond):
		}
	}
	return classify(err)
}

func (s *Store) once(ctx context.Context, change func(tx *Store) error) error {
	if s.Dialect == SQLite {
		select {
		case s.writing <- struct{}{}:
			defer func() { <-s.writing }()
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience):
			return fmt.Errorf("%w: others have written for %s", model.Unavailable(), patience)
		}
	}
	return s.server.surely(func() error {
		return s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			tx := newStore(db, s.server, s.jobs, s.writing)
			tx.inTx = true
			return change(tx)
		})
	})
}
