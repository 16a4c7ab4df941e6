package prooftest

import (
	"context"
	"net"
	"net/url"
	"strings"
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
	heard map[string]bool // statements
	// awaited is what somebody waits to hear, each with what to close then.
	awaited map[string]chan struct{}
}

// pair is a connection over a line: its two halves.
type pair struct {
	node, database net.Conn
	closed         chan struct{}
	once           sync.Once

	mu    sync.Mutex
	asked string // the statement that was sent last
}

// statement is what the node has asked for, and what is answered now: it asks
// for one thing at a time.
func (p *pair) statement() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *pair) ask(statement string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = statement
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
	l := &line{listener: listener, pairs: map[*pair]bool{}, heard: map[string]bool{}, awaited: map[string]chan struct{}{}}
	l.network, l.to = pgconn.NetworkAddress(cfg.Host, cfg.Port)
	t.Cleanup(func() { _ = listener.Close(); l.lose() })
	go l.accept()
	over := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: listener.Addr().String(),
		Path: cfg.Database, RawQuery: "sslmode=disable&idle_in_transaction_session_timeout=2s",
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
		said := speech{prepared: map[string]string{}}
		go l.pump(p, database, node, &l.up, func(packet []byte) {
			if statement := said.hear(packet); statement != "" {
				p.ask(statement)
				l.note(statement)
			}
		})
		go l.pump(p, node, database, &l.down, func([]byte) {})
	}
}

// pump carries one direction. The end of a connection is held up like anything
// else.
func (l *line) pump(p *pair, to, from net.Conn, g *gate, hear func([]byte)) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		hear(buffer[:n])
		if !g.pass(p) {
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

func (l *line) note(statement string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard[statement] = true
	for about, heard := range l.awaited {
		if strings.Contains(statement, about) {
			close(heard)
			delete(l.awaited, about)
		}
	}
}

// await waits until the node sends a statement that says something. One waits at
// a time.
func (l *line) await(ctx context.Context, about string) {
	l.mu.Lock()
	heard := make(chan struct{})
	l.awaited[about] = heard
	l.mu.Unlock()
	select {
	case <-heard:
	case <-ctx.Done():
	case <-time.After(lease): // it may not be able to send anything
	}
}

// has reports whether a statement was heard that says something.
func (l *line) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for statement := range l.heard {
		if strings.Contains(statement, text) {
			return true
		}
	}
	return false
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
