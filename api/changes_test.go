package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// event is one of GET /changes.
type event struct {
	kind   string
	number int64
	data   map[string]any
}

// events is a stream under way.
type events struct {
	h     *harness
	lines *bufio.Scanner
	close context.CancelFunc
}

// stream opens GET /changes.
func (h *harness) stream(credential string, headers ...string) *events {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), time.Minute)
	h.t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.server.URL+"/changes", http.NoBody)
	h.must(err)
	r.Header.Set("Authorization", credential)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	res, err := h.server.Client().Do(r)
	h.must(err)
	h.t.Cleanup(func() { stop(); _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		h.t.Fatalf("GET /changes: %d %v", res.StatusCode, res.Header)
	}
	return &events{h, bufio.NewScanner(res.Body), stop}
}

// next is the next event; its kind is empty if the stream has ended.
func (e *events) next() event {
	e.h.t.Helper()
	var got event
	for e.lines.Scan() {
		name, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch name {
		case "event":
			got.kind = value
		case "id":
			number, err := strconv.ParseInt(value, 10, 64)
			e.h.must(err)
			got.number = number
		case "data":
			e.h.must(json.Unmarshal([]byte(value), &got.data))
		case "":
			return got
		}
	}
	return event{}
}

// until is the next event that is no heartbeat.
func (e *events) until() event {
	e.h.t.Helper()
	for {
		if got := e.next(); got.kind != "heartbeat" {
			return got
		}
	}
}

func (e *events) want(kind, id string) event {
	e.h.t.Helper()
	got := e.until()
	if told, _ := got.data["id"].(string); got.kind != kind || told != id {
		e.h.t.Fatalf("event %+v, want %s of %q", got, kind, id)
	}
	return got
}

func (h *harness) last() int64 {
	number, err := h.store.Changes.Last(h.t.Context())
	h.must(err)
	return number
}

func TestChangesAreStreamed(t *testing.T) {
	each(t, func(h *harness) {
		id := h.create(nil).text("id")
		h.account(brand, map[string]any{"name": "Contoso"}) // the first change of all is everything
		s := h.stream(h.service("tokenry.verify"))
		if start := s.next(); start.kind != "start" || start.number != h.last() {
			h.t.Fatalf("first event %+v, want start at %d", start, h.last())
		}
		beat := s.next()
		if elapsed, ok := beat.data["elapsed_ms"].(float64); beat.kind != "heartbeat" || !ok || elapsed < 0 || elapsed > 5000 {
			h.t.Errorf("second event %+v, want a heartbeat", beat)
		}
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
		disabled := s.want("token", id)
		if beat := s.next(); beat.kind != "heartbeat" || beat.number < disabled.number {
			h.t.Errorf("after the change %+v, want a heartbeat", beat)
		}
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200) // changes nothing, and takes a number
		h.account(brand, map[string]any{"state": "disabled"})
		s.want("account", brand)
		_, err := h.signing.Rotate(h.t.Context(), model.Actor{Kind: model.ActorSystem, ID: "test"}, true)
		h.must(err)
		changed := s.want("everything", "") // what is kept about JWTs by the keys before
		s.close()

		h.call(h.admin(), "POST /tokens/"+id+"/enable", nil).want(200)
		h.call(h.admin(), "POST /tokens/"+id+"/revoke", nil).want(200)
		again := h.stream(h.op(), "Last-Event-ID: "+strconv.FormatInt(changed.number, 10))
		again.want("start", "")
		again.want("token", id)
		if got := again.want("token", id); got.number != h.last() {
			h.t.Errorf("the last event is %+v, want number %d", got, h.last())
		}
		h.must(h.store.InTx(h.t.Context(), func(tx *repository.Store) error {
			_, err := tx.Changes.Append(h.t.Context(), "of the future", "x", h.clock.now())
			return err
		}))
		again.want("everything", "")
	})
}

// What a reader has missed is read from the log, as long as it goes back.
func TestChangesAreResumed(t *testing.T) {
	each(t, func(h *harness) {
		first := h.create(nil).text("id")
		second := h.create(nil).text("id")
		before := h.last()
		h.call(h.admin(), "POST /tokens/"+first+"/disable", nil).want(200)
		h.call(h.admin(), "POST /tokens/"+second+"/disable", nil).want(200)
		after := func(number int64) string { return "Last-Event-ID: " + strconv.FormatInt(number, 10) }

		// As if others took the node for dead: it begins anew, and knows no more what was before.
		lost := h.stream(h.op())
		lost.want("start", "")
		h.must(h.store.Nodes.Leave(h.t.Context(), h.api.Node.ID))
		if got := lost.until(); got.kind != "end" && got.kind != "everything" {
			h.t.Errorf("event %+v, want the end, or to forget everything", got)
		}
		h.until(h.api.Node.Holds)

		s := h.stream(h.op(), after(before))
		s.want("start", "")
		s.want("token", first)
		s.want("token", second)

		ahead := h.stream(h.op(), after(h.last()+5))
		ahead.want("start", "")
		ahead.want("everything", "")

		h.must(h.store.Changes.Trim(h.t.Context(), h.clock.now().Add(time.Hour)))
		gap := h.stream(h.op(), after(before))
		gap.want("start", "")
		if got := gap.want("everything", ""); got.number != h.last() {
			h.t.Errorf("everything up to %d, want %d", got.number, h.last())
		}
	})
}

func TestStreamsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end    func(h *harness, own string)
		reason string
	}{
		"when the credential has changed": {func(h *harness, own string) {
			h.call(h.op(), "POST /tokens/"+own+"/disable", nil, "Tokenry-Account: "+h.operatorAccount).want(200)
		}, "renew"},
		"when the lease has":    {func(h *harness, _ string) { h.stop() }, "unavailable"},
		"when the server stops": {func(h *harness, _ string) { h.api.Node.EndWatches() }, "unavailable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, testdb.New(t, repository.SQLite), nil)
			credential := h.service("tokenry.verify")
			h.account(brand, map[string]any{"name": "Contoso"})
			s := h.stream(credential)
			s.want("start", "")
			tt.end(h, h.call(credential, "GET /whoami", nil).want(200).text("token_id"))
			if got := s.until(); got.kind != "end" || got.data["reason"] != tt.reason {
				t.Errorf("event %+v, want the end, for %s", got, tt.reason)
			}
			if got := s.next(); got.kind != "" {
				t.Errorf("after the end: %+v", got)
			}
		})
	}
}

// A reader that does not read is cut off once it has been sent more than fits in
// between, and the others hear meanwhile.
func TestReaderThatDoesNotRead(t *testing.T) {
	t.Parallel()
	h := newHarness(t, testdb.New(t, repository.SQLite), nil)
	deaf, err := net.Dial("tcp", h.server.Listener.Addr().String())
	h.must(err)
	defer deaf.Close()
	h.must(deaf.(*net.TCPConn).SetReadBuffer(4 << 10))
	_, err = fmt.Fprintf(deaf, "GET /changes HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n", h.op())
	h.must(err)
	h.until(func() bool { return h.api.Node.Watches() == 1 })
	s := h.stream(h.op())
	s.want("start", "")
	long := strings.Repeat("x", 32<<10)
	begun := time.Now()
	h.must(h.store.InTx(h.t.Context(), func(tx *repository.Store) error {
		for range 200 {
			if _, err := tx.Changes.Append(t.Context(), repository.ChangeToken, long, h.clock.now()); err != nil {
				return err
			}
		}
		return nil
	}))
	for range 200 {
		s.want("token", long)
	}
	id := h.create(nil).text("id")
	h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
	s.want("token", id)
	if open := h.api.Node.Watches(); open != 2 && time.Since(begun) < 4*time.Second {
		t.Errorf("%d streams are open: the one waited for the other", open)
	}
	h.until(func() bool { return h.api.Node.Watches() == 1 })
	h.call(h.admin(), "POST /tokens/"+id+"/enable", nil).want(200)
	s.want("token", id)
}

func TestStreamsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHarness(t, testdb.New(t, repository.SQLite), nil)
	h.call(h.op(), "GET /changes", nil, "Last-Event-ID: x").wantFaults(map[string]string{"Last-Event-ID": "wrong_type"})
	h.call(h.op(), "GET /changes?after=-1", nil).wantFaults(map[string]string{"after": "out_of_range"})
	h.call(h.op(), "HEAD /changes", nil).want(405)
	for range 1000 {
		w, err := h.api.Node.Watch(t.Context(), nil)
		h.must(err)
		defer w.Close()
	}
	h.call(h.op(), "GET /changes", nil).want(503, "too_many_streams")
	h.stop()
	h.call(h.op(), "GET /changes", nil).want(503, "try_again")
}

func TestAnswersTellTheirSequence(t *testing.T) {
	t.Parallel()
	h := newHarness(t, testdb.New(t, repository.SQLite), nil)
	tok := h.create(nil)
	question := map[string]any{"secret": tok.text("secret")}
	h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/disable", nil).want(200)
	asked := h.call(h.op(), "POST /tokens/verify", question, "Tokenry-Sequence: 0").want(200)
	if got := asked.header.Get("Tokenry-Sequence"); got != strconv.FormatInt(h.last(), 10) {
		t.Errorf("sequence %q, want %d", got, h.last())
	}
	if got := h.call(h.op(), "POST /tokens/verify", question).header.Get("Tokenry-Sequence"); got != "" {
		t.Errorf("nobody asked for the sequence, and it is %q", got)
	}
}

func TestStreamsAreRenewed(t *testing.T) {
	t.Parallel()
	h := newHarness(t, testdb.New(t, repository.SQLite), func(s *api.Server) { s.StreamLife = time.Millisecond })
	s := h.stream(h.op())
	s.want("start", "")
	if got := s.until(); got.kind != "end" || got.data["reason"] != "renew" {
		t.Errorf("event %+v, want the end, to be renewed", got)
	}
}
