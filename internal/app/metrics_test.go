package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, testdb.New(t, repository.SQLite), "TOKENRY_OPS_LISTEN=127.0.0.1:0"))
	token := s.create("Report")
	s.verify(token["secret"])
	s.verify(token["secret"])
	s.verify("no secret")
	got := s.metrics()
	for _, want := range []string{
		`tokenry_checks_total{code="ok"} 2`, `tokenry_checks_total{code="malformed"} 1`, `tokenry_checks_total{code="no_answer"} 0`,
		"tokenry_lease_held 1", "tokenry_cache_entries 2", "tokenry_cache_misses_total 2", "tokenry_change_applied ",
		"tokenry_change_streams 0",
		"tokenry_audit_unsealed_seconds ", "tokenry_events_untold_seconds ", "tokenry_usage_pending ", "tokenry_usage_lost_total 0",
		`go_sql_open_connections{db_name="tokenry"} `,
	} {
		if !strings.Contains(got, "\n"+want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for line := range strings.Lines(got) {
		if strings.Contains(line, token["id"].(string)) {
			t.Errorf("a token is a label: %s", line)
		}
	}
}

// metrics is what Prometheus is told.
func (s *server) metrics() string {
	s.t.Helper()
	var ops string
	s.await(func() bool {
		for line := range strings.Lines(s.log.String()) {
			var entry struct{ Msg, Server, Address string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "listening" && entry.Server == "ops" {
				ops = entry.Address
			}
		}
		return ops != ""
	})
	response, err := http.Get("http://" + ops + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}
