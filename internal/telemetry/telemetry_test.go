package telemetry_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tokenry/tokenry/internal/telemetry"
)

const (
	id   = "0123456789abcdefghijAB"
	body = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
)

func TestLoggerHidesSecrets(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"tkr", "acme2"} {
		secret := prefix + "_" + id + "_" + body
		for _, format := range []string{"json", "text", "auto"} {
			var out strings.Builder
			log := telemetry.NewLogger(&out, format, slog.LevelInfo)
			log.With("with", secret).WithGroup(secret).Info("message "+secret, "error", fmt.Errorf("wrapped: %w", errors.New(secret)),
				"any", struct{ Field string }{secret}, slog.Group("group", secret, secret))
			if strings.Contains(out.String(), body) || !strings.Contains(out.String(), "message "+prefix+"_"+id+"_[redacted]") {
				t.Errorf("%s: the log has %q", format, out.String())
			}
		}
	}
}

func TestLoggerKeepsTheRest(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	log := telemetry.NewLogger(&out, "json", slog.LevelInfo)
	log.Debug("too fine")
	log.Info("kept", "digest", body, "token", id)
	if got := out.String(); strings.Contains(got, "too fine") || !strings.Contains(got, `"digest":"`+body+`","token":"`+id+`"}`) {
		t.Errorf("the log has %q", got)
	}
}

func TestRequestsHaveBoundedLabels(t *testing.T) {
	t.Parallel()
	registry := telemetry.NewRegistry("1.2.3")
	requests := telemetry.NewRequests(registry, []string{"createToken"}, nil)
	for _, made := range []struct {
		method, route string
		status        int
	}{
		{"POST", "createToken", 201}, {"POST", "createToken", 204}, {"POST", "createToken", 422},
		{"GET", "/tokens/tkr_secret", 404}, {"GET", "/another", 404}, {"BREW", "createToken", 405}, {"GET", "createToken", 999},
	} {
		req := httptest.NewRequest(made.method, "/tokens?secret=tkr_secret", nil)
		_, begun := requests.Begin(req, made.route)
		begun.End(made.status)
	}
	const name = "tokenry_http_request_duration_seconds"
	if got, err := testutil.GatherAndCount(registry, name); err != nil || got != 5 {
		t.Errorf("GatherAndCount = %d, %v, want 5", got, err)
	}
	metrics := get(t, telemetry.OpsHandler(registry), "/metrics")
	for _, want := range []string{
		name + `_count{method="POST",route="createToken",status="2xx"} 2`,
		name + `_count{method="POST",route="createToken",status="4xx"} 1`,
		name + `_count{method="GET",route="other",status="4xx"} 2`,
		name + `_count{method="other",route="createToken",status="4xx"} 1`,
		name + `_count{method="GET",route="createToken",status="other"} 1`,
		"tokenry_http_requests_in_flight 0", `version="1.2.3"`, "go_goroutines ",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(metrics, "tkr_secret") {
		t.Error("/metrics has a path from a request")
	}
}

func TestOpsHandlerServesProfiles(t *testing.T) {
	t.Parallel()
	ops := telemetry.OpsHandler(telemetry.NewRegistry("1.2.3"))
	if got := get(t, ops, "/debug/pprof/goroutine?debug=1"); !strings.Contains(got, "goroutine profile:") {
		t.Errorf("/debug/pprof/goroutine gave %.100q", got)
	}
}

func get(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s = %d", path, w.Code)
	}
	return w.Body.String()
}

func TestTracesReachTheCollector(t *testing.T) {
	received := make(chan *traces.ResourceSpans, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/traces" {
			t.Errorf("traces were sent to %s", r.URL.Path)
		}
		received <- decode(t, r).ResourceSpans[0]
		w.WriteHeader(http.StatusOK)
	}))
	defer server.Close()
	sender, err := telemetry.NewTraces(t.Context(), server.URL, "1.2.3", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	requests := telemetry.NewRequests(telemetry.NewRegistry("1.2.3"), []string{"verifyToken"}, sender)
	req := httptest.NewRequest("POST", "/tokens/verify?secret=s3cret", nil)
	req.Header.Set("Authorization", "Bearer s3cret")
	req.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	_, begun := requests.Begin(req, "verifyToken")
	begun.End(http.StatusServiceUnavailable)
	if err := sender.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := <-received
	if span := got.ScopeSpans[0].Spans[0]; span.Name != "verifyToken" ||
		fmt.Sprintf("%x", span.TraceId) != "0af7651916cd43dd8448eb211c80319c" || span.Status.GetCode() != traces.Status_STATUS_CODE_ERROR {
		t.Errorf("span = %v", span)
	}
	if strings.Contains(got.String(), "s3cret") {
		t.Errorf("the span has a secret: %v", got)
	}
}

func decode(t *testing.T, r *http.Request) *collector.ExportTraceServiceRequest {
	t.Helper()
	in := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return nil
		}
		in = unzipped
	}
	data, err := io.ReadAll(in)
	var sent collector.ExportTraceServiceRequest
	if err = errors.Join(err, proto.Unmarshal(data, &sent)); err != nil {
		t.Error(err)
	}
	return &sent
}

func BenchmarkRequests(b *testing.B) {
	requests := telemetry.NewRequests(telemetry.NewRegistry("1.2.3"), []string{"verifyToken"}, nil)
	req := httptest.NewRequest("POST", "/tokens/verify", nil)
	b.ReportAllocs()
	for b.Loop() {
		_, begun := requests.Begin(req, "verifyToken")
		begun.End(http.StatusOK)
	}
}
