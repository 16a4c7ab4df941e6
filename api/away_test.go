package api_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// wire is the way to a PostgreSQL, which a test cuts and mends.
type wire struct {
	listener net.Listener
	dial     func() (net.Conn, error)

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// newWire makes a way to the database, and the URL that leads over it.
func newWire(t *testing.T, dsn string) (*wire, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := "tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port)))
	if strings.HasPrefix(cfg.Host, "/") {
		network, address = "unix", cfg.Host+"/.s.PGSQL."+strconv.Itoa(int(cfg.Port))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, dial: func() (net.Conn, error) { return net.Dial(network, address) }}
	t.Cleanup(func() { listener.Close(); w.set(true) })
	go w.run()
	through := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: listener.Addr().String(),
		Path: "/" + cfg.Database, RawQuery: "sslmode=disable",
	}
	return w, through.String()
}

func (w *wire) run() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := w.dial()
		w.mu.Lock()
		if err != nil || w.cut {
			client.Close()
			if err == nil {
				server.Close()
			}
			w.mu.Unlock()
			continue
		}
		w.conns = append(w.conns, client, server)
		w.mu.Unlock()
		for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1])
				pair[0].Close()
			}()
		}
	}
}

func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
}

// TestDatabaseAway: without its database the server says so; cached checks go
// on until the lease ends; it comes back by itself.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	way, through := newWire(t, db.URL)
	db.URL = through
	h := newHarness(t, db, nil)
	tok, credential := h.create(nil), h.admin()
	cold := h.create(nil).text("secret")
	h.verify(tok.text("secret"), nil).wantCode("ok")
	way.set(true)
	for _, request := range []string{"GET /tokens", "POST /tokens/" + tok.text("id") + "/revoke"} {
		if a := h.call(h.op(), request, nil, "Tokenry-Account: "+partner).want(503, "try_again"); a.header.Get("Retry-After") != "1" {
			t.Errorf("%s: headers %v", request, a.header)
		}
	}
	h.call(credential, "GET /tokens", nil).want(503, "try_again") // and not 401
	h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": cold}).want(503, "try_again")
	h.verify(tok.text("secret"), nil).wantCode("ok")
	if a := h.introspect("token", tok.text("secret")).want(200); a.get("active") != true {
		t.Errorf("introspection from memory: %s", a.body)
	}
	if a := h.call("", "GET /readyz", nil).want(200); a.text("database") != "down" || a.text("lease") != "held" {
		t.Errorf("ready %s", a.body)
	}
	h.introspect("token", cold).wantOAuth(503, "temporarily_unavailable", "try_again")
	for _, text := range []string{tok.text("secret"), cold, forge(cold)} {
		h.oauth(h.op(), "/oauth/revoke", "token", text).wantOAuth(503, "temporarily_unavailable", "try_again")
	}
	h.until(func() bool { return !h.api.Node.Holds() })
	h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": tok.text("secret")}).want(503, "try_again")
	h.call("", "GET /readyz", nil).want(503)
	h.call("", "GET /healthz", nil).want(200)
	way.set(false)
	h.until(h.api.Node.Holds)
	h.verify(tok.text("secret"), nil).wantCode("ok")
	h.verify(cold, nil).wantCode("ok")
	h.call(credential, "POST /tokens/"+tok.text("id")+"/revoke", nil).want(200)
	h.verify(tok.text("secret"), nil).wantCode("revoked")
}

// TestNoBackDoor: a route that openapi.yaml does not know is not there, even if
// somebody registers it.
func TestNoBackDoor(t *testing.T) {
	each(t, func(h *harness) {
		handler, err := h.api.Echo()
		h.must(err)
		handler.GET("/backdoor", func(c echo.Context) error { return c.String(http.StatusOK, "welcome") })
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/backdoor", nil)
		r.Header.Set("Authorization", h.op())
		if handler.ServeHTTP(w, r); w.Code != http.StatusNotFound {
			h.t.Errorf("answer %d %s", w.Code, w.Body)
		}
	})
}
