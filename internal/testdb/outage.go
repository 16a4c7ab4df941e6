package testdb

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Stop makes a PostgreSQL database refuse connections, and ends those there
// are, until Start.
func (db DB) Stop(t testing.TB) {
	t.Helper()
	db.allowConnections(t, false)
	// Whoever was let in just before holds a lock until he is seen as a session.
	db.await(t, `SELECT NOT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON objid = d.oid
		WHERE classid = 'pg_database'::regclass AND datname = $1)`)
	db.await(t, `SELECT count(pg_terminate_backend(pid)) = 0 FROM pg_stat_activity WHERE datname = $1`)
}

// await asks, about a database of this name, until the answer is true.
func (db DB) await(t testing.TB, question string) {
	t.Helper()
	s, err := theServer()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		var yes bool
		if err := s.admin.QueryRow(t.Context(), question, db.name(t)).Scan(&yes); err != nil {
			t.Fatal(err)
		}
		if yes {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("never true: %s", question)
		}
	}
}

// Start undoes Stop.
func (db DB) Start(t testing.TB) {
	t.Helper()
	db.allowConnections(t, true)
}

func (db DB) allowConnections(t testing.TB, allow bool) {
	t.Helper()
	s, err := theServer()
	if err != nil {
		t.Fatal(err)
	}
	name := pgx.Identifier{db.name(t)}.Sanitize()
	if _, err := s.admin.Exec(t.Context(), fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %t", name, allow)); err != nil {
		t.Fatal(err)
	}
}

// name is the name of the PostgreSQL database.
func (db DB) name(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(u.Path, "/")
}
