package api_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// gateway asks as a gateway does, with headers of its client and its own.
func (h *harness) gateway(query string, headers ...string) answer {
	h.t.Helper()
	return h.call(h.op(), "GET /authz"+query, nil, headers...)
}

// forwarded are the headers of a gateway for a request.
func forwarded(method, path string) []string {
	return slices.Clip([]string{"X-Forwarded-Method: " + method, "X-Forwarded-Uri: " + path})
}

func bearer(secret string) string { return "Authorization: Bearer " + secret }

// wantRefused makes sure of a refusal of the client.
func (a answer) wantRefused(status int, code string) answer {
	a.t.Helper()
	if a.want(status, code); a.header.Get("X-Tokenry-Code") != code {
		a.t.Errorf("X-Tokenry-Code %q, want %q", a.header.Get("X-Tokenry-Code"), code)
	}
	if challenge := a.header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, `Bearer realm="tokenry"`) {
		a.t.Errorf("WWW-Authenticate %q", challenge)
	}
	return a
}

// wantFault makes sure of a failure that is not the client's.
func (a answer) wantFault(status int, code string) {
	a.t.Helper()
	if a.want(status, code); a.header["X-Tokenry-Code"] != nil {
		a.t.Errorf("X-Tokenry-Code %q", a.header.Get("X-Tokenry-Code"))
	}
}

func TestAuthzAnswer(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"scopes": []string{"actions.list_actions", "jobs.list_jobs"}})
		made, id := tok.text("secret"), tok.text("id")
		route := forwarded("GET", action(id)+"?page=2")
		want := map[string]string{
			"X-Tokenry-Token-Id": id, "X-Tokenry-Account-Id": partner, "X-Tokenry-Version": "16",
			"X-Tokenry-Scopes": "actions.list_actions jobs.list_jobs", "X-Tokenry-Scopes-Omitted": "",
			"X-Tokenry-Deprecation": "", "X-Tokenry-Sunset": "",
		}
		basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+made))
		for _, credential := range []string{bearer(made), "authorization: bearer " + made, "X-API-Key: " + made, basic} {
			a := h.gateway("", append(route, credential)...).want(200)
			for name, value := range want {
				if got := a.header.Values(name); len(got) != 1 || got[0] != value {
					h.t.Errorf("%s: %q, want %q", name, got, value)
				}
			}
			if len(a.body) > 0 || a.header.Get("Cache-Control") != "no-store" {
				h.t.Errorf("answer %q with %v", a.body, a.header)
			}
		}
		other := h.create(nil).text("id")
		for _, user := range []string{other, ""} {
			wrong := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+made))
			h.gateway("", append(route, wrong)...).wantRefused(401, "unknown")
		}
	})
}

// TestAuthzAnyMethod: gateways ask with the method of the request, Envoy with its
// path, too.
func TestAuthzAnyMethod(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		h := newHarness(t, db, func(s *api.Server) { s.CORSOrigins = []string{"https://app.example.com"} })
		tok := h.create(nil)
		route := forwarded("GET", action(tok.text("id")))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE"} {
			preflight := slices.Concat(route, []string{"Origin: https://app.example.com", "Access-Control-Request-Method: GET"})
			for _, path := range []string{" /authz", " /authz/", " /authz/tokens?scope=x&y=1", " /authz/..%2F../healthz"} {
				h.call(h.op(), method+path, nil, slices.Concat(preflight, []string{bearer(tok.text("secret"))})...).want(200)
				if a := h.call(h.op(), method+path, nil, preflight...).want(401); a.header.Get("X-Tokenry-Code") != "missing_token" {
					h.t.Errorf("%s%s: headers %v", method, path, a.header)
				}
			}
		}
	})
}

func TestAuthzRefusals(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		made, id := tok.text("secret"), tok.text("id")
		route, ours := forwarded("GET", action(id)), bearer(made)
		refused := map[string]struct {
			query   string
			headers []string
			status  int
			code    string
		}{
			"no credential":       {"", route, 401, "missing_token"},
			"a cookie":            {"", append(route, "Cookie: "+h.session(partner, ada)), 401, "missing_token"},
			"another scheme":      {"", append(route, "Authorization: Digest x"), 401, "bad_token"},
			"no Basic":            {"", append(route, "Authorization: Basic ???"), 401, "bad_token"},
			"no secret":           {"", append(route, bearer("rubbish")), 401, "malformed"},
			"another's JWT":       {"", append(route, "Authorization: "+h.admin()), 401, "unknown"},
			"a forged secret":     {"", append(route, bearer(forge(made))), 401, "unknown"},
			"two credentials":     {"", append(route, ours, "X-API-Key: "+made), 400, "ambiguous_credentials"},
			"twice the same":      {"", append(route, ours, ours), 400, "ambiguous_credentials"},
			"no route":            {"", append(forwarded("GET", "/nowhere"), ours), 403, "no_such_route"},
			"a method of no kind": {"", append(forwarded("get", action(id)), ours), 403, "no_such_route"},
			"another's path":      {"", append(forwarded("GET", action("0NcLbQhmTx3CVaSXnRlH2A")), ours), 403, "path_denied"},
			"a missing scope":     {"?scope=jobs.list_jobs", []string{ours}, 403, "insufficient_scope"},
			"route, not scope":    {"?scope=jobs.list_jobs", append(route, ours), 403, "insufficient_scope"},
			"one of two scopes":   {"?scope=actions.list_actions+jobs.list_jobs", []string{ours}, 403, "insufficient_scope"},
			"one of two, apart":   {"?scope=actions.list_actions&scope=jobs.list_jobs", []string{ours}, 403, "insufficient_scope"},
			"two routes":          {"", append(route, ours, "X-Original-Method: GET", "X-Original-URI: "+action("x")), 403, "route_conflict"},
			"two methods":         {"", append(route, ours, "X-Original-Method: PUT", "X-Original-URI: "+action(id)), 403, "route_conflict"},
		}
		for name, tt := range refused {
			a := h.gateway(tt.query, tt.headers...).wantRefused(tt.status, tt.code)
			challenge := a.header.Get("WWW-Authenticate")
			for status, want := range map[int]string{400: `error="invalid_request"`, 401: `error="invalid_token"`, 403: `error="insufficient_scope"`} {
				if tt.code != "missing_token" && tt.status == status && !strings.Contains(challenge, want) {
					h.t.Errorf("%s: WWW-Authenticate %s, want %s", name, challenge, want)
				}
			}
			if tt.code == "insufficient_scope" && (!strings.Contains(challenge, `scope="jobs.list_jobs"`) || a.text("need") != "jobs.list_jobs") {
				h.t.Errorf("%s: the missing scope is not named: %s %s", name, challenge, a.body)
			}
		}
		h.gateway("", append(route, ours, "X-Original-Method: GET", "X-Original-URI: "+action(id))...).want(200)
		h.gateway("?scope=actions.list_actions", ours).want(200)
		h.call(h.admin(), "POST /tokens/"+id+"/revoke", nil).want(200)
		h.gateway("", append(route, ours)...).wantRefused(401, "revoked")
	})
}

// TestAuthzGatewayFaults: what the gateway does wrong is not told as a fault of
// its client, and lets nobody in.
func TestAuthzGatewayFaults(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		route, ours := forwarded("GET", action(tok.text("id"))), bearer(tok.text("secret"))
		asked := map[string]struct {
			query   string
			headers []string
		}{
			"nothing":               {"", nil},
			"a method":              {"", route[:1:1]},
			"a path":                {"", route[1:]},
			"half of each":          {"", []string{route[0], "X-Original-URI: /"}},
			"a whole and a half":    {"", append(route, "X-Original-Method: GET")},
			"two methods":           {"", append(route, route[0])},
			"two paths":             {"", append(route, "X-Forwarded-Uri: /")},
			"two paths, joined":     {"", forwarded("GET", action(tok.text("id"))+", /")},
			"an empty method":       {"", forwarded("", "/")},
			"an empty path":         {"?scope=actions.list_actions", forwarded("GET", "")},
			"an empty scope":        {"?scope=", route},
			"no query":              {"?scope=%zz", route},
			"another's header only": {"", []string{"X-Original-URL: /"}},
		}
		for name, tt := range asked {
			h.t.Log(name)
			h.gateway(tt.query, append(tt.headers, ours)...).wantFault(400, "bad_question")
		}
		h.gateway("?scopes=x", append(route, ours)...).wantFaults(map[string]string{"scopes": "unknown_field"})
		h.gateway("?gateway=apache", append(route, ours)...).wantFaults(map[string]string{"gateway": "not_one_of"})
		h.call("", "GET /authz", nil, append(route, ours)...).wantFault(401, "missing_token")
		h.call("Bearer rubbish", "GET /authz", nil, append(route, ours)...).wantFault(401, "bad_token")
		h.call(h.op(), "GET /authz", nil, append(route, ours, "Tokenry-Authorization: "+h.op())...).wantFault(400, "ambiguous_credentials")
		h.call("Bearer "+tok.text("secret"), "GET /authz", nil, append(route, ours)...).wantFault(403, "insufficient_scope")
		h.call(h.service("tokenry.verify"), "GET /authz", nil, append(route, ours)...).want(200)
	})
}

func TestAuthzForNginx(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		route, ours := forwarded("GET", action(tok.text("id"))), bearer(tok.text("secret"))
		const nginx = "?gateway=nginx"
		h.gateway(nginx, append(route, ours)...).want(200)
		a := h.gateway(nginx, append(route, ours, "X-API-Key: x")...).want(403, "ambiguous_credentials")
		if a.header.Get("X-Tokenry-Status") != "400" || a.header.Get("X-Tokenry-Code") != "ambiguous_credentials" {
			h.t.Errorf("headers %v", a.header)
		}
		for status, header := range map[int]string{401: bearer("x"), 403: "X-Nothing: x"} {
			headers := append(forwarded("GET", "/nowhere"), header)
			if status == 403 {
				headers = append(headers, ours)
			}
			if a := h.gateway(nginx, headers...).want(status); a.header["X-Tokenry-Status"] != nil {
				h.t.Errorf("headers %v", a.header)
			}
		}
		h.gateway(nginx, ours).wantFault(400, "bad_question")
	})
}

// TestAuthzManyScopes: a long list of scopes is left out, and said to be.
func TestAuthzManyScopes(t *testing.T) {
	each(t, func(h *harness) {
		scopes, file := []string{}, []string{tinyRead, tinyWrite}
		for i := range 25 { // the first 24 take 3 KiB
			scope := fmt.Sprintf("c.%s%03d", strings.Repeat("x", 122), i)
			if i == 0 {
				scope += "x"
			}
			scopes = append(scopes, scope)
			file = append(file, strings.ReplaceAll(strings.ReplaceAll(tinyRead, "c.read", scope), "/things", "/things/"+strconv.Itoa(i)))
		}
		acting, made := h.tiny(file...)
		id := h.call(h.op(), "GET /tokens", nil, acting).want(200).text("items.0.id")
		for n, omitted := range map[int]string{24: "", 25: "true"} {
			h.call(h.op(), "PATCH /tokens/"+id, map[string]any{"scopes": scopes[:n]}, acting).want(200)
			want := strings.Join(scopes[:n], " ")
			if omitted != "" {
				want = ""
			}
			a := h.gateway("?scope="+scopes[1], bearer(made)).want(200)
			if !slices.Equal(a.header["X-Tokenry-Scopes"], []string{want}) || !slices.Equal(a.header["X-Tokenry-Scopes-Omitted"], []string{omitted}) {
				h.t.Errorf("%d scopes: headers %v", n, a.header)
			}
		}
		h.call(h.op(), "PATCH /tokens/"+id, map[string]any{"scopes": []string{"c.read"}}, acting).want(200)
		a := h.gateway("?scope="+strings.Join(scopes, "+"), bearer(made)).wantRefused(403, "insufficient_scope")
		if a.text("need") != strings.Join(scopes, " ") || len(a.header.Get("WWW-Authenticate")) > 3<<10 {
			h.t.Errorf("answer %s with %v", a.body, a.header)
		}
	})
}

// TestAuthzOldVersion: the API's answers can say that the token's version is to
// be left.
func TestAuthzOldVersion(t *testing.T) {
	each(t, func(h *harness) {
		current, old := h.create(nil), h.create(map[string]any{"version": "14"})
		for _, scope := range []string{"actions.list_actions", "jobs.list_jobs"} {
			a := h.gateway("?scope="+scope, bearer(old.text("secret")))
			if a.header.Get("X-Tokenry-Deprecation") != "@1769990400" || a.header.Get("X-Tokenry-Sunset") != "Wed, 31 Mar 2027 00:00:00 GMT" {
				h.t.Errorf("%s: headers %v", scope, a.header)
			}
		}
		h.retire("16")
		a := h.gateway("?scope=actions.list_actions", bearer(current.text("secret"))).wantRefused(403, "version_retired")
		if !strings.HasPrefix(a.header.Get("X-Tokenry-Deprecation"), "@") || a.header.Get("X-Tokenry-Sunset") != "" {
			h.t.Errorf("of a retired version without dates: %v", a.header)
		}
	})
}

// TestAuthzAddress: where a client calls from is what trusted proxies say, and
// never the gateway itself.
func TestAuthzAddress(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		var trusted *[]netip.Prefix
		h := newHarness(t, db, func(s *api.Server) { trusted = &s.TrustedProxies })
		*trusted = nil
		bound := func(cidr string) string {
			return bearer(h.create(map[string]any{"allowed_cidrs": []string{cidr}}).text("secret"))
		}
		far, near := bound("203.0.113.0/24"), bound("127.0.0.0/8")
		ask := func(credential, status string, from ...string) {
			t.Helper()
			headers := []string{credential}
			for _, address := range from {
				headers = append(headers, "X-Forwarded-For: "+address)
			}
			a := h.gateway("?scope=actions.list_actions", headers...)
			if a.header.Get("X-Tokenry-Code") != status {
				t.Errorf("from %v with %v trusted: %d %s, want %q", from, *trusted, a.status, a.body, status)
			}
		}
		ask(far, "ip_denied", "203.0.113.9")
		ask(near, "ip_denied", "127.0.0.1")
		ask(near, "ip_denied")
		*trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
		ask(near, "ip_denied")
		ask(near, "", "127.0.0.1")
		ask(far, "", "203.0.113.9")
		ask(far, "", "198.51.100.1, 203.0.113.9, 10.0.0.1")
		ask(far, "", "198.51.100.1", "203.0.113.9")
		ask(far, "ip_denied", "203.0.113.9, 198.51.100.1")
		ask(far, "ip_denied", "203.0.113.9, nonsense, 10.0.0.1")
	})
}

// TestAuthzGatewayAddress: a gateway's own secret may be bound to where it is,
// whoever its client is.
func TestAuthzGatewayAddress(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		h := newHarness(t, db, func(s *api.Server) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
		body := map[string]any{
			"name": "Gateway " + secret.NewID(), "contacts": map[string]any{"primary": h.operatorContact},
			"scopes": []string{"tokenry.verify"}, "allowed_cidrs": []string{"127.0.0.1"},
		}
		own := h.call(h.op(), "POST /tokens", body, "Tokenry-Account: "+h.operatorAccount).want(201).text("secret")
		ours := bearer(h.create(nil).text("secret"))
		h.call("Bearer "+own, "GET /authz?scope=actions.list_actions", nil, ours, "X-Forwarded-For: 203.0.113.9").want(200)
	})
}

// TestAuthzAway: without an answer there is a 503, and nobody is let in.
func TestAuthzAway(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	way, through := newWire(t, db.URL)
	db.URL = through
	h := newHarness(t, db, nil)
	warm, cold := bearer(h.create(nil).text("secret")), bearer(h.create(nil).text("secret"))
	const ask = "?scope=actions.list_actions"
	h.gateway(ask, warm).want(200)
	way.set(true)
	h.gateway(ask, cold).wantFault(503, "try_again")
	h.until(func() bool { return !h.api.Node.Holds() })
	h.gateway(ask, warm).wantFault(503, "try_again")
	h.gateway("?gateway=nginx&scope=actions.list_actions", warm).wantFault(503, "try_again")
	way.set(false)
	h.until(h.api.Node.Holds)
	h.gateway(ask, warm).want(200)
}

// TestAuthzCounts: a use by way of a gateway is one of the token's.
func TestAuthzCounts(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		h.gateway("?scope=actions.list_actions", bearer(tok.text("secret"))).want(200)
		h.flush()
		if got := h.call(h.admin(), "GET /tokens/"+tok.text("id"), nil).want(200); got.text("last_used_at") == "" {
			h.t.Errorf("token %s", got.body)
		}
	})
}

// TestAuthzIgnoresClientHeaders: nothing else that a client sends decides.
func TestAuthzIgnoresClientHeaders(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		forged := []string{
			"X-Tokenry-Token-Id: " + tok.text("id"), "X-Tokenry-Account-Id: " + partner, "X-Tokenry-Scopes: jobs.list_jobs",
			"X-Tokenry-Code: ok", "X-Tokenry-Status: 200", "Tokenry-Account: " + partner, "X-HTTP-Method-Override: GET",
			"X-Original-URL: /", "Forwarded: for=127.0.0.1",
		}
		h.gateway("?scope=jobs.list_jobs", append(forged, bearer(tok.text("secret")))...).wantRefused(403, "insufficient_scope")
		h.gateway("?scope=jobs.list_jobs", forged...).wantRefused(401, "missing_token")
	})
}
