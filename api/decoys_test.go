package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

func (h *harness) decoy() answer {
	h.t.Helper()
	return h.create(map[string]any{"decoy": true})
}

// TestDecoyIsUnknown: everywhere it is presented it answers as a secret does that
// nobody has.
func TestDecoyIsUnknown(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.decoy()
		secret := tok.text("secret")
		if got := h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": secret}).want(200); len(got.fields()) != 3 || got.text("code") != "unknown" {
			h.t.Errorf("a check answers %s", got.body)
		}
		if got := h.call(h.op(), "POST /tokens/verify/batch", map[string]any{"items": []any{map[string]any{"secret": secret}}}).want(200); got.text("items.0.code") != "unknown" {
			h.t.Errorf("a batch answers %s", got.body)
		}
		form := "Content-Type: application/x-www-form-urlencoded"
		if got := h.call(h.op(), "POST /oauth/introspect", "token="+secret, form).want(200); string(got.body) != "{\"active\":false}\n" && string(got.body) != `{"active":false}` {
			h.t.Errorf("introspection answers %s", got.body)
		}
		h.call(h.op(), "GET /authz?scope=actions.list_actions", nil, "Authorization: Bearer "+secret).want(401)
		h.call("Bearer "+secret, "GET /whoami", nil).want(401, "bad_token")
		h.call(h.op(), "POST /oauth/revoke", "token="+secret, form).want(200)
		h.call("Bearer "+secret, "POST /oauth/token", "grant_type=client_credentials", form).want(401)
		if shown := h.call(h.viewer(), "GET /tokens/"+tok.text("id"), nil).want(200); shown.get("decoy") != true || shown.text("status") != "active" || shown.get("last_used_at") != nil {
			h.t.Errorf("it shows as %s", shown.body)
		}
	})
}

// fields is the names in a JSON object.
func (a answer) fields() []string {
	var object map[string]any
	_ = json.Unmarshal(a.body, &object)
	return slices.Sorted(maps.Keys(object))
}

func TestDecoyRaisesTheAlarm(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.decoy()
		id := tok.text("id")
		try := func(ip string) {
			h.call(h.op(), "POST /tokens/verify", map[string]any{
				"secret": tok.text("secret"), "ip": ip, "method": "GET", "path": "/v1/reports?q=1", "scopes": []string{"actions.list_actions"},
			}).want(200)
		}
		for range 5 {
			try("203.0.113.9")
		}
		h.must(h.decoys.Flush(h.t.Context()))
		for range 5 {
			try("203.0.113.9")
		}
		try("2001:db8::1")
		h.must(h.decoys.Flush(h.t.Context()))
		uses := h.call(h.viewer(), "GET /tokens/"+id+"/decoy-uses", nil).want(200)
		if uses.len("items") != 2 || uses.text("items.0.address") != "203.0.113.9" || uses.get("items.0.times") != 10.0 ||
			uses.text("items.0.path") != "/v1/reports" || uses.text("items.0.method") != "GET" || uses.text("items.0.scopes.0") != "actions.list_actions" ||
			uses.text("items.0.caller") == "" {
			h.t.Errorf("uses %s", uses.body)
		}
		want := []string{"token.created", "token.decoy_used", "token.decoy_used"}
		if got := h.actions(id); !slices.Equal(got, want) {
			h.t.Errorf("history %v, want %v", got, want)
		}
		h.clock.add(time.Hour)
		try("203.0.113.9")
		h.must(h.decoys.Flush(h.t.Context()))
		if got := h.actions(id); len(got) != 4 {
			h.t.Errorf("an hour later history is %v", got)
		}
		// A decoy that is disabled is silent.
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
		h.clock.add(time.Hour)
		try("203.0.113.9")
		h.must(h.decoys.Flush(h.t.Context()))
		if got := h.actions(id); len(got) != 5 {
			h.t.Errorf("disabled, its history is %v", got)
		}
	})
}

// TestDecoyTriedOddly: what no database takes keeps nobody from hearing of it.
func TestDecoyTriedOddly(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.decoy()
		h.call(h.op(), "POST /tokens/verify", map[string]any{
			"secret": tok.text("secret"), "ip": "203.0.113.9", "method": "GET", "path": "/a\x00b", "scopes": []string{"c\x00"},
		}).want(200)
		h.call(h.op(), "GET /authz", nil, "Authorization: Bearer "+tok.text("secret"), "X-Forwarded-Method: GET", "X-Forwarded-Uri: /\xff").want(401)
		h.must(h.decoys.Flush(h.t.Context()))
		uses := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/decoy-uses", nil).want(200)
		paths := uses.texts("items", "path")
		if slices.Sort(paths); !slices.Equal(paths, []string{"/ab", "/\uFFFD"}) {
			h.t.Errorf("uses %s", uses.body)
		}
	})
}

// TestFloodOnADecoy: many addresses are one after the first twenty.
func TestFloodOnADecoy(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.decoy()
		items := make([]any, 100)
		for i := range items {
			items[i] = map[string]any{"secret": tok.text("secret"), "ip": fmt.Sprint("203.0.113.", i)}
		}
		h.call(h.op(), "POST /tokens/verify/batch", map[string]any{"items": items}).want(200)
		h.must(h.decoys.Flush(h.t.Context()))
		uses := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/decoy-uses", nil).want(200)
		total := 0.0
		for i := range uses.len("items") {
			n, _ := uses.get(fmt.Sprintf("items.%d.times", i)).(float64)
			total += n
		}
		if uses.len("items") != 21 || !slices.Contains(uses.texts("items", "address"), "") || total != 100 {
			h.t.Errorf("%d uses in %d rows", int(total), uses.len("items"))
		}
		if got := h.actions(tok.text("id")); len(got) != 22 {
			h.t.Errorf("%d entries", len(got))
		}
	})
}

// TestWhoMakesDecoys: admins and operators, and once made a decoy stays one.
func TestWhoMakesDecoys(t *testing.T) {
	each(t, func(h *harness) {
		body := func() map[string]any { return token(map[string]any{"decoy": true}) }
		mine := "Tokenry-Account: " + partner
		h.call(h.specialist(), "POST /tokens", body()).wantFaults(map[string]string{"decoy": "admins_only"})
		h.call(h.service("tokenry.tokens.write"), "POST /tokens", body(), mine).wantFaults(map[string]string{"decoy": "admins_only"})
		h.call(h.op(), "POST /tokens", body(), mine).want(201)
		tok := h.decoy()
		h.call(h.admin(), "PATCH /tokens/"+tok.text("id"), map[string]any{"decoy": false}).wantFaults(map[string]string{"decoy": "unknown_field"})
		h.call(h.specialist(), "POST /tokens/"+tok.text("id")+"/duplicate", nil).wantFaults(map[string]string{"decoy": "admins_only"})
		if again := h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/duplicate", nil).want(201); again.get("decoy") != true {
			h.t.Errorf("its duplicate is %s", again.body)
		}
		// A decoy that is found stays in place: that is what it is for.
		h.report(map[string]any{"secret": tok.text("secret"), "url": leakURL})
		if after := h.call(h.viewer(), "GET /tokens/"+tok.text("id"), nil).want(200); after.text("status") != "active" || after.get("leaked_at") != nil {
			h.t.Errorf("after a report it is %s", after.body)
		}
	})
}
