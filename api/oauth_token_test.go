package api_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/tokenry/tokenry/model"
)

const (
	exchange  = "urn:ietf:params:oauth:grant-type:token-exchange"
	typeJWT   = "urn:ietf:params:oauth:token-type:jwt"
	typeToken = "urn:ietf:params:oauth:token-type:access_token"
)

// jwtFor issues a JWT for a secret.
func (h *harness) jwtFor(secret string, fields ...string) answer {
	h.t.Helper()
	a := h.oauth("Bearer "+secret, "/oauth/token", append([]string{"grant_type", "client_credentials"}, fields...)...)
	h.hide(a.text("access_token"))
	return a
}

// exchanged exchanges a subject for a JWT.
func (h *harness) exchanged(secret, subject string, fields ...string) answer {
	h.t.Helper()
	a := h.oauth("Bearer "+secret, "/oauth/token", append([]string{
		"grant_type", exchange, "subject_token", subject, "subject_token_type", typeToken,
	}, fields...)...)
	h.hide(a.text("access_token"))
	return a
}

// claimsOf reads a JWT with the key set, as a service that asks nobody would.
func (h *harness) claimsOf(raw string) (jwt.MapClaims, map[string]any) {
	h.t.Helper()
	set := h.call("", "GET /.well-known/jwks.json", nil).want(200)
	if set.header.Get("Cache-Control") != "public, max-age=300" || strings.Contains(string(set.body), `"d"`) {
		h.t.Errorf("key set %s %v", set.body, set.header)
	}
	keys, err := keyfunc.NewJWKSetJSON(set.body)
	h.must(err)
	claims := jwt.MapClaims{}
	token, err := jwt.NewParser(jwt.WithTimeFunc(h.clock.now), jwt.WithValidMethods([]string{"ES256"}), jwt.WithExpirationRequired()).
		ParseWithClaims(raw, claims, keys.Keyfunc)
	h.must(err)
	return claims, token.Header
}

func (h *harness) verified(secret string) answer {
	h.t.Helper()
	return h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": secret}).want(200)
}

var twoScopes = map[string]any{"scopes": []string{"jobs.list_jobs", "actions.list_actions"}}

func TestJWT(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(twoScopes)
		id, text := tok.text("id"), tok.text("secret")
		a := h.jwtFor(text).want(200)
		if !strings.Contains(h.log.String(), `"route":"/oauth/token","status":200`) {
			h.t.Error("the access log has no line of it")
		}
		claims, header := h.claimsOf(a.text("access_token"))
		now := h.clock.now().Unix()
		want := map[string]any{
			"iss": "http://127.0.0.1:8080", "sub": id, "client_id": id, "scope": "actions.list_actions jobs.list_jobs", "account_id": partner,
			"account_type": "partner", "api_version": "16", "generation": 1.0, "rights_epoch": 0.0,
		}
		for name, value := range want {
			if claims[name] != value {
				h.t.Errorf("%s = %v, want %v", name, claims[name], value)
			}
		}
		if exp := int64(claims["exp"].(float64)); exp > now+300 || exp < now+298 || header["typ"] != "at+jwt" || header["alg"] != "ES256" || claims["jti"] == "" {
			h.t.Errorf("claims %v, header %v", claims, header)
		}
		if aud, _ := claims.GetAudience(); !slices.Equal(aud, []string{"http://127.0.0.1:8080"}) {
			h.t.Errorf("aud = %v", aud)
		}
		if a.text("token_type") != "Bearer" || a.text("scope") != "actions.list_actions jobs.list_jobs" || a.has("issued_token_type") || a.get("expires_in").(float64) < 298 {
			h.t.Errorf("answer %s", a.body)
		}
		raw := h.jwtFor(text, "scope", "jobs.list_jobs", "resource", "https://api.example.com/").want(200).text("access_token")
		checked := h.verified(raw).want(200, "ok")
		if checked.text("token_id") != id || checked.len("scopes") != 1 || checked.text("scopes.0") != "jobs.list_jobs" || checked.text("audience.0") != "https://api.example.com/" {
			h.t.Errorf("answer %s", checked.body)
		}
		h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": raw, "scopes": []string{"actions.list_actions"}}).want(200, "insufficient_scope")
		told := h.introspect("token", raw).want(200)
		if told.text("scope") != "jobs.list_jobs" || told.text("client_id") != id || told.text("aud.0") != "https://api.example.com/" || told.get("exp") == nil || told.text("jti") == "" {
			h.t.Errorf("answer %s", told.body)
		}
		h.call("Bearer "+raw, "GET /whoami", nil).want(401) // it is for the company's API
		const forAPI = "&resource=https://api.example.com/"
		h.gateway("?scope=jobs.list_jobs", bearer(raw)).wantRefused(401, "wrong_audience")
		h.gateway("?scope=jobs.list_jobs&resource=https://reports.example.com/", bearer(raw)).wantRefused(401, "wrong_audience")
		if in := h.gateway("?scope=jobs.list_jobs"+forAPI, bearer(raw)).want(200); in.header.Get("X-Tokenry-Token-Id") != id || in.header.Get("X-Tokenry-Scopes") != "jobs.list_jobs" {
			h.t.Errorf("headers %v", in.header)
		}
		h.gateway("?scope=actions.list_actions"+forAPI, bearer(raw)).wantRefused(403, "insufficient_scope")
		h.gateway("?scope=jobs.list_jobs", bearer(a.text("access_token"))).want(200)
		h.gateway("?scope=jobs.list_jobs&resource=", bearer(raw)).wantFaults(map[string]string{"resource": "wrong_format"})
		h.oauth("Bearer "+text, "/oauth/revoke", "token", raw).wantOAuth(400, "unsupported_token_type", "unsupported_token_type")
		h.clock.add(5 * time.Minute)
		h.verified(raw).want(200, "expired")
		h.introspect("token", raw).wantInactive()
	})
}

// TestJWTCallers: the three ways of RFC 6749, and a client that others wrote.
func TestJWTCallers(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(twoScopes)
		id, text := tok.text("id"), tok.text("secret")
		h.oauth(basic(id, text), "/oauth/token", "grant_type", "client_credentials").want(200)
		h.oauth("", "/oauth/token", "grant_type", "client_credentials", "client_id", id, "client_secret", text).want(200)
		h.oauth(basic(id, forge(text)), "/oauth/token", "grant_type", "client_credentials").wantOAuth(401, "invalid_client", "bad_token")
		h.oauth(h.admin(), "/oauth/token", "grant_type", "client_credentials").wantOAuth(403, "unauthorized_client", "not_a_token")
		h.oauth(basic(id, text), "/oauth/token", "grant_type", "client_credentials", "client_id", id, "client_secret", text).want(400, "ambiguous_credentials")
		config := clientcredentials.Config{ClientID: id, ClientSecret: text, TokenURL: h.server.URL + "/oauth/token", Scopes: []string{"jobs.list_jobs"}}
		issued, err := config.Token(h.t.Context())
		h.must(err)
		h.hide(issued.AccessToken)
		h.verified(issued.AccessToken).want(200, "ok")
		h.flush()
		usage := h.call(h.admin(), "GET /tokens/"+id+"/usage", nil).want(200)
		if !strings.Contains(string(usage.body), id) { // as its own caller
			h.t.Errorf("usage %s", usage.body)
		}
	})
}

func TestJWTFaults(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(twoScopes)
		text := tok.text("secret")
		h.oauth("Bearer "+text, "/oauth/token").wantOAuth(400, "invalid_request", "invalid_request")
		h.oauth("Bearer "+text, "/oauth/token", "grant_type", "password").wantOAuth(400, "unsupported_grant_type", "unsupported_grant_type")
		h.jwtFor(text, "scope", "actions.list_actions campaigns.list_campaigns").wantOAuth(400, "invalid_scope", "invalid_scope")
		h.jwtFor(text, "scope", "no.such").wantOAuth(400, "invalid_scope", "invalid_scope")
		h.jwtFor(text, "resource", "https://evil.example.com/").wantOAuth(400, "invalid_target", "invalid_target")
		h.jwtFor(text, "resource", "https://api.example.com").wantOAuth(400, "invalid_target", "invalid_target")
		h.jwtFor(text, "audience", "https://api.example.com/").wantOAuth(400, "invalid_request", "invalid_request")
		h.jwtFor(text, "scope", "a", "scope", "b").wantOAuth(400, "invalid_request", "invalid_request")
		h.jwtFor(text, "resource", "https://api.example.com/", "resource", "https://reports.example.com/", "resource", "").want(200)
		h.exchanged(text, "").wantOAuth(400, "invalid_request", "invalid_request")
		h.exchanged(text, "rubbish").wantOAuth(400, "invalid_request", "subject_refused")
		h.exchanged(text, text, "requested_token_type", "urn:x").wantOAuth(400, "invalid_request", "invalid_request")
		h.exchanged(text, text, "actor_token", text).wantOAuth(400, "invalid_request", "invalid_request")
		bound := h.create(map[string]any{"allowed_cidrs": []string{"203.0.113.0/24"}}).text("secret")
		h.jwtFor(bound).wantOAuth(403, "unauthorized_client", "ip_denied")
		h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/disable", nil).want(200)
		h.jwtFor(text).wantOAuth(401, "invalid_client", "bad_token")
		other := h.create(nil).text("secret")
		h.retire("16")
		h.jwtFor(other).wantOAuth(400, "invalid_grant", "invalid_grant")
	})
}

// TestJWTLife: no JWT outlives what it was issued for.
func TestJWTLife(t *testing.T) {
	each(t, func(h *harness) {
		expires := h.clock.now().Add(2 * time.Minute)
		short := h.create(map[string]any{"expires_at": expires.Format(time.RFC3339Nano)})
		claims, _ := h.claimsOf(h.jwtFor(short.text("secret")).want(200).text("access_token"))
		if claims["exp"].(float64) != float64(expires.Unix()) {
			h.t.Errorf("exp %v, the token's %v", claims["exp"], expires.Unix())
		}
		tok := h.create(nil)
		id, first := tok.text("id"), tok.text("secret")
		before := h.jwtFor(first).want(200).text("access_token")
		end := h.clock.now().Add(time.Minute)
		second := h.call(h.admin(), "POST /tokens/"+id+"/rotate", map[string]any{"grace_seconds": 60}).want(200).text("secret")
		old := h.jwtFor(first).want(200).text("access_token")
		if claims, _ := h.claimsOf(old); int64(claims["exp"].(float64)) > end.Unix()+1 {
			h.t.Errorf("exp %v, the secret's %v", claims["exp"], end.Unix())
		}
		for _, raw := range []string{before, old} {
			if a := h.verified(raw).want(200, "ok"); a.text("secret_state") != "previous" {
				h.t.Errorf("answer %s", a.body)
			}
		}
		fresh := h.jwtFor(second).want(200).text("access_token")
		h.clock.add(time.Minute + time.Second)
		h.verified(before).want(200, "rotated")
		h.verified(old).want(200, "rotated")
		h.verified(fresh).want(200, "ok")
		h.clock.add(time.Minute)
		h.jwtFor(short.text("secret")).want(401, "bad_token")
	})
}

// TestJWTDiesWithItsRights: what is taken from a token is taken from its JWTs when
// the call returns.
func TestJWTDiesWithItsRights(t *testing.T) {
	each(t, func(h *harness) {
		act := func(request string, body any) func(id string) {
			return func(id string) { h.call(h.admin(), strings.Replace(request, "ID", id, 1), body).want(200) }
		}
		taken := map[string]struct {
			take func(id string)
			code string
		}{
			"revoked":     {act("POST /tokens/ID/revoke", nil), "revoked"},
			"rotated now": {act("POST /tokens/ID/rotate", map[string]any{"grace_seconds": 0}), "rotated"},
			"narrowed":    {act("PATCH /tokens/ID", map[string]any{"scopes": []string{"jobs.list_jobs"}}), "revoked"},
			"disabled":    {act("POST /tokens/ID/disable", nil), "revoked"},
			"disabled and enabled": {func(id string) {
				act("POST /tokens/ID/disable", nil)(id)
				act("POST /tokens/ID/enable", nil)(id)
			}, "revoked"},
		}
		for name, tt := range taken {
			tok := h.create(twoScopes)
			raw := h.jwtFor(tok.text("secret")).want(200).text("access_token")
			h.verified(raw).want(200, "ok")
			tt.take(tok.text("id"))
			if a := h.verified(raw); a.text("code") != tt.code {
				h.t.Errorf("%s: %s, want %s", name, a.body, tt.code)
			}
			h.introspect("token", raw).wantInactive()
		}
		raw := h.jwtFor(h.create(nil).text("secret")).want(200).text("access_token")
		h.verified(raw).want(200, "ok")
		_, err := h.signing.Rotate(h.t.Context(), model.Actor{Kind: model.ActorSystem, ID: "test"}, true)
		h.must(err)
		h.verified(raw).want(200, "unknown")
	})
}

func TestExchange(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(twoScopes)
		text := tok.text("secret")
		first := h.exchanged(text, text, "scope", "jobs.list_jobs", "requested_token_type", typeJWT).want(200)
		if first.text("issued_token_type") != typeJWT {
			h.t.Errorf("answer %s", first.body)
		}
		raw := first.text("access_token")
		h.exchanged(text, raw, "scope", "actions.list_actions").wantOAuth(400, "invalid_scope", "invalid_scope")
		h.clock.add(2 * time.Minute)
		again := h.exchanged(text, raw, "resource", "https://api.example.com/").want(200)
		before, _ := h.claimsOf(raw)
		after, _ := h.claimsOf(again.text("access_token"))
		if after["exp"] != before["exp"] || after["scope"] != "jobs.list_jobs" || after["jti"] == before["jti"] {
			h.t.Errorf("claims %v after %v", after, before)
		}
		h.exchanged(text, again.text("access_token"), "resource", "https://reports.example.com/").wantOAuth(400, "invalid_target", "invalid_target")
		h.exchanged(text, again.text("access_token"), "resource", "http://127.0.0.1:8080").wantOAuth(400, "invalid_target", "invalid_target")
		h.exchanged(text, again.text("access_token")).want(200)
		other := h.create(nil).text("secret")
		h.exchanged(other, text).wantOAuth(400, "invalid_request", "subject_refused")
		h.exchanged(other, raw).wantOAuth(400, "invalid_request", "subject_refused")
		h.exchanged(h.operator, text).want(200)
		h.exchanged(h.operator, raw).want(200)
		h.exchanged(h.operator, forge(text)).wantOAuth(400, "invalid_request", "subject_refused")
		h.clock.add(5 * time.Minute)
		h.exchanged(text, raw).wantOAuth(400, "invalid_request", "subject_refused")
	})
}

// TestForgedJWT: nothing that a JWT says of itself makes it ours.
func TestForgedJWT(t *testing.T) {
	each(t, func(h *harness) {
		raw := h.jwtFor(h.create(nil).text("secret")).want(200).text("access_token")
		parts := strings.Split(raw, ".")
		encode := func(value any) string {
			text, err := json.Marshal(value)
			h.must(err)
			return base64.RawURLEncoding.EncodeToString(text)
		}
		claims, header := h.claimsOf(raw)
		claims["scope"] = "actions.list_actions jobs.list_jobs"
		header["alg"] = "none"
		for name, forged := range map[string]string{
			"none": encode(header) + "." + parts[1] + ".", "changed": parts[0] + "." + encode(claims) + "." + parts[2],
			"of the identity provider": strings.TrimPrefix(h.admin(), "Bearer "), "cut": raw[:len(raw)-6],
		} {
			if a := h.verified(forged); a.text("code") != "unknown" || a.has("token_id") {
				h.t.Errorf("%s: %s", name, a.body)
			}
			h.introspect("token", forged).wantInactive()
		}
	})
}
