package client_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/client/clienttest"
)

// shop is a server with secrets in it.
type shop struct {
	*clienttest.Server
	v                              *client.Verifier
	reader, writer, ended, expired string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{Server: clienttest.NewServer()}
	t.Cleanup(s.Close)
	s.Route("GET /orders/{id}", "orders.read")
	s.Route("POST /orders", "orders.write")
	s.reader = s.Issue(clienttest.Token{Scopes: []string{"orders.read"}})
	s.writer = s.Issue(clienttest.Token{Scopes: []string{"orders.read", "orders.write"}})
	s.ended = s.Issue(clienttest.Token{})
	s.Revoke(s.ended)
	s.expired = s.Issue(clienttest.Token{ExpiresAt: new(time.Now().Add(-time.Minute))})
	s.v = newVerifier(t, s.Client(), client.VerifierOptions{})
	return s
}

func TestMiddleware(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	idOf := func(secret string) string { return strings.Split(secret, "_")[1] }
	bearer := func(secret string) http.Header { return http.Header{"Authorization": {"Bearer " + secret}} }
	basic := func(user, secret string) http.Header {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, secret)
		return r.Header
	}
	routes, write := client.MiddlewareOptions{Routes: true}, client.MiddlewareOptions{Scopes: []string{"orders.write"}}
	const realm = `Bearer realm="api"`
	tests := map[string]struct {
		options   client.MiddlewareOptions
		request   string
		header    http.Header
		status    int
		code      string
		challenge string
	}{
		"bearer":             {header: bearer(s.reader), status: 200},
		"lower case":         {header: http.Header{"Authorization": {"bearer  " + s.reader}}, status: 200},
		"X-API-Key":          {header: http.Header{"X-Api-Key": {s.reader}}, status: 200},
		"basic":              {header: basic(idOf(s.reader), s.reader), status: 200},
		"basic as another":   {header: basic(idOf(s.writer), s.reader), status: 401, code: "unknown", challenge: realm + `, error="invalid_token"`},
		"basic, no user":     {header: basic("", s.reader), status: 401, code: "missing_token", challenge: realm},
		"nothing":            {status: 401, code: "missing_token", challenge: realm},
		"another scheme":     {header: http.Header{"Authorization": {"Digest x"}}, status: 401, code: "missing_token", challenge: realm},
		"two":                {header: http.Header{"Authorization": {"Bearer " + s.reader}, "X-Api-Key": {s.reader}}, status: 400, code: "ambiguous_credentials"},
		"unknown":            {header: bearer(secret), status: 401, code: "unknown", challenge: realm + `, error="invalid_token"`},
		"malformed":          {header: bearer("abc"), status: 401, code: "malformed", challenge: realm + `, error="invalid_token"`},
		"revoked":            {header: bearer(s.ended), status: 401, code: "revoked", challenge: realm + `, error="invalid_token"`},
		"expired":            {header: bearer(s.expired), status: 401, code: "expired", challenge: realm + `, error="invalid_token"`},
		"scope held":         {options: write, header: bearer(s.writer), status: 200},
		"scope lacking":      {options: write, header: bearer(s.reader), status: 403, code: "insufficient_scope", challenge: realm + `, error="insufficient_scope", scope="orders.write"`},
		"any scope":          {options: client.MiddlewareOptions{Scopes: []string{"orders.read", "orders.write"}, Any: true}, header: bearer(s.reader), status: 200},
		"another realm":      {options: client.MiddlewareOptions{Realm: "shop"}, status: 401, code: "missing_token", challenge: `Bearer realm="shop"`},
		"route":              {options: routes, request: "GET /orders/7", header: bearer(s.reader), status: 200},
		"route lacking":      {options: routes, request: "POST /orders", header: bearer(s.reader), status: 403, code: "insufficient_scope", challenge: realm + `, error="insufficient_scope", scope="orders.write"`},
		"no such route":      {options: routes, request: "GET /nowhere", header: bearer(s.writer), status: 403, code: "no_such_route"},
		"question completed": {options: client.MiddlewareOptions{Ask: func(_ *http.Request, q *client.Question) { q.Scopes = []string{"x"} }}, header: bearer(s.writer), status: 403, code: "insufficient_scope", challenge: realm + `, error="insufficient_scope", scope="x"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(tt.request, " ")
			if tt.request == "" {
				method, path = "GET", "/"
			}
			r := httptest.NewRequest(method, path, http.NoBody)
			r.Header = tt.header
			w := httptest.NewRecorder()
			client.Middleware(s.v, tt.options)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if answer := client.FromContext(r.Context()); answer == nil || !answer.Valid || answer.TokenID == "" {
					t.Errorf("the handler has the answer %+v", answer)
				}
			})).ServeHTTP(w, r)
			var problem client.Problem
			_ = json.Unmarshal(w.Body.Bytes(), &problem) // empty if it was let in
			if w.Code != tt.status || problem.Code != tt.code || w.Header().Get("WWW-Authenticate") != tt.challenge {
				t.Errorf("%d %s %q, want %d %s %q", w.Code, problem.Code, w.Header().Get("WWW-Authenticate"), tt.status, tt.code, tt.challenge)
			}
			if w.Code != 200 && w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control %q", w.Header().Get("Cache-Control"))
			}
		})
	}
}

func TestMiddlewareWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.SetAway(true)
	r := httptest.NewRequest("GET", "/", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+s.reader)
	w := httptest.NewRecorder()
	client.Middleware(s.v, client.MiddlewareOptions{})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("let in")
	})).ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), s.URL) {
		t.Errorf("%d %v %s, want 503 with Retry-After, and not where the server is", w.Code, w.Header(), w.Body)
	}
}

// The address that is asked about is that of the connection, unless told.
func TestMiddlewareAsksWithTheAddress(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	tests := map[string]struct {
		remote string
		ip     func(*http.Request) string
		want   string
	}{
		"IPv4":      {"203.0.113.9:4711", nil, "203.0.113.9"},
		"IPv6":      {"[2001:db8::1]:4711", nil, "2001:db8::1"},
		"with zone": {"[fe80::1%eth0]:4711", nil, "fe80::1"},
		"unix":      {"@", nil, ""},
		"told":      {"203.0.113.9:4711", func(*http.Request) string { return "198.51.100.1" }, "198.51.100.1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", http.NoBody)
			r.RemoteAddr = tt.remote
			r.Header.Set("Authorization", "Bearer "+s.reader)
			var asked string
			_, refusal := client.Authorize(s.v, r, client.MiddlewareOptions{
				IP: tt.ip, Ask: func(_ *http.Request, q *client.Question) { asked = q.IP },
			})
			if refusal != nil || asked != tt.want {
				t.Errorf("asked with %q, want %q; refusal %v", asked, tt.want, refusal)
			}
		})
	}
}
