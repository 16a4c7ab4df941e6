package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
)

// lines is an export, oldest first.
func (h *harness) lines(credential, query string, headers ...string) []map[string]any {
	h.t.Helper()
	a := h.call(credential, "GET /audit?"+query, nil, append(headers, "Accept: application/x-ndjson")...).want(200)
	if kind := a.header.Get("Content-Type"); kind != "application/x-ndjson" {
		h.t.Fatalf("Content-Type %s", kind)
	}
	var entries []map[string]any
	for line := range bytes.Lines(a.body) {
		var entry map[string]any
		h.must(json.Unmarshal(line, &entry))
		entries = append(entries, entry)
	}
	return entries
}

func actions(entries []map[string]any) []string {
	var names []string
	for _, entry := range entries {
		names = append(names, entry["action"].(string))
	}
	return names
}

// TestHistory: every change has its line, with who, from where and what.
func TestHistory(t *testing.T) {
	each(t, func(h *harness) {
		made := h.call(h.admin(), "POST /tokens", token(map[string]any{"name": "Report"}), "X-Request-Id: my-request.1").want(201)
		id := made.text("id")
		h.clock.add(time.Second)
		h.call(h.specialist(), "PATCH /tokens/"+id, map[string]any{"name": "Renamed", "metadata": map[string]any{"a": "b"}}).want(200)
		for _, action := range []string{"disable", "enable", "rotate", "revoke"} {
			h.clock.add(time.Second)
			h.call(h.admin(), "POST /tokens/"+id+"/"+action, nil).want(200)
		}
		h.clock.add(time.Second)
		h.call(h.admin(), "DELETE /tokens/"+id, nil).want(200)
		h.flush()
		a := h.call(h.viewer(), "GET /tokens/"+id+"/history", nil).want(200)
		want := []string{"token.deleted", "token.revoked", "token.rotated", "token.enabled", "token.disabled", "token.updated", "token.created"}
		if got := a.texts("items", "action"); !slices.Equal(got, want) {
			h.t.Fatalf("history %v", got)
		}
		created := map[string]string{
			"actor.kind": "member", "actor.id": ada, "actor.name": "Ada Partner", "request_id": "my-request.1", "ip": "127.0.0.1",
			"object.kind": "token", "object.id": id, "token_id": id, "account_id": partner,
		}
		for field, value := range created {
			if got := a.text("items.6." + field); got != value {
				h.t.Errorf("%s is %q, want %q", field, got, value)
			}
		}
		changes, err := json.Marshal(a.get("items.5.changes"))
		h.must(err)
		if want := `{"metadata":{"new":{"a":"b"},"old":{}},"name":{"new":"Renamed","old":"Report"}}`; string(changes) != want {
			h.t.Errorf("changes %s, want %s", changes, want)
		}
		if a.get("items.6.seq") == nil {
			h.t.Error("the entry has no place in the chain")
		}
		secret := made.text("secret")
		if bytes.Contains(a.body, []byte(secret[len(secret)-49:])) {
			h.t.Error("a secret is in the history")
		}
		page := h.call(h.viewer(), "GET /tokens/"+id+"/history?limit=3", nil).want(200)
		rest := h.call(h.viewer(), "GET /tokens/"+id+"/history?limit=200&cursor="+page.text("next_cursor"), nil).want(200)
		if got := append(page.texts("items", "action"), rest.texts("items", "action")...); !slices.Equal(got, want) {
			h.t.Errorf("pages %v", got)
		}
	})
}

func TestAuditFilters(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		h.clock.add(time.Minute)
		between := h.clock.now()
		h.clock.add(time.Minute)
		h.call(h.specialist(), "POST /tokens/"+tok.text("id")+"/disable", nil).want(200)
		h.call(h.stranger(), "POST /tokens", map[string]any{"name": "b", "contacts": map[string]any{"primary": bo}, "scopes": []string{"actions.list_actions"}}).want(201)
		at := url.QueryEscape(between.Format(time.RFC3339Nano))
		tests := map[string][]string{
			"since=" + at:                                   {"token.disabled"},
			"action=token.disabled":                         {"token.disabled"},
			"token_id=" + tok.text("id"):                    {"token.created", "token.disabled"},
			"token_id=" + tok.text("id") + "&until=" + at:   {"token.created"},
			"actor=member:" + lin:                           {"token.disabled"},
			"actor=member:" + lin + "&action=token.created": nil,
			"actor=member":                                  {"token.created", "token.disabled"},
			"actor=user":                                    nil,
			"action=token.rotated":                          nil,
			"action=token.&since=" + at:                     {"token.disabled"},
			"action=member.&actor=member":                   nil,
			"object=token:" + tok.text("id"):                {"token.created", "token.disabled"},
			"object=token&since=" + at:                      {"token.disabled"},
			"object=member:" + lin:                          {"member.created", "member.updated"},
			"object=member:" + lin + "&since=" + at:         nil,
			"object=account&since=" + at:                    nil,
			"object=catalog:" + partner:                     nil,
		}
		for query, want := range tests {
			if got := actions(h.lines(h.admin(), query)); !slices.Equal(got, want) {
				h.t.Errorf("?%s: %v, want %v", query, got, want)
			}
			got := h.call(h.admin(), "GET /audit?"+query, nil).want(200).texts("items", "action")
			if slices.Reverse(got); !slices.Equal(got, want) {
				h.t.Errorf("?%s: page %v, want %v", query, got, want)
			}
		}
		for _, entry := range h.lines(h.admin(), "") {
			if entry["account_id"] != partner {
				h.t.Errorf("an admin sees %v", entry)
			}
		}
		all := h.lines(h.op(), "action=token.created&since="+at)
		if len(all) != 1 || all[0]["account_id"] != brand {
			h.t.Errorf("operators see %v", all)
		}
		auditor := h.service("tokenry.audit.read")
		if got := h.lines(auditor, "account="+partner+"&since="+at); !slices.Equal(actions(got), []string{"token.disabled"}) {
			h.t.Errorf("of the partner: %v", got)
		}
		if got := h.lines(auditor, "since="+at, "Tokenry-Account: "+partner); !slices.Equal(actions(got), []string{"token.disabled"}) {
			h.t.Errorf("in the partner: %v", got)
		}
		h.call(h.admin(), "GET /audit?account="+brand, nil).want(404, "not_found")
		h.call(h.admin(), "GET /audit?since=yesterday", nil, "Accept: application/x-ndjson").wantFaults(map[string]string{"since": "wrong_format"})
		if a := h.call(h.admin(), "GET /audit", nil, "Accept: application/json, application/x-ndjson;q=0").want(200); !a.has("items") {
			h.t.Errorf("answer %s", a.body)
		}
	})
}

// TestExportByLink: a browser that follows a link sends no header of ours.
func TestExportByLink(t *testing.T) {
	each(t, func(h *harness) {
		h.create(nil)
		asBrowser := "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
		a := h.call(h.op(), "GET /audit?format=ndjson&action=token.created&actor=member&account="+partner, nil, asBrowser).want(200)
		name := a.header.Get("Content-Disposition")
		if a.header.Get("Content-Type") != "application/x-ndjson" || bytes.Count(a.body, []byte("\n")) != 1 ||
			name != `attachment; filename="tokenry-audit-`+h.clock.now().Format(time.DateOnly)+`.ndjson"` {
			h.t.Errorf("export %v %s", a.header, a.body)
		}
		if a := h.call(h.admin(), "GET /audit?format=json", nil, "Accept: application/x-ndjson").want(200); !a.has("items") {
			h.t.Errorf("answer %s", a.body)
		}
		h.call(h.admin(), "GET /audit?format=csv", nil).wantFaults(map[string]string{"format": "not_one_of"})
	})
}

// TestRefusalsAreRecorded: refused callers are in the audit log, once a minute
// for each of what they tried.
func TestRefusalsAreRecorded(t *testing.T) {
	each(t, func(h *harness) {
		for range 3 {
			h.call(h.viewer(), "POST /tokens", token(nil)).want(403, "insufficient_role")
			h.call("", "GET /tokens", nil).want(401, "missing_token")
		}
		h.call(h.stranger(), "GET /accounts/"+partner, nil).want(404, "not_found")
		h.call(h.admin(), "PATCH /accounts/"+partner, `{"name":"x"}`).want(403, "insufficient_role")
		h.call(h.admin(), "GET /tokens?limit=0", nil).want(422) // a fault, not a refusal
		h.flush()
		got := map[string]string{}
		for _, entry := range h.lines(h.op(), "action=authorization.refused") {
			text, err := json.Marshal([]any{entry["object"].(map[string]any)["id"], entry["details"], entry["account_id"]})
			h.must(err)
			actor := entry["actor"].(map[string]any)
			got[actor["kind"].(string)+" "+actor["id"].(string)] = string(text)
		}
		want := map[string]string{
			"member " + vera:    `["createToken",{"code":"insufficient_role","times":"3"},"` + partner + `"]`,
			"member " + ada:     `["updateAccount",{"code":"insufficient_role","times":"1"},"` + partner + `"]`,
			"member " + bo:      `["getAccount",{"code":"not_found","times":"1"},"` + brand + `"]`,
			"unknown 127.0.0.1": `["listTokens",{"code":"missing_token","times":"3"},null]`,
		}
		for actor, text := range want {
			if got[actor] != text {
				h.t.Errorf("%s: %s, want %s", actor, got[actor], text)
			}
		}
	})
}

// TestRefusalsOfManyAddresses: one customer of a provider has addresses of IPv6
// without end, and cannot flood the log with them.
func TestRefusalsOfManyAddresses(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080", func(s *api.Server) {
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	for i := range 20 {
		for _, network := range []string{"2001:db8::", "2001:db8:0:1::"} {
			h.call("", "GET /tokens", nil, "X-Forwarded-For: "+network+strconv.Itoa(i+1)).want(401, "missing_token")
		}
	}
	h.flush()
	got := map[string]any{}
	for _, entry := range h.lines(h.op(), "action=authorization.refused&object=operation:listTokens") {
		got[entry["actor"].(map[string]any)["id"].(string)] = entry["details"].(map[string]any)["times"]
	}
	if want := map[string]any{"2001:db8::1": "20", "2001:db8:0:1::1": "20"}; !maps.Equal(got, want) {
		t.Errorf("refused are %v, want %v", got, want)
	}
}

// TestExportIsWhole: an export has more entries than any page.
func TestExportIsWhole(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		for range 120 {
			h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/disable?wait=false", nil).want(200)
			h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/enable", nil).want(200)
		}
		entries := h.lines(h.admin(), "token_id="+tok.text("id")+"&limit=5")
		if len(entries) != 241 || entries[0]["action"] != "token.created" || !strings.HasPrefix(entries[240]["action"].(string), "token.") {
			h.t.Errorf("%d entries", len(entries))
		}
	})
}
