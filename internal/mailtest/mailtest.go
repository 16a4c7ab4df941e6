// Package mailtest gives tests a mail server, Mailpit, and what it was sent.
package mailtest

import (
	"context"
	"encoding/json"
	"fmt"
	"go/build"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Server is a mail server of one test. It is gone when the test has ended.
type Server struct {
	SMTP string // host:port
	web  string // URL of its API
	t    testing.TB
}

// Message is a mail that was sent.
type Message struct {
	ID        string // in Mailpit
	MessageID string
	Subject   string
	To        []Address
}

// Address is whom a mail was sent to.
type Address struct{ Name, Address string }

// Content is the whole of a mail.
type Content struct {
	Text, HTML string
	Header     http.Header
}

// New starts a server, with further arguments of Mailpit if there are any.
func New(t testing.TB, arguments ...string) *Server {
	t.Helper()
	for range 5 { // a port may be taken between finding and using it
		if s := start(t, arguments); s != nil {
			return s
		}
	}
	t.Fatal("the mail server does not start")
	return nil
}

func start(t testing.TB, arguments []string) *Server {
	t.Helper()
	s := &Server{SMTP: free(t), t: t}
	web := free(t)
	s.web = "http://" + web
	database := filepath.Join(t.TempDir(), "mail.db")
	arguments = append([]string{
		"--smtp", s.SMTP, "--listen", web, "--disable-version-check", "--quiet", "--max", "0", "--database", database,
	}, arguments...)
	command := exec.CommandContext(context.Background(), binary(t), arguments...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	t.Cleanup(func() { _ = command.Process.Kill(); <-ended })
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case <-ended:
			return nil
		default:
		}
		var info struct{ Database string }
		if s.ask(&info, "/api/v1/info") == nil && info.Database == database && s.listens() { // and it is not another test's
			return s
		}
	}
	return nil
}

func (s *Server) listens() bool {
	connection, err := new(net.Dialer).DialContext(s.t.Context(), "tcp", s.SMTP)
	if err != nil {
		return false
	}
	return connection.Close() == nil
}

// binary is where Mailpit is: on the path, or where `go install` puts it.
func binary(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("mailpit"); err == nil {
		return path
	}
	path := filepath.Join(build.Default.GOPATH, "bin", "mailpit")
	if _, err := os.Stat(path); err != nil {
		t.Fatal("the tests need Mailpit: run scripts/install-test-tools")
	}
	return path
}

// free is an address of this machine that nobody listens on.
func free(t testing.TB) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Messages are all mails that were sent, in no order.
func (s *Server) Messages() []Message {
	s.t.Helper()
	const page = 500
	var all []Message
	for {
		var list struct{ Messages []Message }
		s.must(s.ask(&list, fmt.Sprintf("/api/v1/messages?limit=%d&start=%d", page, len(all))))
		all = append(all, list.Messages...)
		if len(list.Messages) < page {
			return all
		}
	}
}

// Await waits until there are that many mails, and gives them.
func (s *Server) Await(count int) []Message {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if all := s.Messages(); len(all) >= count {
			return all
		}
		if time.Now().After(end) {
			s.t.Fatalf("there are %d mails, want %d", len(s.Messages()), count)
		}
	}
}

// Read is the whole of a mail.
func (s *Server) Read(m Message) Content {
	s.t.Helper()
	var c Content
	s.must(s.ask(&c, "/api/v1/message/"+m.ID))
	s.must(s.ask(&c.Header, "/api/v1/message/"+m.ID+"/headers"))
	return c
}

func (s *Server) ask(out any, path string) error {
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.web+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	return json.Unmarshal(body, out)
}

func (s *Server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
