// Package testdb gives tests databases of their own, on SQLite and on a real
// PostgreSQL, each a copy of one that was migrated once.
//
// PostgreSQL is the one at TOKENRY_TEST_POSTGRES_URL; unless that is set, each
// test process starts a throw-away cluster from the programs on this machine. A
// test without PostgreSQL fails: the two databases differ where it hurts.
package testdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tokenry/tokenry/repository"
)

// DB is a migrated, otherwise empty database of one test. It is gone when the
// test has ended.
type DB struct {
	repository.Config
	Dialect repository.Dialect
}

// Each runs the test on both databases, in parallel.
func Each(t *testing.T, test func(t *testing.T, db DB)) {
	t.Helper()
	for _, dialect := range []repository.Dialect{repository.SQLite, repository.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			test(t, New(t, dialect))
		})
	}
}

// New gives a migrated database.
func New(t testing.TB, dialect repository.Dialect) DB {
	t.Helper()
	if dialect == repository.Postgres {
		template, err := postgresTemplate()
		if err != nil {
			t.Fatal(err)
		}
		return DB{Dialect: dialect, Config: repository.Config{URL: clone(t, template)}}
	}
	file, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tokenry.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return DB{Dialect: dialect, Config: repository.Config{Path: path}}
}

// Open opens the database until the test ends.
func (db DB) Open(t testing.TB) *repository.Store {
	t.Helper()
	store, err := repository.Open(db.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// postgresTemplate is the name of the migrated database that others are copied
// from.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	s, err := theServer()
	if err != nil {
		return "", err
	}
	name, err := s.create(ctx, "template0")
	if err != nil {
		return "", err
	}
	dsn, err := s.urlOf(name)
	if err != nil {
		return "", err
	}
	return name, migrate(ctx, repository.Config{URL: dsn})
})

// sqliteTemplate is the content of a migrated file.
var sqliteTemplate = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "tokenry-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "tokenry.db")
	if err := migrate(context.Background(), repository.Config{Path: path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate makes the tables. The database has no open connection afterwards: a
// database in use cannot be copied, and closing moves what SQLite has in its
// log into the file.
func migrate(ctx context.Context, cfg repository.Config) error {
	store, err := repository.Open(cfg)
	if err != nil {
		return err
	}
	return errors.Join(store.Migrate(ctx), store.Close())
}
