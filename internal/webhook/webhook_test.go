package webhook_test

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/webhook"
)

func newSender(t *testing.T, caFile string, allow ...string) *webhook.Sender {
	t.Helper()
	sender, err := webhook.NewSender(allow, caFile, "test")
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestWhereWebhooksGo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url   string
		allow []string
		want  error
	}{
		"public name":            {"https://example.com/hook?a=b", nil, nil},
		"any port":               {"https://example.com:8443/", nil, nil},
		"public address":         {"https://8.8.8.8/", nil, nil},
		"public IPv6":            {"https://[2606:4700::1111]/", nil, nil},
		"plain HTTP":             {"http://example.com/", nil, webhook.ErrPlainHTTP},
		"a network allows that":  {"http://10.1.2.3/", []string{"10.0.0.0/8"}, nil},
		"a name allows that":     {"http://Hooks.internal.:8080/", []string{"hooks.internal"}, nil},
		"not its subdomains":     {"http://x.hooks.internal/", []string{"hooks.internal"}, webhook.ErrPlainHTTP},
		"loopback":               {"https://127.0.0.1/", nil, webhook.ErrForbidden},
		"loopback by name":       {"https://LocalHost/", nil, webhook.ErrForbidden},
		"private":                {"https://192.168.1.1/", []string{"10.0.0.0/8"}, webhook.ErrForbidden},
		"metadata of clouds":     {"https://169.254.169.254/", nil, webhook.ErrForbidden},
		"carrier's":              {"https://100.64.0.1/", nil, webhook.ErrForbidden},
		"IPv6 loopback":          {"https://[::1]/", nil, webhook.ErrForbidden},
		"IPv4 as IPv6":           {"https://[::ffff:127.0.0.1]/", nil, webhook.ErrForbidden},
		"through NAT64":          {"https://[64:ff9b::7f00:1]/", nil, webhook.ErrForbidden},
		"6to4":                   {"https://[2002:7f00:1::]/", nil, webhook.ErrForbidden},
		"unique local":           {"https://[fd00::1]/", nil, webhook.ErrForbidden},
		"a network of IPv6":      {"https://[fd00::1]/", []string{"fd00::/8"}, nil},
		"credentials":            {"https://user@example.com/", nil, webhook.ErrUserInfo},
		"credentials to allowed": {"https://u:p@hooks.internal/", []string{"hooks.internal"}, webhook.ErrUserInfo},
		"fragment":               {"https://example.com/#", nil, webhook.ErrFragment},
		"no host":                {"https:///hook", nil, webhook.ErrNotURL},
		"another scheme":         {"file:///etc/passwd", nil, webhook.ErrNotURL},
		"no URL":                 {"example.com", nil, webhook.ErrNotURL},
	}
	for name, tt := range tests {
		if err := newSender(t, "", tt.allow...).Check(tt.url); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func send(t *testing.T, sender *webhook.Sender, url string) webhook.Result {
	t.Helper()
	result, err := sender.Send(t.Context(), webhook.Message{
		URL: url, ID: "id", Body: []byte(`{}`), Secrets: []webhook.Secret{webhook.NewSecret()}, At: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/error":
			w.WriteHeader(http.StatusBadGateway)
		case "/hangup":
			panic(http.ErrAbortHandler)
		case "/long":
			w.Header().Set("Server", strings.Repeat("x", 1000))
			w.Header().Set("Set-Cookie", "a=b")
			fmt.Fprint(w, "\x00\xff"+strings.Repeat("y", 10<<10))
		}
	}))
	t.Cleanup(server.Close)
	sender := newSender(t, "", "127.0.0.1")
	for path, want := range map[string]webhook.Outcome{
		"/ok": webhook.Delivered, "/redirect": webhook.Redirected, "/gone": webhook.Gone, "/error": webhook.Refused, "/hangup": webhook.Connection,
	} {
		if got := send(t, sender, server.URL+path); got.Outcome != want || got.Text == "" {
			t.Errorf("%s: %+v", path, got)
		}
	}
	long := send(t, sender, server.URL+"/long")
	if len(long.ResponseBody) > 4<<10+8 || !strings.HasPrefix(long.ResponseBody, "\uFFFD\uFFFDy") || len(long.ResponseHeaders["Server"]) != 256 ||
		long.ResponseHeaders["Set-Cookie"] != "" || long.RequestHeaders["Webhook-Signature"] != "" || long.RequestHeaders["Webhook-Id"] != "id" {
		t.Errorf("long answer: %d bytes, %v, %v", len(long.ResponseBody), long.ResponseHeaders, long.RequestHeaders)
	}
	if got := send(t, newSender(t, ""), server.URL); got.Outcome != webhook.Forbidden {
		t.Errorf("not allowed: %+v", got)
	}
	server.Close()
	if got := send(t, sender, server.URL); got.Outcome != webhook.Connection {
		t.Errorf("closed: %+v", got)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	if got := send(t, newSender(t, "", "127.0.0.1"), server.URL); got.Outcome != webhook.TLS {
		t.Errorf("of an unknown authority: %+v", got)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := send(t, newSender(t, file, "127.0.0.1"), server.URL); got.Outcome != webhook.Delivered {
		t.Errorf("of an authority that is trusted: %+v", got)
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := webhook.NewSender(nil, file, "test"); err == nil {
		t.Error("a file without certificates was accepted")
	}
}

func TestSecretsHide(t *testing.T) {
	t.Parallel()
	secret := webhook.NewSecret()
	text, err := json.Marshal(map[string]any{"secret": secret})
	shown := fmt.Sprintf("%v %+v %#v %s %s", secret, secret, secret, secret, text)
	if err != nil || strings.Contains(shown, strings.TrimPrefix(secret.Reveal(), "whsec_")) || strings.Contains(shown, "[") {
		t.Errorf("shown as %s, %v", shown, err)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	var total time.Duration
	for attempt := 1; attempt < webhook.MaxAttempts; attempt++ {
		delay, more := webhook.Delay(attempt, 0)
		if !more || delay < total/20 {
			t.Errorf("attempt %d: %s, %v", attempt, delay, more)
		}
		total += delay
	}
	if _, more := webhook.Delay(webhook.MaxAttempts, time.Hour); more || total < 72*time.Hour || total > 96*time.Hour {
		t.Errorf("in all %s, and more: %v", total, more)
	}
}
