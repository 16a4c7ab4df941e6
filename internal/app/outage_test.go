package app_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// line is a connection to a server that can be cut.
type line struct {
	listener    net.Listener
	network, to string

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// newLine gives a line to a database and the URL of the database over it.
func newLine(t *testing.T, database string) (*line, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener}
	l.network, l.to = pgconn.NetworkAddress(cfg.Host, cfg.Port)
	t.Cleanup(func() { l.set(true); _ = listener.Close() })
	go l.accept()
	over := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: listener.Addr().String(),
		Path: cfg.Database, RawQuery: "sslmode=disable",
	}
	return l, over.String()
}

func (l *line) accept() {
	for {
		from, err := l.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial(l.network, l.to)
		l.mu.Lock()
		if l.cut || err != nil {
			_ = from.Close()
			if err == nil {
				_ = to.Close()
			}
			l.mu.Unlock()
			continue
		}
		l.conns = append(l.conns, from, to)
		l.mu.Unlock()
		for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1])
				_ = pair[0].Close()
			}()
		}
	}
}

// set cuts the line, or mends it.
func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for _, conn := range l.conns {
			_ = conn.Close()
		}
		l.conns = nil
	}
}

func TestDatabaseGoneAndBack(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	database, over := newLine(t, db.URL)
	db.URL = over
	s := start(t, settings(t, db))
	token, other := s.create("Cached"), s.create("Not cached")
	question := func(of map[string]any) (int, map[string]any) {
		return s.call("POST", "/tokens/verify", `{"secret": "`+of["secret"].(string)+`"}`)
	}
	if status, answer := question(token); status != http.StatusOK || answer["code"] != "ok" {
		t.Fatalf("before: %d %v", status, answer)
	}

	database.set(true)
	cut := time.Now()
	if status, answer := question(token); status != http.StatusOK || answer["code"] != "ok" {
		t.Errorf("cached, while the lease lives: %d %v", status, answer)
	}
	if status, answer := question(other); status != http.StatusServiceUnavailable || answer["code"] != "try_again" {
		t.Errorf("not cached: %d %v", status, answer)
	}
	if status, _ := s.call("GET", "/tokens", ""); status != http.StatusServiceUnavailable {
		t.Errorf("list: %d", status)
	}
	if status, _ := s.call("GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
	s.await(func() bool { status, _ := question(token); return status == http.StatusServiceUnavailable })
	if status, _ := s.call("GET", "/readyz", ""); status != http.StatusServiceUnavailable {
		t.Errorf("readyz without a lease: %d", status)
	}

	database.set(false)
	s.await(func() bool { status, _ := s.call("GET", "/readyz", ""); return status == http.StatusOK })
	for name, of := range map[string]map[string]any{"cached": token, "not cached": other} {
		if status, answer := question(of); status != http.StatusOK || answer["code"] != "ok" {
			t.Errorf("%s, afterwards: %d %v", name, status, answer)
		}
	}
	s.await(func() bool { return s.logged(`"msg":"a job works again","job":"seal the audit log"`) > 0 })
	if n := s.logged(`"msg":"a job fails, and is tried again","job":"seal the audit log"`); n != 1 {
		t.Errorf("the log tells %d times that sealing fails", n)
	}
	most := int(time.Since(cut)/time.Second) + 1
	if n := s.logged(`"level":"WARN","msg":"request failed"`, `"route":"/tokens/verify"`); n < 1 || n > most {
		t.Errorf("the log tells of %d checks that were not answered, want at most %d", n, most)
	}
	if n := s.logged(`"level":"ERROR"`); n > 0 {
		t.Errorf("the log has %d errors", n)
	}
}

// logged is how many lines of the log have all of the parts.
func (s *server) logged(parts ...string) int {
	lines := 0
	for line := range strings.Lines(s.log.String()) {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) }) {
			lines++
		}
	}
	return lines
}

// await waits for a condition.
func (s *server) await(holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("the condition did not come true")
		}
	}
}
