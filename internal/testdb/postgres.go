package testdb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Postgres gives the URL of a new, empty PostgreSQL database, which is dropped
// when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	return clone(t, "template0")
}

// databasePrefix begins the names of all databases of tests; the number of the
// process that uses them follows.
const databasePrefix = "tokenry_test_"

// server is the PostgreSQL of this process.
type server struct {
	url     string
	process int64
	made    atomic.Int64
	admin   *pgxpool.Pool
	cluster *cluster // nil if the server is not ours
}

var theServer = sync.OnceValues(func() (*server, error) { return connect(context.Background()) })

func connect(ctx context.Context) (*server, error) {
	s := &server{url: os.Getenv("TOKENRY_TEST_POSTGRES_URL"), process: rand.Int64()}
	if s.url == "" {
		var err error
		if s.cluster, err = startCluster(ctx); err != nil {
			return nil, err
		}
		s.url = s.cluster.url
	}
	var err error
	if s.admin, err = pgxpool.New(ctx, s.url); err != nil {
		return nil, err
	}
	return s, s.sweep(ctx)
}

// sweep drops databases left behind by processes that were killed. Each process
// holds a lock with its number while it lives.
func (s *server) sweep(ctx context.Context) error {
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	lock := conn.Hijack() // never closed: the lock ends with the process
	if _, err := lock.Exec(ctx, "SELECT pg_advisory_lock($1)", s.process); err != nil {
		return err
	}
	rows, err := lock.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", databasePrefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, databasePrefix), "_")
		process, err := strconv.ParseInt(number, 36, 64)
		if err != nil {
			continue
		}
		var dead bool
		if err := lock.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", process).Scan(&dead); err != nil {
			return err
		}
		if dead && process != s.process {
			if err := s.drop(ctx, name); err != nil {
				return err
			}
		}
	}
	return err
}

// create makes a database as a copy of another and returns its name.
func (s *server) create(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("%s%s_%d", databasePrefix, strconv.FormatInt(s.process, 36), s.made.Add(1))
	_, err := s.admin.Exec(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template))
	if err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	return name, nil
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))
	return err
}

// urlOf is the URL of the database of that name.
func (s *server) urlOf(name string) (string, error) {
	u, err := url.Parse(s.url)
	if err != nil {
		return "", fmt.Errorf("TOKENRY_TEST_POSTGRES_URL is not a URL")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// clone gives the URL of a copy of a database, which is dropped when the test
// ends.
func clone(t testing.TB, template string) string {
	t.Helper()
	s, err := theServer()
	if err != nil {
		t.Fatal(err)
	}
	name, err := s.create(t.Context(), template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	dsn, err := s.urlOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}
