package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/client/clienttest"
)

// script is a server that says what a test tells it to.
type script struct {
	t      *testing.T
	client *client.Client
	v      *client.Verifier
	events chan string // what the stream says next; empty cuts it

	mu       sync.Mutex
	sequence int64 // of answers; negative for none
	answer   map[string]any
	asked    int
	resumed  []string // Last-Event-ID of each stream
}

func newScript(t *testing.T) *script {
	t.Helper()
	s := &script{t: t, events: make(chan string, 100), sequence: 10, answer: map[string]any{
		"valid": true, "code": "ok", "token_id": "0352eRhE1DX6h3uDzjTYir", "account_id": "acc", "scopes": []string{"a", "b"},
		"secret_state": "current", "expires_at": nil, "as_of": "2026-11-23T12:00:00Z",
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tokens/verify", s.verify)
	mux.HandleFunc("GET /changes", s.stream)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, secret)
	must(t, err)
	s.say("start", 10, `{}`)
	s.say("heartbeat", 10, `{"elapsed_ms": 0}`)
	s.v = client.NewVerifier(c, client.VerifierOptions{Bound: 10 * time.Second})
	t.Cleanup(s.v.Close)
	s.client = c
	until(t, s.v.Fresh)
	return s
}

func (s *script) say(kind string, number int64, data string) {
	s.events <- fmt.Sprintf("event: %s\nid: %d\ndata: %s\n\n", kind, number, data)
}

// hear says a number, and waits until it was heard: older answers are then not
// kept.
func (s *script) hear(number int64) {
	s.say("account", number, `{"id": "nobody"}`)
	s.set(func() { s.sequence = number - 1 })
	until(s.t, func() bool {
		q := client.Question{Secret: secret, Scopes: []string{client.NewIdempotencyKey()}}
		s.ask(q)
		return !s.kept(q)
	})
	s.set(func() { s.sequence = number })
}

func (s *script) set(how func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how()
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *script) ask(q client.Question) *client.Answer {
	s.t.Helper()
	answer, err := s.v.Verify(s.t.Context(), q)
	must(s.t, err)
	return answer
}

// kept reports whether a question is answered from memory.
func (s *script) kept(q client.Question) bool {
	s.t.Helper()
	before := s.count()
	s.ask(q)
	return s.count() == before
}

func (s *script) verify(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.sequence >= 0 && r.Header.Get("Tokenry-Sequence") != "" {
		w.Header().Set("Tokenry-Sequence", strconv.FormatInt(s.sequence, 10))
	}
	answer(w, 200, s.answer)
}

func (s *script) stream(w http.ResponseWriter, r *http.Request) {
	s.set(func() { s.resumed = append(s.resumed, r.Header.Get("Last-Event-ID")) })
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		select {
		case <-r.Context().Done():
			return
		case text := <-s.events:
			if text == "" {
				panic(http.ErrAbortHandler)
			}
			_, _ = fmt.Fprint(w, text)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

func TestVerifierKeepsGoodAnswers(t *testing.T) {
	t.Parallel()
	other := strings.Replace(secret, "VtXAM", "VtXAN", 1)
	base := client.Question{Secret: secret, Scopes: []string{"a"}}
	tests := map[string]struct {
		set  func(s *script)
		then client.Question
		kept bool
	}{
		"the same":                {nil, base, true},
		"no scope":                {nil, client.Question{Secret: secret}, false},
		"another scope":           {nil, client.Question{Secret: secret, Scopes: []string{"b"}}, false},
		"one more scope":          {nil, client.Question{Secret: secret, Scopes: []string{"a", "b"}}, false},
		"any":                     {nil, client.Question{Secret: secret, Scopes: []string{"a"}, Any: true}, false},
		"another address":         {nil, client.Question{Secret: secret, Scopes: []string{"a"}, IP: "203.0.113.9"}, false},
		"another version":         {nil, client.Question{Secret: secret, Scopes: []string{"a"}, Version: "16"}, false},
		"a route":                 {nil, client.Question{Secret: secret, Scopes: []string{"a"}, Method: "GET", Path: "/a"}, false},
		"another secret":          {nil, client.Question{Secret: other, Scopes: []string{"a"}}, false},
		"refused":                 {func(s *script) { s.answer = map[string]any{"valid": false, "code": "unknown"} }, base, false},
		"lacks a scope":           {func(s *script) { s.answer["valid"], s.answer["code"] = false, "insufficient_scope" }, base, false},
		"a replaced secret":       {func(s *script) { s.answer["secret_state"] = "previous" }, base, false},
		"of another token":        {func(s *script) { s.answer["token_id"] = "other" }, base, false},
		"older than what changed": {func(s *script) { s.sequence = 9 }, base, false},
		"newer":                   {func(s *script) { s.sequence = 11 }, base, true},
		"without a number":        {func(s *script) { s.sequence = -1 }, base, false},
		"expires later":           {func(s *script) { s.answer["expires_at"] = "2026-11-23T12:00:30Z" }, base, true},
		"has just expired":        {func(s *script) { s.answer["expires_at"] = "2026-11-23T12:00:00Z" }, base, false},
		"its version ends later":  {func(s *script) { s.answer["sunset"] = "2026-11-23T12:00:30Z" }, base, true},
		"its version ends now":    {func(s *script) { s.answer["sunset"] = "2026-11-23T12:00:00.000001Z" }, base, false},
		"its version has ended":   {func(s *script) { s.answer["sunset"] = "2026-11-01T00:00:00Z" }, base, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			if tt.set != nil {
				s.set(func() { tt.set(s) })
			}
			s.ask(base)
			if got := s.kept(tt.then); got != tt.kept {
				t.Errorf("answered from memory: %v, want %v", got, tt.kept)
			}
		})
	}
}

func TestVerifierForgets(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, id string
		kept     bool
	}{
		"the token":         {"token", "0352eRhE1DX6h3uDzjTYir", false},
		"another token":     {"token", "other", true},
		"the account":       {"account", "acc", false},
		"another account":   {"account", "other", true},
		"a catalog":         {"catalog", "partner", false},
		"a pepper":          {"pepper", "2", false},
		"everything":        {"everything", "", false},
		"a kind to come":    {"of the future", "x", false},
		"nothing, and soon": {"heartbeat", "", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			q := client.Question{Secret: secret}
			s.ask(q)
			data, _ := json.Marshal(map[string]any{"id": tt.id, "elapsed_ms": 1})
			s.say(tt.kind, 11, string(data))
			s.hear(12)
			if got := s.kept(q); got != tt.kept {
				t.Errorf("answered from memory: %v, want %v", got, tt.kept)
			}
		})
	}
}

// What was kept outlives a stream if the next goes on where it ended.
func TestVerifierResumes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end   func(s *script)
		start int64
		kept  bool
	}{
		"cut":                {func(s *script) { s.events <- "" }, 12, true},
		"cut, with a gap":    {func(s *script) { s.events <- "" }, 13, false},
		"behind":             {func(s *script) { s.events <- "" }, 11, false},
		"ended to be opened": {func(s *script) { s.events <- "event: end\ndata: {\"reason\":\"renew\"}\n\n"; s.events <- "" }, 12, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			q := client.Question{Secret: secret}
			s.ask(q)
			s.hear(12)
			tt.end(s)
			s.say("start", tt.start, `{}`)
			s.hear(14)
			if got := s.kept(q); got != tt.kept {
				t.Errorf("answered from memory: %v, want %v", got, tt.kept)
			}
			s.set(func() {
				if s.resumed[1] != "12" {
					t.Errorf("the streams began after %q, want the second after 12", s.resumed)
				}
			})
		})
	}
}

func TestVerifierWithoutStreamAsksEachTime(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s *script){
		"the node may not answer":       func(s *script) { s.say("end", 10, `{"reason": "unavailable"}`) },
		"a clock that is ahead of ours": func(s *script) { s.say("heartbeat", 10, `{"elapsed_ms": 60000}`) },
		"it was closed":                 func(s *script) { s.v.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			q := client.Question{Secret: secret}
			s.ask(q)
			if !s.kept(q) {
				t.Fatal("not kept")
			}
			end(s)
			until(t, func() bool { return !s.v.Fresh() })
			for range 2 {
				if s.kept(q) {
					t.Error("answered from memory")
				}
			}
		})
	}
}

func TestVerifierIsBoundedInSize(t *testing.T) {
	t.Parallel()
	server := clienttest.NewServer()
	t.Cleanup(server.Close)
	v := newVerifier(t, server.Client(), client.VerifierOptions{Size: 128, Bound: 10 * time.Second})
	good := server.Issue(clienttest.Token{})
	for i := range 2000 {
		if got := code(t, v, client.Question{Secret: good, IP: strconv.Itoa(i)}); got != "ok" {
			t.Fatalf("answer %d: %s", i, got)
		}
	}
	before := server.Asked()
	for i := range 2000 {
		code(t, v, client.Question{Secret: good, IP: strconv.Itoa(i)})
	}
	if kept := 2000 - (server.Asked() - before); kept > 128 {
		t.Errorf("%d answers were kept, want at most 128", kept)
	}
}

func TestVerifierTellsErrors(t *testing.T) {
	t.Parallel()
	server := clienttest.NewServer()
	t.Cleanup(server.Close)
	v := newVerifier(t, server.Client(), client.VerifierOptions{})
	good := server.Issue(clienttest.Token{})
	if got := code(t, v, client.Question{Secret: good}); got != "ok" {
		t.Fatal(got)
	}
	server.SetAway(true)
	until(t, func() bool { return !v.Fresh() })
	_, err := v.Verify(t.Context(), client.Question{Secret: good})
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Code != "try_again" {
		t.Errorf("while the server is away: error %v, want try_again", err)
	}
	server.SetAway(false)
	until(t, v.Fresh)
	if got := code(t, v, client.Question{Secret: good}); got != "ok" {
		t.Errorf("after it came back: %s", got)
	}
}

func TestChangesThatAreNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ kind, text string }{
		"not a stream":             {"application/json", `{}`},
		"cut in an event":          {"text/event-stream", "event: start\nid: 1\n"},
		"number that is none":      {"text/event-stream", "event: start\nid: x\ndata: {}\n\n"},
		"data that are none":       {"text/event-stream", "event: token\nid: 1\ndata: {\n\n"},
		"heartbeat without a time": {"text/event-stream", "event: heartbeat\nid: 1\ndata: {}\n\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tt.kind)
				_, _ = fmt.Fprint(w, tt.text)
			})
			for change, err := range c.Changes(t.Context(), -1) {
				if _, ok := errors.AsType[*client.TransportError](err); !ok {
					t.Errorf("change %+v, error %v, want a TransportError", change, err)
				}
			}
		})
	}
}
