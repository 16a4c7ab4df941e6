package client_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

const (
	partner = "02demoPartner000000001"
	ada     = "02demoMember0000000001"
	bound   = time.Second // the default of a Verifier
)

// server is a running Tokenry with the demo.
type server struct {
	t       *testing.T
	address string
	secret  string // the operator's; empty if another server has it
	stop    func() error
}

func start(t *testing.T, db testdb.DB, more ...string) *server {
	t.Helper()
	dir := t.TempDir()
	if db.Path != "" {
		dir = filepath.Dir(db.Path)
	}
	cfg, err := config.Load(nil, append([]string{
		"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATABASE_URL=" + db.URL, "TOKENRY_DATA_DIR=" + dir,
	}, more...))
	must(t, err)
	file := filepath.Join(t.TempDir(), "secret")
	a, err := app.New(t.Context(), cfg, app.Options{Demo: true, OperatorSecretFile: file, Log: io.Discard})
	must(t, err)
	text, _ := os.ReadFile(file) // not there if it is not the first server
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	s := &server{t: t, address: a.Address(), secret: strings.TrimSpace(string(text))}
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { must(t, s.stop()) })
	_, err = s.client(nil).Ready(t.Context())
	must(t, err)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) client(over http.RoundTripper) *client.Client {
	s.t.Helper()
	var opts []client.Option
	if over != nil {
		opts = append(opts, client.Transport(over))
	}
	c, err := client.New("http://"+s.address, s.secret, opts...)
	must(s.t, err)
	return c
}

func (s *server) issue() client.CreatedToken {
	s.t.Helper()
	body := client.CreateTokenRequest{Name: client.NewIdempotencyKey(), Scopes: []string{"actions.list_actions"}}
	body.Contacts.Primary = ada
	made, err := s.client(nil).CreateToken(s.t.Context(), body, client.WithAccount(partner))
	must(s.t, err)
	return made
}

func (s *server) revoke(id string) {
	s.t.Helper()
	done, err := s.client(nil).RevokeToken(s.t.Context(), id, client.RevokeTokenRequest{}, client.WithAccount(partner))
	if err != nil || done.Propagated == nil || !*done.Propagated {
		s.t.Fatalf("revoke: %+v, error %v", done, err)
	}
}

// road sends requests to servers in turn, and the streams of changes over a line
// of their own.
type road struct {
	servers []string
	changes string // where streams go
	asked   atomic.Int64
}

func (r *road) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	if q.URL.Path == "/changes" {
		q.URL.Host = r.changes
	} else {
		q.URL.Host = r.servers[r.asked.Add(1)%int64(len(r.servers))]
	}
	return http.DefaultTransport.RoundTrip(q)
}

// line is a connection that can be held up, so that nothing comes through and
// nobody is told, or cut.
type line struct {
	listener net.Listener

	mu    sync.Mutex
	to    string
	held  sync.Cond
	hold  bool
	conns []net.Conn
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	l := &line{listener: listener, to: to}
	l.held.L = &l.mu
	t.Cleanup(func() { l.set(false); l.cut(); _ = listener.Close() })
	go l.accept()
	return l
}

func (l *line) address() string { return l.listener.Addr().String() }

func (l *line) accept() {
	for {
		from, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		address := l.to
		l.mu.Unlock()
		to, err := net.Dial("tcp", address)
		if err != nil {
			_ = from.Close()
			continue
		}
		l.mu.Lock()
		l.conns = append(l.conns, from, to)
		l.mu.Unlock()
		go l.copy(from, to)
		go l.copy(to, from)
	}
}

func (l *line) copy(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 4<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		l.mu.Lock()
		for l.hold {
			l.held.Wait()
		}
		l.mu.Unlock()
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// lead makes new connections go to another address.
func (l *line) lead(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = to
}

func (l *line) set(hold bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = hold
	l.held.Broadcast()
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
}

func question(token client.CreatedToken) client.Question {
	return client.Question{Secret: token.Secret, Scopes: []string{"actions.list_actions"}}
}

// code asks a question, and makes sure that there is an answer.
func code(t *testing.T, v *client.Verifier, q client.Question) client.VerificationCode {
	t.Helper()
	answer, err := v.Verify(t.Context(), q)
	must(t, err)
	return answer.Code
}

// keep asks until an answer comes from memory.
func keep(t *testing.T, v *client.Verifier, asked *atomic.Int64, q client.Question) {
	t.Helper()
	until(t, func() bool {
		before := asked.Load()
		if got := code(t, v, q); got != "ok" {
			t.Fatalf("a good secret: %s", got)
		}
		return asked.Load() == before
	})
}

func TestServerRevokesWithinTheBound(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		token, other := s.issue(), s.issue()
		r := &road{servers: []string{s.address}, changes: s.address}
		v := newVerifier(t, s.client(r), client.VerifierOptions{})
		keep(t, v, &r.asked, question(token))
		keep(t, v, &r.asked, question(other))
		s.revoke(token.ID)
		acknowledged := time.Now()
		for {
			begun := time.Now()
			if code(t, v, question(token)) == "revoked" {
				break
			}
			if begun.Sub(acknowledged) > bound {
				t.Fatalf("good %s after it was revoked", begun.Sub(acknowledged))
			}
		}
		keep(t, v, &r.asked, question(other))
	})
}

// Neither a stream that is held up without a word, nor one that is cut, makes a
// revocation go unseen; and what was kept is of use again afterwards.
func TestServerOutOfHearing(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		lost, kept := s.issue(), s.issue()
		over := newLine(t, s.address)
		r := &road{servers: []string{s.address}, changes: over.address()}
		v := newVerifier(t, s.client(r), client.VerifierOptions{Timeout: time.Second})
		keep(t, v, &r.asked, question(lost))
		keep(t, v, &r.asked, question(kept))

		over.set(true)
		held := time.Now()
		s.revoke(lost.ID)
		acknowledged := time.Now()
		until(t, func() bool {
			deaf := time.Since(held)
			fresh := v.Fresh()
			if fresh && deaf > bound {
				t.Errorf("would answer from memory %s after it has last heard anything", deaf)
			}
			return !fresh
		})
		if got := code(t, v, question(lost)); got != "revoked" {
			t.Errorf("%s after it was revoked, with the stream held up: %s", time.Since(acknowledged), got)
		}
		before := r.asked.Load()
		code(t, v, question(kept))
		code(t, v, question(kept))
		if r.asked.Load() != before+2 {
			t.Errorf("the server was asked %d times, want each time", r.asked.Load()-before)
		}

		over.set(false)
		over.cut()
		until(t, v.Fresh)
		before = r.asked.Load()
		if got := code(t, v, question(kept)); got != "ok" || r.asked.Load() != before {
			t.Errorf("after the stream came back: %s, asked %d times more", got, r.asked.Load()-before)
		}
	})
}

func TestServerGoneIsAnError(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		token := s.issue()
		v := newVerifier(t, s.client(nil), client.VerifierOptions{})
		if got := code(t, v, question(token)); got != "ok" {
			t.Fatalf("a good secret: %s", got)
		}
		begun := time.Now()
		must(t, s.stop())
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("with a stream open, stopping took %s", took)
		}
		until(t, func() bool { return !v.Fresh() })
		if answer, err := v.Verify(t.Context(), question(token)); err == nil {
			t.Errorf("without a server: %+v", answer)
		}
	})
}

// A Verifier outlives its server: it answers from memory again when there is
// one, and knows what has changed meanwhile.
func TestServerComesBack(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		root := filepath.Join(t.TempDir(), "root.key")
		_, err := keys.CreateRoot(root)
		must(t, err)
		s := start(t, db, "TOKENRY_ROOT_KEY_FILE="+root)
		revoked, kept := s.issue(), s.issue()
		over := newLine(t, s.address)
		r := &road{servers: []string{over.address()}, changes: over.address()}
		v := newVerifier(t, s.client(r), client.VerifierOptions{})
		keep(t, v, &r.asked, question(revoked))
		keep(t, v, &r.asked, question(kept))
		must(t, s.stop())
		until(t, func() bool { return !v.Fresh() })
		if answer, err := v.Verify(t.Context(), question(kept)); err == nil {
			t.Errorf("without a server: %+v", answer)
		}

		again := start(t, db, "TOKENRY_ROOT_KEY_FILE="+root)
		again.secret = s.secret
		again.revoke(revoked.ID)
		over.lead(again.address)
		until(t, v.Fresh)
		keep(t, v, &r.asked, question(kept))
		if got := code(t, v, question(revoked)); got != "revoked" {
			t.Errorf("revoked while there was no server to hear: %s", got)
		}
	})
}

// The answers come from one node and the changes from another, which hear of
// changes at different times.
func TestServersOfOneDatabase(t *testing.T) {
	t.Parallel()
	db := testdb.DB{Dialect: repository.Postgres, Config: repository.Config{URL: testdb.Postgres(t)}}
	root := filepath.Join(t.TempDir(), "root.key")
	_, err := keys.CreateRoot(root)
	must(t, err)
	first := start(t, db, "TOKENRY_ROOT_KEY_FILE="+root)
	second := start(t, db, "TOKENRY_ROOT_KEY_FILE="+root)
	r := &road{servers: []string{first.address, second.address}, changes: second.address}
	v := newVerifier(t, first.client(r), client.VerifierOptions{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 5 {
				revokeWhileAsked(t, first, v)
			}
		})
	}
	group.Wait()
}

// revokeWhileAsked revokes a token about which others ask all the time.
func revokeWhileAsked(t *testing.T, s *server, v *client.Verifier) {
	token := s.issue()
	q := question(token)
	var acknowledged atomic.Pointer[time.Time]
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for {
				begun, at := time.Now(), acknowledged.Load()
				answer, err := v.Verify(t.Context(), q)
				switch {
				case err != nil:
					t.Error(err)
					return
				case at != nil && !answer.Valid:
					return
				case at != nil && begun.Sub(*at) > bound:
					t.Errorf("good %s after it was revoked", begun.Sub(*at))
					return
				}
			}
		})
	}
	s.revoke(token.ID)
	acknowledged.Store(new(time.Now()))
	group.Wait()
}

// A stream goes on for longer than a request may take.
func TestServerStreamsWithoutTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, testdb.New(t, repository.SQLite), "TOKENRY_REQUEST_TIMEOUT=2s")
	for change, err := range s.client(nil).Changes(t.Context(), -1) {
		must(t, err)
		if change.Kind == client.ChangeEnd {
			t.Fatalf("the stream ended: %+v", change)
		}
		if change.Elapsed > 2500*time.Millisecond {
			return
		}
	}
}
