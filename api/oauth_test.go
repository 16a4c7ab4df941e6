package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
)

const formType = "Content-Type: application/x-www-form-urlencoded"

// oauth posts a form, given as name and value in turn.
func (h *harness) oauth(credential, path string, fields ...string) answer {
	h.t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Add(pair[0], pair[1])
		h.hide(pair[1])
	}
	return h.call(credential, "POST "+path, form.Encode(), formType)
}

func (h *harness) introspect(fields ...string) answer {
	h.t.Helper()
	return h.oauth(h.op(), "/oauth/introspect", fields...)
}

// wantInactive makes sure that a secret is no good, and that nothing else is said.
func (a answer) wantInactive() {
	a.t.Helper()
	if a.want(200); strings.TrimSpace(string(a.body)) != `{"active":false}` {
		a.t.Errorf("%s: answer %s", a.asked, a.body)
	}
}

// wantOAuth makes sure of an error as in RFC 6749.
func (a answer) wantOAuth(status int, oauthError, code string) answer {
	a.t.Helper()
	a.want(status, code)
	if a.text("error") != oauthError || a.text("error_description") == "" || a.text("request_id") == "" || a.header.Get("Content-Type") != "application/json" {
		a.t.Errorf("%s: answer %s %v, want %s", a.asked, a.body, a.header, oauthError)
	}
	return a
}

// bare is the secret in a credential of scheme Bearer.
func bare(credential string) (id, text string) {
	text = strings.TrimPrefix(credential, "Bearer ")
	s, _ := secret.Parse(text)
	return s.ID(), text
}

func TestIntrospect(t *testing.T) {
	each(t, func(h *harness) {
		expires := h.clock.now().Add(time.Hour)
		tok := h.call(h.op(), "POST /tokens", token(map[string]any{
			"name": `A "quoted" name`, "version": "14", "expires_at": expires.Format(time.RFC3339Nano),
			"scopes": []string{"jobs.list_jobs", "actions.list_actions"}, "claims": map[string]any{"tier": "gold"},
		}), "Tokenry-Account: "+partner).want(201)
		created, err := time.Parse(time.RFC3339Nano, tok.text("created_at"))
		h.must(err)
		a := h.introspect("token", tok.text("secret"), "token_type_hint", "access_token", "anything", "else").want(200)
		if iat, _ := a.get("iat").(float64); iat < float64(created.Unix()-60) || iat > float64(created.Unix()+60) {
			h.t.Errorf("iat %v, created %v", a.get("iat"), created)
		}
		want := fmt.Sprintf(`{"active":true,"scope":"actions.list_actions jobs.list_jobs","client_id":%[1]q,"sub":%[1]q,"token_type":"Bearer",`+
			`"iss":"http://127.0.0.1:8080","iat":%.0[2]f,"exp":%[3]d,"api_version":"14","version_state":"deprecated",`+
			`"deprecation":"2026-02-02T00:00:00Z","sunset":"2027-03-31T00:00:00Z","account_id":%[4]q,"account_type":"partner",`+
			`"name":"A \"quoted\" name","secret_state":"current","metadata":{},"claims":{"tier":"gold"}}`,
			tok.text("id"), a.get("iat"), expires.Unix(), partner)
		if got := strings.TrimSpace(string(a.body)); got != want {
			h.t.Errorf("answer %s\nwant   %s", got, want)
		}
		if bare := h.introspect("token", h.create(nil).text("secret")).want(200); bare.has("exp") || bare.has("version_state") || bare.get("active") != true {
			h.t.Errorf("answer %s", bare.body)
		}
	})
}

// TestIntrospectInactive: whatever the reason, a bad secret is told from no other.
func TestIntrospectInactive(t *testing.T) {
	each(t, func(h *harness) {
		made := func(change string) string {
			tok := h.create(nil)
			if change != "" {
				h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/"+change, nil).want(200)
			}
			return tok.text("secret")
		}
		good, bound := made(""), h.create(map[string]any{"allowed_cidrs": []string{"203.0.113.0/24"}}).text("secret")
		expires := h.create(map[string]any{"expires_at": h.clock.now().Add(time.Minute).Format(time.RFC3339Nano)}).text("secret")
		h.clock.add(2 * time.Minute)
		bad := map[string]string{
			"rubbish": "rubbish", "forged": forge(good), "disabled": made("disable"), "revoked": made("revoke"),
			"expired": expires, "bound to networks": bound, "a JWT": strings.TrimPrefix(h.admin(), "Bearer "),
		}
		for name, text := range bad {
			h.t.Log(name)
			h.introspect("token", text).wantInactive()
		}
		h.introspect("token", bound, "ip", "192.0.2.1").wantInactive()
		if a := h.introspect("token", bound, "ip", "203.0.113.9").want(200); a.get("active") != true {
			h.t.Errorf("from an allowed network: %s", a.body)
		}
		h.introspect("token", good).want(200)
		h.retire("16")
		h.introspect("token", good).wantInactive()
		h.account(partner, map[string]any{"state": "disabled"})
		h.introspect("token", good).wantInactive()
	})
}

func TestIntrospectCallers(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		made := tok.text("secret")
		id, checker := bare(h.service("tokenry.verify"))
		const path = "/oauth/introspect"
		active := func(name string, a answer) {
			if a.want(200); a.get("active") != true {
				h.t.Errorf("%s: answer %s", name, a.body)
			}
		}
		active("Bearer", h.oauth("Bearer "+checker, path, "token", made))
		active("Basic", h.oauth(basic(id, checker), path, "token", made))
		active("Basic, encoded", h.oauth(basic(id, strings.ReplaceAll(checker, "_", "%5F")), path, "token", made))
		active("Basic, and its id in the form", h.oauth(basic(id, checker), path, "token", made, "client_id", id))
		active("in the form", h.oauth("", path, "client_id", id, "client_secret", checker, "token", made))
		active("an operator's JWT", h.oauth(h.jwt(map[string]any{"sub": "olga", "role": "tokenry-operator"}), path, "token", made))

		ambiguous := []answer{
			h.oauth(basic(id, checker), path, "client_id", id, "client_secret", checker, "token", made),
			h.oauth("Bearer "+checker, path, "client_secret", checker, "token", made),
			h.call("Bearer "+checker, "POST "+path, "token="+made, formType, "X-API-Key: "+checker),
		}
		for _, a := range ambiguous {
			a.wantOAuth(400, "invalid_request", "ambiguous_credentials")
		}
		unknown := map[string]answer{
			"none":             h.oauth("", path, "token", made),
			"an id alone":      h.oauth("", path, "token", made, "client_id", id),
			"another id":       h.oauth("", path, "token", made, "client_id", tok.text("id"), "client_secret", checker),
			"no id":            h.oauth("", path, "token", made, "client_secret", checker),
			"a bad secret":     h.oauth("", path, "token", made, "client_id", id, "client_secret", forge(checker)),
			"Basic, another":   h.oauth(basic(tok.text("id"), checker), path, "token", made),
			"Basic, malformed": h.oauth(basic(id, "%zz"), path, "token", made),
			"Basic, rubbish":   h.oauth("Basic §", path, "token", made),
		}
		for name, a := range unknown {
			code := map[bool]string{true: "missing_token", false: "bad_token"}[name == "none" || name == "an id alone"]
			if a.wantOAuth(401, "invalid_client", code); a.header.Get("WWW-Authenticate") != `Basic realm="tokenry"` {
				h.t.Errorf("%s: headers %v", name, a.header)
			}
		}
		a := h.oauth("Bearer "+forge(checker), path, "token", made).wantOAuth(401, "invalid_client", "bad_token")
		if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="tokenry", error="invalid_token"` {
			h.t.Errorf("WWW-Authenticate: %s", got)
		}
		a = h.oauth("Bearer "+made, path, "token", made).wantOAuth(403, "unauthorized_client", "insufficient_scope")
		if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="tokenry", error="insufficient_scope", scope="tokenry.verify"` {
			h.t.Errorf("WWW-Authenticate: %s", got)
		}
		h.flush()
		if n := h.call(h.admin(), "GET /tokens/"+tok.text("id")+"/usage", nil).want(200); !strings.Contains(string(n.body), id) {
			h.t.Errorf("the caller is not in the usage: %s", n.body)
		}
	})
}

func TestOAuthForms(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(nil).text("secret")
		for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
			post := func(body string, headers ...string) answer {
				return h.call(h.op(), "POST "+path, body, append(headers, formType)...)
			}
			post("").wantOAuth(400, "invalid_request", "invalid_request")
			post("token=").wantOAuth(400, "invalid_request", "invalid_request")
			post("Token="+made).wantOAuth(400, "invalid_request", "invalid_request")
			post("token="+made+"&token=x").wantOAuth(400, "invalid_request", "invalid_request")
			post("token="+made+"&ip=nonsense").wantOAuth(400, "invalid_request", "invalid_request")
			post("token=%zz").wantOAuth(400, "invalid_request", "malformed_body")
			post("token="+strings.Repeat("x", 256<<10)).wantOAuth(413, "invalid_request", "http_413")
			h.call(h.op(), "POST "+path+"?token="+made, "", formType).wantOAuth(400, "invalid_request", "invalid_request")
			h.call(h.op(), "POST "+path, map[string]any{"token": made}).wantOAuth(400, "invalid_request", "unsupported_media_type")
			h.call("", "POST "+path, map[string]any{"token": made}).wantOAuth(400, "invalid_request", "unsupported_media_type")
			h.call("", "POST "+path, "token=a&token=b", formType).wantOAuth(400, "invalid_request", "invalid_request")
			h.call(h.op(), "POST "+path, "token=rubbish", "Content-Type: application/x-www-form-urlencoded; charset=utf-8").want(200)
			h.call(h.op(), "GET "+path, nil).wantOAuth(405, "invalid_request", "http_405")
		}
		h.introspect("token", made).want(200)
		h.verify(made, nil).wantCode("ok")
	})
}

func TestOAuthRevoke(t *testing.T) {
	each(t, func(h *harness) {
		const path = "/oauth/revoke"
		self := map[string]func(id, text string) answer{
			"by Basic":  func(id, text string) answer { return h.oauth(basic(id, text), path, "token", text) },
			"by Bearer": func(_, text string) answer { return h.oauth("Bearer "+text, path, "token", text) },
			"by the form": func(id, text string) answer {
				return h.oauth("", path, "client_id", id, "client_secret", text, "token", text)
			},
		}
		for name, revoke := range self {
			tok := h.create(nil)
			id, text := tok.text("id"), tok.text("secret")
			if a := revoke(id, text).want(200); len(a.body) != 0 {
				h.t.Errorf("%s: answer %s", name, a.body)
			}
			h.verify(text, nil).wantCode("revoked")
			revoke(id, text).wantOAuth(401, "invalid_client", "bad_token")
		}
		tok, other := h.create(nil), h.create(nil)
		h.oauth("Bearer "+tok.text("secret"), path, "token", other.text("secret")).wantOAuth(403, "unauthorized_client", "not_your_token")
		h.oauth(h.service("tokenry.tokens.write"), path, "token", other.text("secret")).wantOAuth(403, "unauthorized_client", "not_your_token")
		h.oauth(h.admin(), path, "token", other.text("secret")).wantOAuth(403, "unauthorized_client", "not_a_token")
		h.oauth("", path, "token", other.text("secret")).wantOAuth(401, "invalid_client", "missing_token")
		h.oauth("Bearer "+tok.text("secret"), path, "token", forge(other.text("secret"))).want(200)
		h.oauth("Bearer "+tok.text("secret"), path, "token", "rubbish").want(200)
		h.verify(other.text("secret"), nil).wantCode("ok")
		h.verify(tok.text("secret"), nil).wantCode("ok")

		for range 2 { // twice is no error
			h.oauth(h.op(), path, "token", other.text("secret"), "token_type_hint", "refresh_token").want(200)
		}
		h.verify(other.text("secret"), nil).wantCode("revoked")
		h.call(h.admin(), "DELETE /tokens/"+other.text("id"), nil).want(200)
		h.oauth(h.op(), path, "token", other.text("secret")).want(200)

		h.flush()
		history := h.call(h.op(), "GET /audit?action=token.revoked&token_id="+other.text("id"), nil).want(200)
		if history.len("items") != 1 || history.text("items.0.request_id") == "" {
			h.t.Errorf("audit log: %s", history.body)
		}
	})
}

// TestOAuthRevokePrevious: a secret that was replaced ends alone, and one that has
// ended does not take the next with it.
func TestOAuthRevokePrevious(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		rotate := func() string {
			return h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/rotate", map[string]any{"grace_seconds": 3600}).want(200).text("secret")
		}
		revoke := func(credential, text string) answer {
			return h.oauth("Bearer "+credential, "/oauth/revoke", "token", text)
		}
		first := tok.text("secret")
		second := rotate()
		revoke(first, first).want(200)
		h.verify(first, nil).wantCode("rotated")
		h.verify(second, nil).wantCode("ok")
		third := rotate()
		revoke(third, first).want(200)
		h.verify(second, nil).wantCode("ok")
		revoke(third, second).want(200)
		h.verify(second, nil).wantCode("rotated")
		h.verify(third, nil).wantCode("ok")
		revoke(third, third).want(200)
		h.verify(third, nil).wantCode("revoked")
	})
}

// TestOAuthWithoutLease: an outage is never taken for an answer.
func TestOAuthWithoutLease(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(nil).text("secret")
		h.introspect("token", made).want(200)
		h.stop()
		for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
			for _, text := range []string{made, "rubbish"} {
				if a := h.oauth(h.op(), path, "token", text).wantOAuth(503, "temporarily_unavailable", "try_again"); a.header.Get("Retry-After") == "" {
					h.t.Errorf("headers %v", a.header)
				}
			}
		}
	})
}

func TestAuthorizationServer(t *testing.T) {
	each(t, func(h *harness) {
		r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.server.URL+"/.well-known/oauth-authorization-server", http.NoBody)
		h.must(err)
		r.Host = "evil.example.com"
		r.Header.Set("X-Forwarded-Host", "evil.example.com")
		a := h.send(r).want(200)
		want := `{"grant_types_supported":["client_credentials","urn:ietf:params:oauth:grant-type:token-exchange"],"introspection_endpoint":"http://127.0.0.1:8080/oauth/introspect",` +
			`"introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"issuer":"http://127.0.0.1:8080",` +
			`"jwks_uri":"http://127.0.0.1:8080/.well-known/jwks.json",` +
			`"response_types_supported":[],"revocation_endpoint":"http://127.0.0.1:8080/oauth/revoke",` +
			`"revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"service_documentation":"http://127.0.0.1:8080/docs",` +
			`"token_endpoint":"http://127.0.0.1:8080/oauth/token","token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]}`
		if got := strings.TrimSpace(string(a.body)); got != want {
			h.t.Errorf("answer %s\nwant   %s", got, want)
		}
	})
}

// TestAuthorizationServerUnderPath: RFC 8414 has clients look for an issuer with a
// path in another place than the older OpenID Connect discovery.
func TestAuthorizationServerUnderPath(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		h := newHarness(t, db, func(s *api.Server) { s.PublicURL = "https://example.com/tokens-of-ours" })
		const place = "/.well-known/oauth-authorization-server"
		for _, path := range []string{place + "/tokens-of-ours", "/tokens-of-ours" + place, place} {
			if a := h.call("", "GET "+path, nil).want(200); a.text("issuer") != "https://example.com/tokens-of-ours" {
				t.Errorf("%s: %s", path, a.body)
			}
		}
		h.call("", "GET "+place+"/other", nil).want(404)
	})
}
