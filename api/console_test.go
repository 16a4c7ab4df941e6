package api_test

import (
	"compress/gzip"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// pages is a built console, as far as the server is concerned.
func pages() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"index.html":             `<base href="__BASE__"><meta name="csp-nonce" content="__NONCE__">`,
		"docs.html":              `<link href="__BASE__assets/docs-x4.css"><script src="__BASE__assets/docs-x4.js"></script>`,
		"favicon.svg":            "<svg/>",
		"assets/app-x1.js.br":    "brotli script",
		"assets/app-x1.js.gz":    zipped("script"),
		"assets/small-x2.css":    "style",
		"assets/small-x2.css.gz": zipped("style"),
		"assets/_helper-x3.wasm": "unknown",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func zipped(text string) string {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// served is a server whose public URL is as given.
func served(t *testing.T, publicURL string, more ...func(*api.Server)) *harness {
	t.Helper()
	return newHarness(t, testdb.New(t, repository.SQLite), func(s *api.Server) {
		s.PublicURL = publicURL
		for _, change := range more {
			change(s)
		}
	})
}

func TestConsolePage(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080")
	content := regexp.MustCompile(`^<base href="/console/"><meta name="csp-nonce" content="([A-Z2-7]{26})">$`)
	nonces := map[string]bool{}
	for _, path := range []string{"/", "/console", "/console/", "/console/tokens", "/console/tokens/new?version=16", "/console/index.html/"} {
		a := h.call("", "GET "+path, nil).want(200)
		found := content.FindSubmatch(a.body)
		if found == nil {
			t.Fatalf("%s: %s", path, a.body)
		}
		nonces[string(found[1])] = true
		policy := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self' 'nonce-" + string(found[1]) + "';", "base-uri 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q has no %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", path, policy)
		}
		want := map[string]string{
			"Cache-Control": "no-cache", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Content-Type": "text/html; charset=UTF-8",
		}
		for name, value := range want {
			if a.header.Get(name) != value {
				t.Errorf("%s: %s is %q", path, name, a.header.Get(name))
			}
		}
	}
	if len(nonces) != 6 {
		t.Errorf("6 pages have %d nonces", len(nonces))
	}
	h.call("", "GET /console/assets/gone-x9.js", nil).want(404, "http_404")
	h.call("", "GET /console/assets/app-x1.js.br", nil).want(404, "http_404")
	h.call("", "GET /console/../openapi.go", nil).want(404)
	h.call("", "POST /console/tokens", "{}").want(405, "http_405")
}

func TestConsoleAssets(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080")
	const forever = "public, max-age=31536000, immutable"
	tests := map[string]struct{ path, accept, body, encoding, kind, cache string }{
		"best":         {"assets/app-x1.js", "gzip, deflate, br", "brotli script", "br", "text/javascript; charset=utf-8", forever},
		"second best":  {"assets/app-x1.js", "gzip;q=0.5", zipped("script"), "gzip", "text/javascript; charset=utf-8", forever},
		"none":         {"assets/app-x1.js", "identity", "script", "", "text/javascript; charset=utf-8", forever},
		"refused":      {"assets/app-x1.js", "br;q=0, gzip; q=0.000", "script", "", "text/javascript; charset=utf-8", forever},
		"kept plain":   {"assets/small-x2.css", "identity", "style", "", "text/css; charset=utf-8", forever},
		"of one":       {"assets/small-x2.css", "br, gzip", zipped("style"), "gzip", "text/css; charset=utf-8", forever},
		"not compiled": {"favicon.svg", "br", "<svg/>", "", "image/svg+xml", "no-cache"},
	}
	for name, tt := range tests {
		a := h.call("", "GET /console/"+tt.path, nil, "Accept-Encoding: "+tt.accept).want(200)
		got := []string{string(a.body), a.header.Get("Content-Encoding"), a.header.Get("Content-Type"), a.header.Get("Cache-Control")}
		for i, want := range []string{tt.body, tt.encoding, tt.kind, tt.cache} {
			if got[i] != want {
				t.Errorf("%s: %q, want %q", name, got[i], want)
			}
		}
		h.call("", "GET /console/"+tt.path, nil, "Accept-Encoding: "+tt.accept, "If-None-Match: "+a.header.Get("ETag")).want(304)
	}
	if a := h.call("", "HEAD /console/favicon.svg", nil).want(200); len(a.body) != 0 || a.header.Get("Content-Length") != "6" {
		t.Errorf("HEAD: %q, %v", a.body, a.header)
	}
	h.call("", "GET /console/assets/_helper-x3.wasm", nil).want(200)
}

// Proxies may leave the path of the public URL in front, or take it away.
func TestPathPrefix(t *testing.T) {
	t.Parallel()
	h := served(t, "https://example.com/my/tokenry")
	for _, path := range []string{"/my/tokenry", "/my/tokenry/", "/my/tokenry/console/tokens", "/console/tokens"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", h.server.URL+path, nil)
		h.must(err)
		if a := h.send(r).want(200); !strings.HasPrefix(string(a.body), `<base href="/my/tokenry/console/">`) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	h.call("", "GET /my/tokenry/healthz", nil).want(200)
	h.call(h.admin(), "GET /my/tokenry/whoami", nil).want(200)
	h.call("", "GET /my/tokenryx/healthz", nil).want(404)
	h.call("", "GET /my", nil).want(404)

	own := served(t, "https://example.com/tokens") // cannot be told from /tokens/{id}
	own.call("", "GET /tokens/healthz", nil).want(401, "missing_token")
	if a := own.call("", "GET /console/", nil).want(200); !strings.HasPrefix(string(a.body), `<base href="/tokens/console/">`) {
		t.Errorf("page %s", a.body)
	}
}

func TestDocsPage(t *testing.T) {
	t.Parallel()
	h := served(t, "https://example.com/my/tokenry")
	for _, path := range []string{"/docs", "/my/tokenry/docs"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", h.server.URL+path, nil)
		h.must(err)
		a := h.send(r).want(200)
		if string(a.body) != `<link href="/my/tokenry/console/assets/docs-x4.css"><script src="/my/tokenry/console/assets/docs-x4.js"></script>` {
			t.Errorf("%s: %s", path, a.body)
		}
		if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	h.call("", "GET /console/docs.html", nil).want(404, "http_404")
	plain := served(t, "http://127.0.0.1:8080", func(s *api.Server) { s.Console = nil })
	if a := plain.call("", "GET /docs", nil).want(200); !strings.Contains(string(a.body), `href="openapi.yaml"`) {
		t.Errorf("without the console: %s", a.body)
	}
}

func TestConsoleIsNotBuilt(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080", func(s *api.Server) { s.Console = nil })
	if a := h.call("", "GET /", nil).want(404); !strings.Contains(string(a.body), "make build") {
		t.Errorf("page %s", a.body)
	}
	h.call("", "GET /console/config.json", nil).want(200)
}

func TestConsoleConfig(t *testing.T) {
	t.Parallel()
	h := served(t, "https://example.com/tokenry", func(s *api.Server) { s.HelpURL, s.Version = "https://wiki.example.com/", "v1.2.3" })
	a := h.call("", "GET /console/config.json", nil).want(200)
	want := map[string]any{
		"help_url": "https://wiki.example.com/", "public_url": "https://example.com/tokenry", "secret_prefix": "tkr",
		"version": "v1.2.3", "sign_in.link": true,
	}
	for field, value := range want {
		if a.get(field) != value {
			t.Errorf("%s is %v, want %v", field, a.get(field), value)
		}
	}
}
