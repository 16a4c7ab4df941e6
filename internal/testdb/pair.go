package testdb

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/repository"
)

// Pair is a PostgreSQL of one test, and a standby of it.
type Pair struct{ Primary, Standby *Server }

// Server is one PostgreSQL of a Pair.
type Server struct {
	cluster *cluster
	stopped bool
}

// database is the name of the database of a Pair.
const database = "tokenry"

// NewPair starts a primary with a migrated database, and a standby that follows
// it, asynchronously until Synchronous.
func NewPair(t testing.TB) *Pair {
	t.Helper()
	primary := newServer(t, func(string) error { return nil })
	standby := newServer(t, func(data string) error {
		conninfo := "primary_conninfo = 'host=" + primary.cluster.dir + " port=5432 user=postgres application_name=standby'\n"
		// The server's user must be able to read them.
		return errors.Join(
			os.WriteFile(filepath.Join(data, "postgresql.auto.conf"), []byte(conninfo), 0o644), //nolint:gosec // as above
			os.WriteFile(filepath.Join(data, "standby.signal"), nil, 0o644),                    //nolint:gosec // as above
		)
	})
	p := &Pair{primary, standby}
	primary.exec(t, "postgres", "CREATE DATABASE "+database)
	if err := migrate(t.Context(), p.DB(primary).Config); err != nil {
		t.Fatal(err)
	}
	primary.Await(t, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn())")
	return p
}

func newServer(t testing.TB, prepare func(data string) error) *Server {
	t.Helper()
	c, err := startWith(t.Context(), prepare)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{cluster: c}
	t.Cleanup(func() { s.Stop(t) })
	return s
}

// DB is the database at whichever of the servers, tried in this order, is the
// primary.
func (p *Pair) DB(servers ...*Server) DB {
	q := url.Values{"user": {"postgres"}, "sslmode": {"disable"}}
	hosts, ports := "", ""
	for _, s := range servers {
		hosts, ports = hosts+","+s.cluster.dir, ports+",5432"
	}
	q.Set("host", hosts[1:])
	q.Set("port", ports[1:])
	return DB{Dialect: repository.Postgres, Config: repository.Config{URL: "postgres:///" + database + "?" + q.Encode()}}
}

// Synchronous makes commits on the primary wait for the standby, or for one of
// another name.
func (p *Pair) Synchronous(t testing.TB, standby string) {
	t.Helper()
	p.Primary.Exec(t, "ALTER SYSTEM SET synchronous_standby_names = '"+standby+"'")
	p.Primary.Exec(t, "SELECT pg_reload_conf()")
	p.Primary.Await(t, "SELECT current_setting('synchronous_standby_names') = '"+standby+"'")
	if standby == "standby" {
		p.Primary.Await(t, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')")
	}
}

// Promote makes the standby a primary, whether or not the old one lives.
func (p *Pair) Promote(t testing.TB) {
	t.Helper()
	p.Standby.Exec(t, "SELECT pg_promote()")
}

// Cut ends the replication: the standby gets nothing from now on.
func (p *Pair) Cut(t testing.TB) {
	t.Helper()
	p.Standby.Exec(t, "ALTER SYSTEM SET primary_conninfo = ''")
	p.Standby.Exec(t, "SELECT pg_reload_conf()")
	p.Primary.Await(t, "SELECT NOT EXISTS (SELECT FROM pg_stat_replication)")
}

// Stop ends the server at once. Stopping it twice is no error.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.stopped {
		return
	}
	s.stopped = true
	if err := s.cluster.alive.Close(); err != nil {
		t.Error(err)
	}
}

// Exec runs a statement on the server.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	s.exec(t, database, statement)
}

func (s *Server) exec(t testing.TB, name, statement string) {
	t.Helper()
	conn := s.connect(t, name)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Await waits until a question, asked on a new connection, is answered by true.
func (s *Server) Await(t testing.TB, question string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn := s.connect(t, database)
		var yes bool
		err := conn.QueryRow(t.Context(), question).Scan(&yes)
		_ = conn.Close(t.Context())
		switch {
		case err != nil:
			t.Fatal(err)
		case yes:
			return
		case time.Now().After(end):
			t.Fatalf("never true: %s", question)
		}
	}
}

func (s *Server) connect(t testing.TB, name string) *pgx.Conn {
	t.Helper()
	cfg, err := pgx.ParseConfig(s.cluster.url)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Database = name
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
