package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestDatabaseGoneAndBack(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	s := start(t, settings(t, db))
	token, other := s.create("Cached"), s.create("Not cached")
	question := func(of map[string]any) (int, map[string]any) {
		return s.call("POST", "/tokens/verify", `{"secret": "`+of["secret"].(string)+`"}`)
	}
	ready := func() bool { status, _ := s.call("GET", "/readyz", ""); return status == http.StatusOK }
	if status, answer := question(token); status != http.StatusOK || answer["code"] != "ok" {
		t.Fatalf("before: %d %v", status, answer)
	}

	cut := time.Now()
	db.Stop(t)
	if status, answer := question(token); (status != http.StatusOK || answer["code"] != "ok") && ready() {
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
	if ready() {
		t.Error("ready without a lease")
	}

	db.Start(t)
	s.await(ready)
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
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("the condition did not come true")
		}
	}
}
