package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// verify asks about a secret, as the operator.
func (h *harness) verify(secret string, question map[string]any) answer {
	h.t.Helper()
	h.hide(secret)
	body := map[string]any{"secret": secret}
	maps.Copy(body, question)
	return h.call(h.op(), "POST /tokens/verify", body).want(200)
}

// wantCode makes sure of the code of an answer to a check.
func (a answer) wantCode(code string) answer {
	a.t.Helper()
	if a.want(200); a.text("code") != code || a.get("valid") != (code == "ok") {
		a.t.Errorf("answer %s, want %s", a.body, code)
	}
	if (code == "insufficient_scope") != a.has("missing_scopes") {
		a.t.Errorf("missing scopes: %s", a.body)
	}
	return a
}

// action is the partner's path for a list of actions; the id is bound.
func action(id string) string { return "/Mediapartners/" + id + "/Actions" }

func TestVerifyAnswer(t *testing.T) {
	each(t, func(h *harness) {
		expires := h.clock.now().Add(time.Hour).Format(time.RFC3339)
		tok := h.call(h.op(), "POST /tokens", token(map[string]any{
			"expires_at": expires, "metadata": map[string]any{"team": "data"}, "claims": map[string]any{"tier": "gold"},
		}), "Tokenry-Account: "+partner).want(201)
		a := h.verify(tok.text("secret"), nil).wantCode("ok")
		want := fmt.Sprintf(`{"valid":true,"code":"ok","token_id":%q,"account_id":%q,"account_type":"partner","name":%q,"version":"16",`+
			`"scopes":["actions.list_actions"],"secret_state":"current","expires_at":%q,"metadata":{"team":"data"},"claims":{"tier":"gold"},"as_of":%q}`,
			tok.text("id"), partner, tok.text("name"), expires, h.clock.now().Format(time.RFC3339Nano))
		if got := strings.TrimSpace(string(a.body)); got != want {
			t := h.t
			t.Errorf("answer %s\nwant   %s", got, want)
		}
		bare := h.verify(h.create(nil).text("secret"), nil).wantCode("ok")
		for _, field := range []string{`"expires_at":null`, `"metadata":{}`, `"claims":{}`} {
			if !strings.Contains(string(bare.body), field) {
				h.t.Errorf("answer %s lacks %s", bare.body, field)
			}
		}
	})
}

// TestVerifyOldVersion: an API version that is to be left is told, whatever else
// the answer is.
func TestVerifyOldVersion(t *testing.T) {
	each(t, func(h *harness) {
		current := h.create(nil)
		if a := h.verify(current.text("secret"), nil).wantCode("ok"); a.has("version_state") || a.has("deprecation") || a.has("sunset") {
			h.t.Errorf("of a current version: %s", a.body)
		}
		old := h.create(map[string]any{"version": "14"}).text("secret")
		const told = `"version":"14","version_state":"deprecated","deprecation":"2026-02-02T00:00:00Z","sunset":"2027-03-31T00:00:00Z"`
		for code, question := range map[string]map[string]any{"ok": nil, "insufficient_scope": {"scopes": []string{"jobs.list_jobs"}}} {
			if a := h.verify(old, question).wantCode(code); !strings.Contains(string(a.body), told) {
				h.t.Errorf("answer %s lacks %s", a.body, told)
			}
		}
		h.retire("16")
		a := h.verify(current.text("secret"), nil).wantCode("version_retired")
		if a.text("version_state") != "retired" || a.has("deprecation") || a.has("sunset") {
			h.t.Errorf("of a retired version without dates: %s", a.body)
		}
	})
}

// TestVerifySaysNothingUnproven: until the secret is proven, nobody learns more
// than the code.
func TestVerifySaysNothingUnproven(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		made, other := tok.text("secret"), h.create(nil).text("secret")
		h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/revoke", nil).want(200)
		forged := forge(made)
		unproven := map[string]struct{ secret, code string }{
			"empty":                     {"", "malformed"},
			"rubbish":                   {"rubbish", "malformed"},
			"a typo":                    {made[:len(made)-1] + map[bool]string{true: "a", false: "b"}[made[len(made)-1] != 'a'], "malformed"},
			"a wrong body of a known":   {forged, "unknown"},
			"an id that does not exist": {forge(strings.Replace(other, "_0", "_1", 1)), "unknown"},
		}
		for name, tt := range unproven {
			a := h.verify(tt.secret, map[string]any{"scopes": []string{"nonsense"}}).wantCode(tt.code)
			var said map[string]any
			h.must(json.Unmarshal(a.body, &said))
			if delete(said, "as_of"); len(said) != 2 {
				h.t.Errorf("%s: answer %s", name, a.body)
			}
		}
	})
}

// TestVerifyCodes: of several reasons the first in the design's order is told.
func TestVerifyCodes(t *testing.T) {
	each(t, func(h *harness) {
		all := map[string]any{
			"scopes": []string{"jobs.list_jobs"}, "method": "GET", "path": "/nowhere", "version": "15", "ip": "192.0.2.1",
		}
		without := func(question map[string]any, fields ...string) map[string]any {
			question = maps.Clone(question)
			for _, field := range fields {
				delete(question, field)
			}
			return question
		}
		tok := h.create(map[string]any{"allowed_cidrs": []string{"203.0.113.0/24"}, "expires_at": h.clock.now().Add(2 * time.Hour).Format(time.RFC3339)})
		id, made := tok.text("id"), tok.text("secret")
		here := func(question map[string]any) map[string]any {
			question = maps.Clone(question)
			question["ip"] = "203.0.113.9"
			return question
		}
		h.verify(made, all).wantCode("ip_denied")
		h.verify(made, without(all, "ip")).wantCode("ip_denied")
		h.verify(made, here(all)).wantCode("version_mismatch")
		h.verify(made, here(without(all, "version"))).wantCode("no_such_route")
		bound := here(without(all, "version"))
		bound["path"] = action("somebody")
		h.verify(made, bound).wantCode("path_denied")
		bound["path"] = action(id) + "?page=2"
		a := h.verify(made, bound).wantCode("insufficient_scope")
		if got := fmt.Sprint(a.get("missing_scopes")); got != "[jobs.list_jobs]" {
			h.t.Errorf("missing scopes %s", got)
		}
		delete(bound, "scopes")
		h.verify(made, bound).wantCode("ok")

		h.retire("16")
		h.verify(made, bound).wantCode("version_retired")
		h.clock.add(3 * time.Hour)
		h.verify(made, all).wantCode("expired")
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
		h.verify(made, all).wantCode("disabled")
		h.account(partner, map[string]any{"state": "disabled"})
		h.verify(made, all).wantCode("account_disabled")
		h.call(h.op(), "POST /tokens/"+id+"/revoke", nil, "Tokenry-Account: "+partner).want(200)
		h.verify(made, all).wantCode("revoked")
	})
}

// retire retires a version of the partner's catalog.
func (h *harness) retire(version string) {
	h.t.Helper()
	file := string(h.call(h.op(), "GET /catalog/export", nil).want(200).body)
	partners := strings.Index(file, "\n  partner:")
	head, tail := file[:partners], file[partners:]
	tail = strings.Replace(tail, `default_version: "`+version+`"`, `default_version: "15"`, 1)
	tail = strings.Replace(tail, "- id: \""+version+"\"\n        state: current", "- id: \""+version+"\"\n        state: retired", 1)
	h.call(h.op(), "PUT /catalog", head+tail, "Content-Type: application/yaml").want(200)
}

func TestVerifyRotated(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		old := tok.text("secret")
		renewed := h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/rotate", map[string]any{"grace_seconds": 60}).want(200).text("secret")
		if a := h.verify(old, nil).wantCode("ok"); a.text("secret_state") != "previous" {
			h.t.Errorf("old secret in its grace: %s", a.body)
		}
		if a := h.verify(renewed, nil).wantCode("ok"); a.text("secret_state") != "current" || a.text("token_id") != tok.text("id") {
			h.t.Errorf("new secret: %s", a.body)
		}
		h.clock.add(time.Minute)
		if a := h.verify(old, nil).wantCode("rotated"); a.text("token_id") != tok.text("id") {
			h.t.Errorf("old secret after its grace: %s", a.body)
		}
		h.verify(renewed, nil).wantCode("ok") // using an ended secret does not harm the new one
	})
}

// TestVerifyByScope: the token is cached, the verdict is not.
func TestVerifyByScope(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(map[string]any{"scopes": []string{"actions.list_actions", "ads.list_ads"}}).text("secret")
		tests := []struct {
			match   string
			scopes  []string
			code    string
			missing string
		}{
			{"all", []string{"actions.list_actions"}, "ok", ""},
			{"all", []string{"jobs.list_jobs", "actions.list_actions", "jobs.view"}, "insufficient_scope", "[jobs.list_jobs jobs.view]"},
			{"any", []string{"jobs.list_jobs", "actions.list_actions"}, "ok", ""},
			{"any", []string{"jobs.list_jobs", "jobs.view"}, "insufficient_scope", "[jobs.list_jobs jobs.view]"},
			{"all", []string{"actions.list_actions", "ads.list_ads"}, "ok", ""},
			{"all", []string{"actions"}, "insufficient_scope", "[actions]"},
			{"all", []string{"actions.*"}, "insufficient_scope", "[actions.*]"},
		}
		for _, tt := range tests {
			a := h.verify(made, map[string]any{"scopes": tt.scopes, "match": tt.match}).wantCode(tt.code)
			if tt.missing != "" && fmt.Sprint(a.get("missing_scopes")) != tt.missing {
				h.t.Errorf("%+v: %s", tt, a.body)
			}
		}
	})
}

func TestVerifyByRoute(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		id, made := tok.text("id"), tok.text("secret")
		tests := map[string]struct{ method, path, code string }{
			"its route":          {"GET", action(id), "ok"},
			"HEAD is GET":        {"HEAD", action(id), "ok"},
			"another method":     {"POST", action(id), "no_such_route"},
			"a missing scope":    {"GET", action(id) + "/7", "insufficient_scope"},
			"somebody else's":    {"GET", action("0NcLbQhmTx3CVaSXnRlH2A"), "path_denied"},
			"nowhere":            {"GET", "/nowhere", "no_such_route"},
			"no path at all":     {"GET", "x", "no_such_route"},
			"dot segments":       {"GET", "/Mediapartners/other/../" + id + "/Actions", "no_such_route"},
			"an encoded slash":   {"GET", "/Mediapartners/" + id + "%2FActions", "no_such_route"},
			"an encoded segment": {"GET", "/Mediapartners/" + id + "/%41ctions", "ok"},
		}
		for name, tt := range tests {
			a := h.verify(made, map[string]any{"method": tt.method, "path": tt.path})
			if a.text("code") != tt.code {
				h.t.Errorf("%s: %s, want %s", name, a.body, tt.code)
			}
		}
		a := h.verify(made, map[string]any{"method": "GET", "path": action(id) + "/7"})
		if got := fmt.Sprint(a.get("missing_scopes")); got != "[actions.view_one_action]" {
			h.t.Errorf("the route's scope is not named: %s", a.body)
		}
	})
}

func TestVerifyAddresses(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(map[string]any{"allowed_cidrs": []string{"203.0.113.0/24", "2001:db8::/32", "::ffff:198.51.100.7"}}).text("secret")
		tests := map[string]string{
			"203.0.113.255": "ok", "::ffff:203.0.113.9": "ok", "2001:db8:1::1": "ok", "198.51.100.7": "ok",
			"203.0.114.1": "ip_denied", "::ffff:192.0.2.1": "ip_denied", "2001:db9::1": "ip_denied", "198.51.100.8": "ip_denied", "::1": "ip_denied",
		}
		for ip, code := range tests {
			if a := h.verify(made, map[string]any{"ip": ip}); a.text("code") != code {
				h.t.Errorf("%s: %s, want %s", ip, a.body, code)
			}
		}
		h.verify(h.create(nil).text("secret"), map[string]any{"ip": "192.0.2.1"}).wantCode("ok")
	})
}

func TestVerifyQuestions(t *testing.T) {
	each(t, func(h *harness) {
		many := `["a"` + strings.Repeat(`,"a"`, 500) + `]`
		faults := map[string]map[string]string{
			`{}`:                                {"secret": "required"},
			`{"secret":null}`:                   {"secret": "wrong_type"},
			`{"secret":7,"scopes":"a","ip":[]}`: {"secret": "wrong_type", "scopes": "wrong_type", "ip": "wrong_type"},
			`{"secret":"s","scope":["a"],"Scopes":["a"],"x":{"a":[1]}}`: {"scope": "unknown_field", "Scopes": "unknown_field", "x": "unknown_field"},
			`{"secret":"s","secret":"t"}`:                               {"secret": "duplicate"},
			`{"secret":"s","scopes":["a"],"scopes":["b"]}`:              {"scopes": "duplicate"},
			`{"secret":"s","scopes":[]}`:                                {"scopes": "too_few"},
			`{"secret":"s","scopes":["a",null,1,["b"]]}`:                {"scopes.1": "wrong_type", "scopes.2": "wrong_type", "scopes.3": "wrong_type"},
			`{"secret":"s","scopes":null}`:                              {"scopes": "wrong_type"},
			`{"secret":"s","scopes":` + many + `}`:                      {"scopes": "too_many"},
			`{"secret":"s","match":"some"}`:                             {"match": "not_one_of"},
			`{"secret":"s","match":true}`:                               {"match": "wrong_type"},
			`{"secret":"s","method":"GET"}`:                             {"path": "required"},
			`{"secret":"s","path":"/a"}`:                                {"method": "required"},
			`{"secret":"s","method":"get","path":""}`:                   {"method": "wrong_format", "path": "wrong_format"},
			`{"secret":"s","method":"G T","path":null}`:                 {"method": "wrong_format", "path": "wrong_type"},
			`{"secret":"s","version":""}`:                               {"version": "wrong_format"},
			`{"secret":"s","version":16}`:                               {"version": "wrong_type"},
			`{"secret":"s","ip":"203.0.113"}`:                           {"ip": "wrong_format"},
			`{"secret":"s","ip":""}`:                                    {"ip": "wrong_format"},
			`{"secret":"s","ip":"203.0.113.0/24"}`:                      {"ip": "wrong_format"},
			`{"secret":"s","ip":"fe80::1%eth0"}`:                        {"ip": "wrong_format"},
			`{"secret":"s","` + strings.Repeat("k", 1000) + `":1}`:      {strings.Repeat("k", 128): "unknown_field"},
		}
		for body, want := range faults {
			h.call(h.op(), "POST /tokens/verify", body).wantFaults(want)
		}
		for _, body := range []string{``, `null`, `[]`, `"s"`, `{`, `{"secret":"s"`, `{"secret":"s"}{}`, `{"secret":"s"} x`, `{"secret":"s",}`, `{"secret":"\ud800"}`, "{\"secret\":\"\xff\"}", `{"scopes":["a",}`} {
			h.call(h.op(), "POST /tokens/verify", body).want(400, "malformed_body")
			h.call(h.op(), "POST /tokens/verify/batch", body).want(400, "malformed_body")
		}
		h.call(h.op(), "POST /tokens/verify", `{"secret":"s"}`, "Content-Type: text/plain").want(415, "unsupported_media_type")
		h.call(h.op(), "POST /tokens/verify", `{"secret":"s"}`, "Content-Type: application/json; charset=utf-8").want(200)
		h.call(h.op(), "POST /tokens/verify?scopes=a&x", `{"secret":"s"}`).wantFaults(map[string]string{"scopes": "unknown_field", "x": "unknown_field"})
		h.call(h.op(), "POST /tokens/verify/batch?scopes=a", `{"items":[{"secret":"s"}]}`).wantFaults(map[string]string{"scopes": "unknown_field"})
		h.call(h.op(), "POST /tokens/verify", `{"secret":"`+strings.Repeat("s", 256<<10)+`"}`).want(413, "http_413")
	})
}

func TestVerifyBatch(t *testing.T) {
	each(t, func(h *harness) {
		first, second := h.create(nil), h.create(nil)
		h.call(h.admin(), "POST /tokens/"+second.text("id")+"/disable", nil).want(200)
		batch := func(items ...map[string]any) answer {
			return h.call(h.op(), "POST /tokens/verify/batch", map[string]any{"items": items})
		}
		one, two := map[string]any{"secret": first.text("secret")}, map[string]any{"secret": second.text("secret")}
		a := batch(two, one, map[string]any{"secret": "x"}, one).want(200)
		if got := fmt.Sprint(a.texts("items", "code")); got != "[disabled ok malformed ok]" {
			h.t.Errorf("codes %s", got)
		}
		hundred := make([]map[string]any, 100)
		for i := range hundred {
			hundred[i] = one
		}
		if a := batch(hundred...).want(200); a.len("items") != 100 {
			h.t.Errorf("%d answers", a.len("items"))
		}
		batch(append(hundred, one)...).wantFaults(map[string]string{"items": "too_many"})
		h.call(h.op(), "POST /tokens/verify/batch", `{"items":null}`).wantFaults(map[string]string{"items": "wrong_type"})
		h.call(h.op(), "POST /tokens/verify/batch", `{"items":[]}`).wantFaults(map[string]string{"items": "too_few"})
		h.call(h.op(), "POST /tokens/verify/batch", `{"item":[]}`).wantFaults(map[string]string{"items": "required", "item": "unknown_field"})
		h.call(h.op(), "POST /tokens/verify/batch", `{"items":[7,{"secret":"s"}],"items":[]}`).
			wantFaults(map[string]string{"items.0": "wrong_type", "items": "duplicate"})
		batch(one, one, one, map[string]any{"secret": "s", "method": "GET"}).wantFaults(map[string]string{"items.3.path": "required"})
	})
}

// TestVerifyWithoutLease: without a lease there is no answer about any secret
// that could be good, and checks of callers fail alike.
func TestVerifyWithoutLease(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(nil).text("secret")
		h.verify(made, nil).wantCode("ok")
		h.stop()
		a := h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": made}).want(503, "try_again")
		if a.header.Get("Retry-After") == "" {
			h.t.Errorf("headers %v", a.header)
		}
		h.call("", "GET /readyz", nil).want(503)
		h.call("", "GET /healthz", nil).want(200)
	})
}

// TestRevokedIsFinal: no check that begins after a revocation was acknowledged
// is answered from before, however many are under way.
func TestRevokedIsFinal(t *testing.T) {
	each(t, func(h *harness) {
		for range 5 {
			tok := h.create(nil)
			body := map[string]any{"secret": tok.text("secret")}
			var revoked atomic.Bool
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					for last := false; !last; {
						last = revoked.Load()
						if a := h.call(h.op(), "POST /tokens/verify", body); last && a.text("code") != "revoked" {
							h.t.Errorf("after the revocation: %d %s", a.status, a.body)
						}
					}
				})
			}
			h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/revoke", nil).want(200)
			revoked.Store(true)
			group.Wait()
		}
	})
}
