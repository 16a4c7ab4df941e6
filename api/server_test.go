package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// eachWith is like each, with a server that was set up otherwise.
func eachWith(t *testing.T, setUp func(*api.Server), test func(h *harness)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) { test(newHarness(t, db, setUp)) })
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestCredentials(t *testing.T) {
	each(t, func(h *harness) {
		tok, other := h.create(nil), h.create(nil)
		id, made := tok.text("id"), tok.text("secret")
		ended := h.create(nil)
		h.call(h.admin(), "POST /tokens/"+ended.text("id")+"/revoke", nil).want(200)
		jwt := strings.TrimPrefix(h.viewer(), "Bearer ")
		key := func(secret string) string { return "X-API-Key: " + secret }
		tests := map[string]struct {
			credential string
			headers    []string
			status     int
			code       string
		}{
			"bearer":                {"Bearer " + made, nil, 200, ""},
			"bearer in lower case":  {"bearer  " + made, nil, 200, ""},
			"key":                   {"", []string{key(made)}, 200, ""},
			"basic":                 {basic(id, made), nil, 200, ""},
			"basic in capitals":     {strings.Replace(basic(id, made), "Basic", "BASIC", 1), nil, 200, ""},
			"JWT":                   {"Bearer " + jwt, nil, 200, ""},
			"none":                  {"", nil, 401, "missing_token"},
			"bearer and key":        {"Bearer " + made, []string{key(made)}, 400, "ambiguous_credentials"},
			"bearer and empty key":  {"Bearer " + made, []string{"X-API-Key: "}, 400, "ambiguous_credentials"},
			"bearer twice":          {"Bearer " + made, []string{"Authorization: Bearer " + made}, 400, "ambiguous_credentials"},
			"key twice":             {"", []string{key(made), key(made)}, 400, "ambiguous_credentials"},
			"two in one line":       {"Bearer " + made + ", Bearer " + made, nil, 401, "bad_token"},
			"unknown scheme":        {"Digest " + made, nil, 401, "bad_token"},
			"no scheme":             {made, nil, 401, "bad_token"},
			"scheme alone":          {"Bearer", nil, 401, "bad_token"},
			"empty":                 {"", []string{"Authorization: "}, 401, "bad_token"},
			"a typo":                {"Bearer " + made[:len(made)-1], nil, 401, "bad_token"},
			"a guess":               {"Bearer " + forge(made), nil, 401, "bad_token"},
			"revoked":               {"Bearer " + ended.text("secret"), nil, 401, "bad_token"},
			"basic of another id":   {basic(other.text("id"), made), nil, 401, "bad_token"},
			"basic without a user":  {basic("", made), nil, 401, "bad_token"},
			"basic with a JWT":      {basic("ada", jwt), nil, 401, "bad_token"},
			"basic, not base64":     {"Basic !", nil, 401, "bad_token"},
			"basic without a colon": {"Basic " + base64.StdEncoding.EncodeToString([]byte(made)), nil, 401, "bad_token"},
			"JWT as key":            {"", []string{key(jwt)}, 401, "bad_token"},
			"JWT, cut":              {"Bearer " + jwt[:len(jwt)-5], nil, 401, "bad_token"},
			"JWT of nobody":         {h.member("northwind", "nobody"), nil, 403, "no_account"},
			"JWT of no account":     {h.member("nowhere", "ada"), nil, 403, "no_account"},
			"JWT without account":   {h.jwt(map[string]any{"sub": "ada"}), nil, 403, "no_account"},
			"JWT, expired":          {h.jwt(map[string]any{"org": "northwind", "sub": "ada", "exp": time.Now().Add(-time.Hour).Unix()}), nil, 401, "bad_token"},
			"JWT for others":        {h.jwt(map[string]any{"org": "northwind", "sub": "ada", "aud": "https://other.example.com"}), nil, 401, "bad_token"},
			"JWT that says no more": {h.jwt(map[string]any{"org": "northwind", "sub": "vera", "role": "admin"}), nil, 200, ""},
		}
		for name, tt := range tests {
			a := h.call(tt.credential, "GET /whoami", nil, tt.headers...)
			if a.status != tt.status || a.text("code") != tt.code {
				h.t.Errorf("%s: answer %d %s, want %d %s", name, a.status, a.body, tt.status, tt.code)
			}
			challenge := map[string]string{"missing_token": `Bearer realm="tokenry"`, "bad_token": `Bearer realm="tokenry", error="invalid_token"`}[tt.code]
			if got := a.header.Get("WWW-Authenticate"); got != challenge {
				h.t.Errorf("%s: WWW-Authenticate %q", name, got)
			}
		}
		h.call("", "GET /whoami?access_token="+made, nil).want(401, "missing_token")
		scope := h.call(h.service("tokenry.verify"), "GET /accounts", nil).want(403, "insufficient_scope")
		if got := scope.header.Get("WWW-Authenticate"); got != `Bearer realm="tokenry", error="insufficient_scope", scope="tokenry.admin"` {
			h.t.Errorf("WWW-Authenticate %q", got)
		}
	})
}

// TestClientAddress: X-Forwarded-For counts only as far as trusted proxies wrote
// it, from right to left.
func TestClientAddress(t *testing.T) {
	proxies := func(s *api.Server) {
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	}
	eachWith(t, proxies, func(h *harness) {
		bound := h.create(map[string]any{"allowed_cidrs": []string{"203.0.113.0/24", "2001:db8::/32"}})
		caller := "Bearer " + bound.text("secret")
		tests := map[string]struct {
			forwarded []string
			status    int
		}{
			"the proxy itself":         {nil, 403},
			"a client":                 {[]string{"203.0.113.9"}, 200},
			"another client":           {[]string{"192.0.2.1"}, 403},
			"a claim before a client":  {[]string{"203.0.113.9, 192.0.2.1"}, 403},
			"a client before a claim":  {[]string{"192.0.2.1, 203.0.113.9"}, 200},
			"proxies in between":       {[]string{"192.0.2.1, 203.0.113.9, 10.1.1.1,10.2.2.2"}, 200},
			"several headers":          {[]string{"203.0.113.9", "192.0.2.1"}, 403},
			"mapped IPv4":              {[]string{"::ffff:203.0.113.9, ::ffff:10.1.1.1"}, 200},
			"with ports":               {[]string{"203.0.113.9:4711, 10.1.1.1:80"}, 200},
			"IPv6":                     {[]string{"[2001:db8::1]:443"}, 200},
			"rubbish":                  {[]string{"unknown"}, 403},
			"a client before rubbish":  {[]string{"203.0.113.9, unknown"}, 403},
			"nothing":                  {[]string{""}, 403},
			"other headers are no use": {nil, 403},
		}
		for name, tt := range tests {
			headers := []string{"X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9", "CF-Connecting-IP: 203.0.113.9"}
			for _, line := range tt.forwarded {
				headers = append(headers, "X-Forwarded-For: "+line)
			}
			if a := h.call(caller, "GET /whoami", nil, headers...); a.status != tt.status || tt.status == 403 && a.text("code") != "ip_denied" {
				h.t.Errorf("%s: answer %d %s", name, a.status, a.body)
			}
		}
	})
}

// TestClientAddressWithoutProxies: without trusted proxies nobody can say where
// they come from.
func TestClientAddressWithoutProxies(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.call(h.admin(), "POST /tokens", token(nil), "X-Forwarded-For: 203.0.113.9").want(201)
		if a := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/history", nil).want(200); a.text("items.0.ip") != "127.0.0.1" {
			h.t.Errorf("entry %s", a.body)
		}
	})
}

func TestRequestID(t *testing.T) {
	each(t, func(h *harness) {
		for _, id := range []string{"my-request_1.2", strings.Repeat("a", 64)} {
			if a := h.call("", "GET /tokens", nil, "X-Request-Id: "+id).want(401); a.header.Get("X-Request-Id") != id || a.text("request_id") != id {
				h.t.Errorf("request %s: answer %v %s", id, a.header, a.body)
			}
		}
		for _, id := range []string{"", "with space", strings.Repeat("a", 65), `"><script>`, "é"} {
			if a := h.call("", "GET /tokens", nil, "X-Request-Id: "+id).want(401); a.header.Get("X-Request-Id") == id || a.text("request_id") != a.header.Get("X-Request-Id") {
				h.t.Errorf("request %s: answer %v %s", id, a.header, a.body)
			}
		}
	})
}

func TestCORS(t *testing.T) {
	origins := func(s *api.Server) { s.CORSOrigins = []string{"https://app.example.com"} }
	eachWith(t, origins, func(h *harness) {
		mine, theirs := "Origin: https://app.example.com", "Origin: https://evil.example.com"
		wants := []string{"Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization,if-match,idempotency-key,tokenry-account"}
		pre := h.call("", "OPTIONS /tokens/x", nil, append(wants, mine)...).want(204)
		for name, part := range map[string]string{
			"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "PATCH", "Access-Control-Allow-Headers": "If-Match", "Vary": "Origin",
		} {
			if !strings.Contains(strings.Join(pre.header.Values(name), ","), part) {
				h.t.Errorf("preflight: %s is %q", name, pre.header.Values(name))
			}
		}
		a := h.call(h.viewer(), "GET /tokens", nil, mine).want(200)
		if got := a.header.Get("Access-Control-Expose-Headers"); got != "ETag,Location,Retry-After" || a.header.Get("Access-Control-Allow-Credentials") != "" {
			h.t.Errorf("answer with %v", a.header)
		}
		if a := h.call("", "GET /tokens", nil, mine).want(401, "missing_token"); a.header.Get("Access-Control-Allow-Origin") == "" {
			h.t.Errorf("a page cannot read its refusal: %v", a.header)
		}
		for _, a := range []answer{h.call("", "OPTIONS /tokens", nil, append(wants, theirs)...), h.call(h.viewer(), "GET /tokens", nil, theirs)} {
			if a.header.Get("Access-Control-Allow-Origin") != "" {
				h.t.Errorf("another origin: %v", a.header)
			}
		}
	})
}

func TestNoCORS(t *testing.T) {
	each(t, func(h *harness) {
		a := h.call(h.viewer(), "GET /tokens", nil, "Origin: https://app.example.com").want(200)
		if a.header.Get("Access-Control-Allow-Origin") != "" {
			h.t.Errorf("answer with %v", a.header)
		}
	})
}

// TestBadRequests: the table of the design's section 8.
func TestBadRequests(t *testing.T) {
	each(t, func(h *harness) {
		large := `{"name":"` + strings.Repeat("n", 256<<10) + `"}`
		h.call(h.admin(), "POST /tokens", `{"name":`).want(400, "malformed_body")
		h.call(h.admin(), "POST /tokens", `name=x`, "Content-Type: application/x-www-form-urlencoded").want(415, "unsupported_media_type")
		h.call(h.admin(), "POST /tokens", large).want(413, "http_413")
		r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.server.URL+"/tokens", io.MultiReader(strings.NewReader(large))) // of unknown length
		h.must(err)
		r.Header.Set("Authorization", h.admin())
		r.Header.Set("Content-Type", "application/json")
		h.send(r).want(413, "http_413")
		h.call("", "GET /nowhere", nil).want(404, "http_404")
		h.call("", "POST /tokens/x/y/z", nil).want(404, "http_404")
		h.call(h.op(), "GET /tokens/", nil).want(404)
		for _, request := range []string{"PUT /tokens", "OPTIONS /tokens", "DELETE /healthz"} {
			if a := h.call("", request, nil).want(405, "http_405"); a.header.Get("Allow") == "" {
				h.t.Errorf("%s: %v", request, a.header)
			}
		}
		for _, id := range []string{"a%00b", "a%2Fb", "%ff", strings.Repeat("a", 100), "..%2f"} {
			h.call(h.admin(), "GET /tokens/"+id, nil).want(404)
			h.call(h.op(), "GET /accounts/"+id, nil).want(404)
		}
		h.call(h.admin(), "POST /tokens", "{\"name\":\"\xff\"}").want(400, "malformed_body")
		h.call(h.admin(), "POST /tokens", token(map[string]any{"description": "a\x00b"})).wantFaults(map[string]string{"description": "wrong_format"})
	})
}

func TestHeaders(t *testing.T) {
	each(t, func(h *harness) {
		for _, a := range []answer{h.call("", "GET /healthz", nil), h.call("", "GET /nowhere", nil), h.call(h.op(), "GET /accounts", nil)} {
			if a.header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				h.t.Errorf("%s: %v", a.asked, a.header)
			}
		}
	})
}

func TestPublicPages(t *testing.T) {
	each(t, func(h *harness) {
		if a := h.call("", "GET /healthz", nil).want(200); strings.TrimSpace(string(a.body)) != `{"status":"ok"}` {
			h.t.Errorf("health %s", a.body)
		}
		if a := h.call("", "GET /readyz", nil).want(200); a.text("status") != "ready" || a.text("lease") != "held" || a.text("database") != "up" {
			h.t.Errorf("ready %s", a.body)
		}
		spec := h.call("", "GET /openapi.yaml", nil).want(200)
		if !bytes.HasPrefix(spec.body, []byte("openapi: 3.0.3")) || spec.header.Get("Content-Type") != "application/yaml" {
			h.t.Errorf("%.100s with %v", spec.body, spec.header)
		}
		h.call("", "GET /openapi.yaml", nil, "If-None-Match: "+spec.header.Get("ETag")).want(304)
	})
}

// TestAccessLog: each answered request has a line, without anything of it that
// could be a secret.
func TestAccessLog(t *testing.T) {
	each(t, func(h *harness) {
		id := h.create(nil).text("id")
		h.call(h.viewer(), "GET /tokens/"+id+"?tkr_hidden=1", nil, "X-Request-Id: logged-1").want(422)
		h.call("", "GET /tkr_hidden", nil, "X-Request-Id: logged-2").want(404)
		h.call(h.op(), "POST /tokens/verify", `{"secret":"x"}`, "X-Request-Id: not-logged").want(200)
		text := h.log.String()
		for _, want := range []string{
			`"method":"GET","route":"/tokens/:id","status":422,"duration_ms":[0-9.]+,"request_id":"logged-1","actor":"member:` + vera + `"`,
			`"method":"other","route":"[^"]*","status":404,"duration_ms":[0-9.]+,"request_id":"logged-2","actor":""`,
		} {
			if !regexp.MustCompile(want).MatchString(text) {
				h.t.Errorf("the log has no line %s:\n%.2000s", want, text[max(0, len(text)-2000):])
			}
		}
		if strings.Contains(text, "not-logged") || strings.Contains(text, "tkr_hidden") {
			h.t.Error("the log has what it must not have")
		}
	})
}

// TestBug: a bug is a 500 that tells the caller nothing, and the log everything.
func TestBug(t *testing.T) {
	eachWith(t, func(s *api.Server) { s.Audits = nil }, func(h *harness) {
		a := h.call(h.op(), "GET /audit", nil).want(500, "internal")
		if strings.Contains(string(a.body), "nil pointer") || !strings.Contains(h.log.String(), "nil pointer") || !strings.Contains(h.log.String(), a.text("request_id")) {
			h.t.Errorf("answer %s", a.body)
		}
		h.call(h.op(), "GET /accounts", nil).want(200)
	})
}

// TestTimeout: what waits for a lock too long is given up, and can be repeated.
func TestTimeout(t *testing.T) {
	each(t, func(h *harness) {
		id := h.create(nil).text("id")
		h.api.RequestTimeout = 500 * time.Millisecond
		handler, err := h.api.Handler()
		h.must(err)
		impatient := httptest.NewServer(handler)
		defer impatient.Close()
		locked, done := make(chan struct{}), make(chan error, 1)
		release := make(chan struct{})
		beside := h.db.Open(h.t)
		go func() {
			done <- beside.InTx(context.Background(), func(tx *repository.Store) error {
				_, err := tx.Tokens.ForUpdate(context.Background(), partner, id)
				close(locked)
				<-release
				return err
			})
		}()
		<-locked
		patient := h.server
		h.server = impatient
		a := h.call(h.admin(), "POST /tokens/"+id+"/disable", nil)
		h.server = patient
		close(release)
		h.must(<-done)
		a.want(504, "timeout")
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
	})
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	each(t, func(h *harness) {
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/tokens": 401, "/nothing": 404} {
			request, err := http.NewRequestWithContext(h.t.Context(), http.MethodHead, h.server.URL+path, nil)
			h.must(err)
			response, err := http.DefaultClient.Do(request)
			h.must(err)
			body, err := io.ReadAll(response.Body)
			h.must(err)
			h.must(response.Body.Close())
			if response.StatusCode != want || len(body) > 0 {
				h.t.Errorf("HEAD %s: %d with %d bytes, want %d", path, response.StatusCode, len(body), want)
			}
		}
	})
}
