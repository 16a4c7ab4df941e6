package prooftest

import (
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// line is a node's network to the database. What goes over it can be held up,
// which neither end notices, let go again, or lost with its connections.
type line struct {
	listener    net.Listener
	network, to string
	up, down    gate // to the database, and from it

	mu    sync.Mutex
	pairs map[*pair]bool
}

// pair is a connection over a line: its two halves.
type pair struct {
	node, database net.Conn
	closed         chan struct{}
	once           sync.Once
}

func (p *pair) close() {
	p.once.Do(func() {
		close(p.closed)
		_ = p.node.Close()
		_ = p.database.Close()
	})
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
	l := &line{listener: listener, pairs: map[*pair]bool{}}
	l.network, l.to = pgconn.NetworkAddress(cfg.Host, cfg.Port)
	t.Cleanup(func() { _ = listener.Close(); l.lose() })
	go l.accept()
	over := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: listener.Addr().String(),
		Path: cfg.Database, RawQuery: "sslmode=disable",
	}
	return l, over.String()
}

func (l *line) accept() {
	for {
		node, err := l.listener.Accept()
		if err != nil {
			return
		}
		database, err := net.Dial(l.network, l.to)
		if err != nil {
			_ = node.Close()
			continue
		}
		p := &pair{node: node, database: database, closed: make(chan struct{})}
		l.mu.Lock()
		l.pairs[p] = true
		l.mu.Unlock()
		go l.pump(p, database, node, &l.up)
		go l.pump(p, node, database, &l.down)
	}
}

// pump carries one direction. The end of a connection is held up like anything
// else.
func (l *line) pump(p *pair, to, from net.Conn, g *gate) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if !g.pass(p.closed) {
			return
		}
		if _, writeErr := to.Write(buffer[:n]); err != nil || writeErr != nil {
			p.close()
			l.mu.Lock()
			delete(l.pairs, p)
			l.mu.Unlock()
			return
		}
	}
}

// lose breaks all connections, with what is held up in them.
func (l *line) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.pairs {
		p.close()
	}
	clear(l.pairs)
}

// gate lets through one direction of a line, at once, late, or not at all.
type gate struct {
	mu     sync.Mutex
	delay  time.Duration // the longest; each packet has one of its own
	opened chan struct{} // nil if the gate is open
}

// pass waits until a packet may go on, and reports false if its connection has
// ended before that.
func (g *gate) pass(closed <-chan struct{}) bool {
	for {
		g.mu.Lock()
		opened, delay := g.opened, g.delay
		g.mu.Unlock()
		if opened == nil {
			if delay > 0 {
				time.Sleep(rand.N(delay))
			}
			return true
		}
		select {
		case <-opened:
		case <-closed:
			return false
		}
	}
}

func (g *gate) slow(longest time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delay = longest
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil {
		g.opened = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}
