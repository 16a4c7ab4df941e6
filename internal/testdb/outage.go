package testdb

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Stop makes a PostgreSQL database refuse connections, and ends those there
// are, until Start.
func (db DB) Stop(t testing.TB) {
	t.Helper()
	db.allowConnections(t, false)
	s, err := theServer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.admin.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", db.name(t)); err != nil {
		t.Fatal(err)
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
