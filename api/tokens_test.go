package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/repository"
)

func TestCreateToken(t *testing.T) {
	each(t, func(h *harness) {
		body := `{"name":"  Nightly report ","description":"Pulls actions","contacts":{"primary":"` + ada + `","developers":["dev@example.com"]},
			"scopes":["ads.list_ads","actions.list_actions"],"expires_at":"2099-11-23T00:00:00+01:00","allowed_cidrs":["203.0.113.9/24","2001:db8::1"],
			"metadata":{"team":"data"}}`
		a := h.call(h.admin(), "POST /tokens", body).want(201)
		id := a.text("id")
		if a.header.Get("Location") != "/tokens/"+id || a.header.Get("ETag") != `"1"` {
			h.t.Errorf("headers %v", a.header)
		}
		made := a.text("secret")
		if len(made) != 76 || !strings.HasPrefix(made, "tkr_"+id+"_") || a.text("secret_hint") != made[len(made)-10:len(made)-6] {
			h.t.Errorf("secret of %s with hint %s", id, a.text("secret_hint"))
		}
		shown := h.call(h.viewer(), "GET "+a.header.Get("Location"), nil).want(200)
		want := map[string]string{
			"name": `"Nightly report"`, "version": `"16"`, "contacts": `{"developers":["dev@example.com"],"primary":"` + ada + `"}`,
			"scopes": `["actions.list_actions","ads.list_ads"]`, "expires_at": `"2099-11-22T23:00:00Z"`,
			"allowed_cidrs": `["203.0.113.0/24","2001:db8::1/128"]`, "metadata": `{"team":"data"}`, "claims": `{}`, "status": `"active"`,
			"account_id": `"` + partner + `"`, "created_by": `"member:` + ada + `"`, "last_used_at": `null`, "generation": `1`,
		}
		for field, text := range want {
			for _, answer := range []answer{a, shown} {
				if got, _ := json.Marshal(answer.get(field)); string(got) != text {
					h.t.Errorf("%s: %s is %s, want %s", answer.asked, field, got, text)
				}
			}
		}
		if shown.has("secret") || shown.header.Get("ETag") != `"1"` {
			h.t.Errorf("shown %s", shown.body)
		}
	})
}

// TestCreateFaults: the faults that the schema finds, and those that only the
// service can, come together.
func TestCreateFaults(t *testing.T) {
	each(t, func(h *harness) {
		past, soon := h.clock.now().Format(time.RFC3339), h.clock.now().Add(time.Hour).Format(time.RFC3339)
		tests := map[string]struct {
			change map[string]any
			want   map[string]string
		}{
			"everything": {
				map[string]any{
					"name": " ", "description": strings.Repeat("d", 1001), "version": "99", "scopes": []any{"nonsense", 7}, "expires_at": past,
					"contacts": map[string]any{"primary": bo, "developers": []string{"dev@example.com", "x", "DEV@example.com"}}, "secret": "s",
					"allowed_cidrs": []string{"10.0.0.0/8", "10.0.0.0/33", "10.1.1.1/8"}, "claims": map[string]any{"a": "b"}, "metadata": map[string]any{"": "x"},
				},
				map[string]string{
					"name": "required", "description": "too_long", "version": "unknown_version", "scopes.0": "unknown_scope", "scopes.1": "wrong_type",
					"expires_at": "in_past", "contacts.primary": "not_a_contact", "contacts.developers.1": "not_an_email", "contacts.developers.2": "duplicate",
					"allowed_cidrs.1": "not_a_network", "allowed_cidrs.2": "duplicate", "claims": "operators_only", "metadata": "wrong_format", "secret": "unknown_field",
				},
			},
			"nothing":                   {map[string]any{"name": nil, "contacts": nil, "scopes": nil}, map[string]string{"name": "required", "contacts.primary": "required", "scopes": "required"}},
			"no scopes is not all":      {map[string]any{"scopes": []string{}}, map[string]string{"scopes": "too_few"}},
			"no wildcards":              {map[string]any{"scopes": []string{"*", "actions.*"}}, map[string]string{"scopes.0": "unknown_scope", "scopes.1": "unknown_scope"}},
			"a scope twice":             {map[string]any{"scopes": []string{"ads.list_ads", "ads.list_ads"}}, map[string]string{"scopes.1": "duplicate"}},
			"a long name":               {map[string]any{"name": strings.Repeat("ä", 101)}, map[string]string{"name": "too_long"}},
			"too much metadata":         {map[string]any{"metadata": map[string]any{"k": strings.Repeat("v", 5000)}}, map[string]string{"metadata": "too_large"}},
			"a contact who left":        {map[string]any{"contacts": map[string]any{"primary": "0NcLbQhmTx3DrDJTdQ8f1M"}}, map[string]string{"contacts.primary": "not_a_contact"}},
			"only a contact of another": {map[string]any{"contacts": map[string]any{"primary": bo}}, map[string]string{"contacts.primary": "not_a_contact"}},
			"an address not as seen":    {map[string]any{"contacts": map[string]any{"primary": ada, "developers": []string{"dev@example.com", "dev\u202e@example.com"}}}, map[string]string{"contacts.developers.1": "not_an_email"}},
			"null where it may not be":  {map[string]any{"metadata": json.RawMessage("null")}, map[string]string{"metadata": "wrong_type"}},
		}
		for name, tt := range tests {
			h.t.Log(name)
			h.call(h.admin(), "POST /tokens", token(tt.change)).wantFaults(tt.want)
		}
		h.create(map[string]any{"name": strings.Repeat("ä", 100), "expires_at": soon})
		h.create(map[string]any{"expires_at": json.RawMessage("null")})
	})
}

func TestNamesAreUniqueAmongLiveTokens(t *testing.T) {
	each(t, func(h *harness) {
		first := h.create(map[string]any{"name": "Report"})
		second := h.create(nil)
		h.call(h.admin(), "POST /tokens", token(map[string]any{"name": " Report "})).want(409, "name_taken")
		h.call(h.admin(), "PATCH /tokens/"+second.text("id"), map[string]any{"name": "Report"}).want(409, "name_taken")
		h.call(h.stranger(), "POST /tokens", map[string]any{"name": "Report", "contacts": map[string]any{"primary": bo}, "scopes": []string{"actions.list_actions"}}).want(201)
		h.call(h.admin(), "POST /tokens/"+first.text("id")+"/revoke", nil).want(200)
		h.create(map[string]any{"name": "Report"})
	})
}

func TestMergePatch(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{
			"description": "d", "expires_at": "2099-01-01T00:00:00Z", "allowed_cidrs": []string{"10.0.0.0/8"}, "metadata": map[string]any{"a": "1", "b": "2"},
			"contacts": map[string]any{"primary": ada, "developers": []string{"dev@example.com"}},
		})
		path := "PATCH /tokens/" + tok.text("id")
		// Removing an expiry works (gravitee #9248), and what is not named stays.
		a := h.call(h.admin(), path, `{"description":null,"expires_at":null,"allowed_cidrs":null,"metadata":{"a":null,"c":"3"},"contacts":{"developers":[]}}`,
			"Content-Type: application/merge-patch+json").want(200)
		want := `{"allowed_cidrs":[],"contacts":{"developers":[],"primary":"` + ada + `"},"description":"","expires_at":null,"metadata":{"b":"2","c":"3"},"scopes":["actions.list_actions"]}`
		got := map[string]any{}
		for _, field := range []string{"description", "expires_at", "allowed_cidrs", "metadata", "contacts", "scopes"} {
			got[field] = a.get(field)
		}
		if text, _ := json.Marshal(got); string(text) != want {
			h.t.Errorf("after the patch %s, want %s", text, want)
		}
		if a := h.call(h.admin(), path, `{}`).want(200); a.header.Get("ETag") != `"2"` || a.get("updated_at") == nil {
			h.t.Errorf("nothing to change: ETag %s", a.header.Get("ETag"))
		}
		h.call(h.admin(), path, `{"name":null,"scopes":null,"metadata":null}`).
			wantFaults(map[string]string{"name": "wrong_type", "scopes": "wrong_type", "metadata": "wrong_type"})
		h.call(h.admin(), path, `{"scopes":[],"expires_at":"2000-01-01T00:00:00Z","claims":{"a":"b"},"status":"active"}`).
			wantFaults(map[string]string{"scopes": "too_few", "expires_at": "in_past", "claims": "operators_only", "status": "unknown_field"})
		claims := h.call(h.op(), path, `{"claims":{"tier":"gold"}}`, "Tokenry-Account: "+partner).want(200)
		if claims.text("claims.tier") != "gold" {
			h.t.Errorf("claims %s", claims.body)
		}
		h.call(h.admin(), path, `{"claims":{"tier":null}}`).wantFaults(map[string]string{"claims": "operators_only"})
	})
}

func TestIfMatch(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		path := "PATCH /tokens/" + tok.text("id")
		revision := 1
		patch := func(ifMatch string) answer {
			return h.call(h.admin(), path, map[string]any{"description": fmt.Sprint(revision, ifMatch)}, "If-Match: "+ifMatch)
		}
		for _, good := range []string{`"%d"`, `*`, `"77", "%d"`, `"%d", W/"1"`} {
			if strings.Contains(good, "%d") {
				good = fmt.Sprintf(good, revision)
			}
			revision++
			if a := patch(good).want(200); a.header.Get("ETag") != strconv.Quote(strconv.Itoa(revision)) {
				h.t.Errorf("If-Match %s: ETag %s", good, a.header.Get("ETag"))
			}
		}
		now := strconv.Itoa(revision)
		for _, stale := range []string{`"1"`, now, `W/"` + now + `"`, `"0"`, `"-1"`, `"` + now, ``, `"x"`, `"0` + now + `"`} {
			patch(stale).want(412, "stale")
		}
		h.call(h.admin(), path, `{"nonsense":1}`, `If-Match: "1"`).want(412, "stale")
		h.verify(tok.text("secret"), nil) // usage does not change the tag
		h.flush()
		if a := h.call(h.admin(), "GET /tokens/"+tok.text("id"), nil).want(200); a.header.Get("ETag") != strconv.Quote(now) || a.get("last_used_at") == nil {
			h.t.Errorf("after use: ETag %s, %s", a.header.Get("ETag"), a.body)
		}
	})
}

func TestStates(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		id, made := tok.text("id"), tok.text("secret")
		do := func(action string, body any) answer { return h.call(h.admin(), "POST /tokens/"+id+"/"+action, body) }
		for range 2 { // doing it twice is no error
			if a := do("disable", nil).want(200); a.text("status") != "disabled" || a.get("propagated") != true {
				h.t.Errorf("disabled: %s", a.body)
			}
			h.verify(made, nil).wantCode("disabled")
		}
		if a := do("disable?wait=false", nil).want(200); a.get("propagated") != false {
			h.t.Errorf("not waited for: %s", a.body)
		}
		do("rotate", map[string]any{"grace_seconds": 60}).want(200) // allowed while disabled
		for range 2 {
			if a := do("enable", nil).want(200); a.text("status") != "active" || a.has("propagated") {
				h.t.Errorf("enabled: %s", a.body)
			}
			h.verify(made, nil).wantCode("ok")
		}
		for _, reason := range []string{"leaked", "again"} {
			if a := do("revoke", map[string]any{"reason": reason}).want(200); a.text("status") != "revoked" || a.text("revoke_reason") != "leaked" || a.get("propagated") != true {
				h.t.Errorf("revoked: %s", a.body)
			}
			h.verify(made, nil).wantCode("revoked")
		}
		for _, action := range []string{"disable", "enable", "rotate"} {
			do(action, nil).want(409, "token_revoked")
		}
		h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"name": "x"}).want(409, "token_revoked")
		for range 2 {
			if a := h.call(h.admin(), "DELETE /tokens/"+id, nil).want(200); a.get("propagated") != true {
				h.t.Errorf("deleted: %s", a.body)
			}
		}
		h.call(h.admin(), "GET /tokens/"+id, nil).want(404, "not_found")
		h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"name": "x"}).want(404, "not_found")
		do("revoke", nil).want(404, "not_found")
		h.verify(made, nil).wantCode("revoked") // and still not "unknown"
		h.call(h.viewer(), "GET /tokens/"+id+"/history", nil).want(200)
	})
}

func TestExpiredToken(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"expires_at": h.clock.now().Add(time.Hour).Format(time.RFC3339)})
		id := tok.text("id")
		h.clock.add(time.Hour)
		if a := h.call(h.viewer(), "GET /tokens/"+id, nil).want(200); a.text("status") != "expired" { // expiry never deletes
			h.t.Errorf("expired: %s", a.body)
		}
		h.verify(tok.text("secret"), nil).wantCode("expired")
		h.call(h.admin(), "POST /tokens/"+id+"/rotate", nil).want(409, "token_expired")
		h.call(h.admin(), "POST /tokens/"+id+"/duplicate", nil).want(409, "token_expired")
		h.call(h.admin(), "PATCH /tokens/"+id, `{"expires_at":null}`).want(200)
		h.verify(tok.text("secret"), nil).wantCode("ok")
	})
}

func TestRotate(t *testing.T) {
	each(t, func(h *harness) {
		expires := h.clock.now().Add(48 * time.Hour).UTC().Truncate(time.Second)
		tok := h.create(map[string]any{"expires_at": expires.Format(time.RFC3339), "allowed_cidrs": []string{"10.0.0.0/8"}, "scopes": []string{"ads.list_ads"}})
		path, from := "POST /tokens/"+tok.text("id")+"/rotate", map[string]any{"ip": "10.1.1.1"}
		first := tok.text("secret")
		a := h.call(h.admin(), path, nil).want(200)
		if got, want := a.text("previous_expires_at"), h.clock.now().Add(24*time.Hour).Format(time.RFC3339Nano); got != want {
			h.t.Errorf("the old secret ends at %s, want %s", got, want)
		}
		shown := h.call(h.admin(), "GET /tokens/"+tok.text("id"), nil).want(200)
		if want := map[string]any{"hint": tok.text("secret_hint"), "expires_at": a.text("previous_expires_at")}; !reflect.DeepEqual(shown.get("previous_secret"), any(want)) {
			h.t.Errorf("previous_secret is %v, want %v", shown.get("previous_secret"), want)
		}
		for _, field := range []string{"id", "name", "scopes", "expires_at", "allowed_cidrs", "version"} { // rotation keeps all this
			if fmt.Sprint(a.get(field)) != fmt.Sprint(tok.get(field)) {
				h.t.Errorf("%s was %v and is %v", field, tok.get(field), a.get(field))
			}
		}
		if a.get("generation") != 2.0 || a.has("propagated") || a.text("secret") == first {
			h.t.Errorf("rotated: %s", a.body)
		}
		second := a.text("secret")
		h.verify(second, from).wantCode("ok")
		h.call(h.admin(), path, map[string]any{"grace_seconds": 0}).want(409, "rotation_in_progress")
		h.verify(second, from).wantCode("ok")
		third := h.call(h.admin(), path, map[string]any{"grace_seconds": 0, "end_previous": true}).want(200)
		if third.get("propagated") != true || third.text("previous_expires_at") != h.clock.now().Format(time.RFC3339Nano) {
			h.t.Errorf("rotated at once: %s", third.body)
		}
		if shown := h.call(h.admin(), "GET /tokens/"+tok.text("id"), nil).want(200); shown.has("previous_secret") {
			h.t.Errorf("after its end: %s", shown.body)
		}
		h.verify(first, from).wantCode("rotated")
		h.verify(second, from).wantCode("rotated")
		h.verify(third.text("secret"), from).wantCode("ok")
		h.clock.add(49 * time.Hour)
		h.verify(third.text("secret"), from).wantCode("expired")
		h.call(h.admin(), path, map[string]any{"grace_seconds": 604801}).wantFaults(map[string]string{"grace_seconds": "out_of_range"})
	})
}

func TestDuplicate(t *testing.T) {
	each(t, func(h *harness) {
		acting := "Tokenry-Account: " + partner
		tok := h.call(h.op(), "POST /tokens", token(map[string]any{"name": "Report", "claims": map[string]any{"tier": "gold"}, "metadata": map[string]any{"a": "b"}}), acting).want(201)
		path := "POST /tokens/" + tok.text("id") + "/duplicate"
		first, second := h.call(h.admin(), path, nil).want(201), h.call(h.op(), path, nil, acting).want(201)
		if first.text("name") != "Copy of Report" || second.text("name") != "Copy of Report (2)" {
			h.t.Errorf("names %q and %q", first.text("name"), second.text("name"))
		}
		if first.text("claims.tier") != "" || second.text("claims.tier") != "gold" || first.text("metadata.a") != "b" {
			h.t.Errorf("copies %s and %s", first.body, second.body)
		}
		if first.header.Get("Location") != "/tokens/"+first.text("id") || first.text("id") == tok.text("id") || first.text("secret") == tok.text("secret") {
			h.t.Errorf("copy %s with %v", first.body, first.header)
		}
		h.verify(first.text("secret"), nil).wantCode("ok")
		long := h.create(map[string]any{"name": strings.Repeat("n", 100)})
		if a := h.call(h.admin(), "POST /tokens/"+long.text("id")+"/duplicate", nil).want(201); len(a.text("name")) > 100 {
			h.t.Errorf("name %q", a.text("name"))
		}
		h.call(h.op(), "PATCH /accounts/"+partner+"/members/"+ada, map[string]any{"state": "inactive"}).want(200)
		h.call(h.specialist(), path, nil).wantFaults(map[string]string{"contacts.primary": "not_a_contact"})
	})
}

func TestUpgrade(t *testing.T) {
	each(t, func(h *harness) {
		h.call(h.op(), "PUT /catalog", `{"account_types":{"tiny":{"versions":[{"id":"1"},{"id":"2"},{"id":"3","state":"retired"}],"categories":[{"id":"c","label":"C","scopes":[
			{"id":"both","label":"B","access":"read"},{"id":"old","label":"O","access":"read","until":"1"},{"id":"new","label":"N","access":"read","since":"2"}]}]}}}`).want(200)
		account := h.call(h.op(), "POST /accounts", map[string]any{"type": "tiny", "name": "Tiny"}).want(201).text("id")
		acting := "Tokenry-Account: " + account
		contact := h.call(h.op(), "POST /accounts/"+account+"/members", map[string]any{"name": "T", "email": "t@example.com", "role": "admin"}).want(201).text("id")
		body := map[string]any{"name": "t", "contacts": map[string]any{"primary": contact}, "scopes": []string{"both", "old"}}
		tok := h.call(h.op(), "POST /tokens", body, acting).want(201)
		path := "/tokens/" + tok.text("id")
		plan := h.call(h.op(), "GET "+path+"/upgrade?version=2", nil, acting).want(200)
		if got := strings.TrimSpace(string(plan.body)); got != `{"new_scopes":["new"],"removed_scopes":["old"],"version":"2"}` {
			h.t.Errorf("plan %s", got)
		}
		h.call(h.op(), "GET "+path+"/upgrade?version=3", nil, acting).wantFaults(map[string]string{"version": "version_retired"})
		h.call(h.op(), "GET "+path+"/upgrade?version=9", nil, acting).wantFaults(map[string]string{"version": "unknown_version"})
		h.call(h.op(), "GET "+path+"/upgrade", nil, acting).wantFaults(map[string]string{"version": "required"})
		h.call(h.op(), "PATCH "+path, map[string]any{"version": "2"}, acting).wantFaults(map[string]string{"scopes.1": "not_in_version"})
		h.call(h.op(), "PATCH "+path, map[string]any{"version": "2", "scopes": []string{"both", "new"}}, acting).want(200)
		h.verify(tok.text("secret"), map[string]any{"version": "1"}).wantCode("version_mismatch")
		h.call(h.op(), "PATCH "+path, map[string]any{"version": "1", "scopes": []string{"both"}}, acting).wantFaults(map[string]string{"version": "version_backward"})
	})
}

// TestNarrowing: what takes rights away is waited for, what does not is not.
func TestNarrowing(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"scopes": []string{"actions.list_actions", "ads.list_ads"}})
		made, path := tok.text("secret"), "PATCH /tokens/"+tok.text("id")
		ads := map[string]any{"scopes": []string{"ads.list_ads"}, "ip": "10.0.0.1"}
		h.verify(made, ads).wantCode("ok")
		if a := h.call(h.admin(), path, map[string]any{"scopes": []string{"actions.list_actions"}}).want(200); a.get("propagated") != true {
			h.t.Errorf("narrowed: %s", a.body)
		}
		h.verify(made, ads).wantCode("insufficient_scope")
		if a := h.call(h.admin(), path, map[string]any{"scopes": []string{"actions.list_actions", "ads.list_ads"}}).want(200); a.has("propagated") {
			h.t.Errorf("widened: %s", a.body)
		}
		h.verify(made, ads).wantCode("ok")
		h.call(h.admin(), path, map[string]any{"allowed_cidrs": []string{"192.0.2.0/24"}}).want(200)
		h.verify(made, ads).wantCode("ip_denied")
		h.call(h.admin(), path, map[string]any{"allowed_cidrs": []string{"10.0.0.0/8"}}).want(200)
		h.verify(made, ads).wantCode("ok")
	})
}

// TestLastUsed: the time is to the minute, and written off the path of checks.
func TestLastUsed(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		h.verify(tok.text("secret"), nil).wantCode("ok")
		h.clock.add(time.Second)
		h.verify(tok.text("secret"), map[string]any{"scopes": []string{"no"}}).wantCode("insufficient_scope")
		h.flush()
		want := h.clock.now().Add(-time.Second).Truncate(time.Minute).Format(time.RFC3339)
		if a := h.call(h.viewer(), "GET /tokens/"+tok.text("id"), nil).want(200); a.text("last_used_at") != want {
			h.t.Errorf("last used at %v, want %s", a.get("last_used_at"), want)
		}
	})
}

// TestSecretsAreNotStored: a copy of the database has no secret in it, not even
// one kept for repeats.
func TestSecretsAreNotStored(t *testing.T) {
	each(t, func(h *harness) {
		made := h.call(h.admin(), "POST /tokens", token(nil), "Idempotency-Key: a key for this call").want(201).text("secret")
		h.verify(made, nil).wantCode("ok")
		h.flush()
		if h.db.Dialect != repository.SQLite {
			return
		}
		for _, file := range []string{h.db.Path, h.db.Path + "-wal"} {
			data, err := os.ReadFile(file)
			h.must(err)
			if len(data) == 0 || bytes.Contains(data, []byte(made[len(made)-49:])) || bytes.Contains(data, []byte("a key for this call")) {
				h.t.Errorf("%s (%d bytes) has a secret in it", file, len(data))
			}
		}
	})
}
