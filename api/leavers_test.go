package api_test

import (
	"fmt"
	"slices"
	"testing"
)

const members = "/accounts/" + partner + "/members/"

func TestLeaversAndTheirTokens(t *testing.T) {
	each(t, func(h *harness) {
		contact := map[string]any{"contacts": map[string]any{"primary": lin}}
		h.call(h.op(), "GET /leavers", nil).want(200)
		before := h.call(h.admin(), "GET "+members+lin+"/responsibilities", nil).want(200).get("total").(float64)
		var ids []string
		for range 3 {
			ids = append(ids, h.create(contact).text("id"))
		}
		revoked := h.create(contact).text("id")
		h.call(h.admin(), "POST /tokens/"+revoked+"/revoke", nil).want(200)
		h.call(h.admin(), "POST /tokens/"+ids[1]+"/disable", nil).want(200)
		if held := h.call(h.admin(), "GET "+members+lin+"/responsibilities?limit=2", nil).want(200); held.get("total") != before+3 || held.len("items") != 2 {
			h.t.Errorf("responsibilities %s", held.body)
		}
		if leavers := h.call(h.admin(), "GET /leavers", nil).want(200); slices.Contains(leavers.texts("items", "member.id"), lin) {
			h.t.Errorf("she has not left: %s", leavers.body)
		}
		h.call(h.op(), "PATCH "+members+lin, map[string]any{"state": "inactive"}).want(200)
		for _, leavers := range []answer{
			h.call(h.admin(), "GET /leavers", nil),
			h.call(h.op(), "GET /leavers", nil),
			h.call(h.op(), "GET /leavers", nil, "Tokenry-Account: "+partner),
		} {
			at := slices.Index(leavers.texts("items", "member.id"), lin)
			if at < 0 || leavers.get(fmt.Sprintf("items.%d.tokens", at)) != before+3 {
				h.t.Errorf("leavers %s", leavers.body)
			}
		}
		if others := h.call(h.stranger(), "GET /leavers", nil).want(200); others.len("items") != 0 {
			h.t.Errorf("another account sees %s", others.body)
		}
		reassign := func(to string) answer {
			return h.call(h.admin(), "POST "+members+lin+"/reassign", map[string]any{"to": to})
		}
		reassign(lin).wantFaults(map[string]string{"to": "same_member"})
		reassign(bo).wantFaults(map[string]string{"to": "not_a_contact"})
		reassign("0000000000000000000000").wantFaults(map[string]string{"to": "not_a_contact"})
		if done := reassign(vera).want(200); done.get("reassigned") != before+3 {
			h.t.Errorf("reassigned %s", done.body)
		}
		if again := reassign(vera).want(200); again.get("reassigned") != 0.0 {
			h.t.Errorf("reassigned again %s", again.body)
		}
		for _, id := range ids {
			tok := h.call(h.viewer(), "GET /tokens/"+id, nil).want(200)
			if tok.text("contacts.primary") != vera {
				h.t.Errorf("token %s", tok.body)
			}
			if got := h.actions(id); got[len(got)-1] != "token.updated" {
				h.t.Errorf("history %v", got)
			}
		}
		if h.call(h.viewer(), "GET /tokens/"+revoked, nil).want(200).text("contacts.primary") != lin {
			h.t.Error("a revoked token was reassigned")
		}
		if leavers := h.call(h.admin(), "GET /leavers", nil).want(200); slices.Contains(leavers.texts("items", "member.id"), lin) {
			h.t.Errorf("leavers afterwards %s", leavers.body)
		}
	})
}

// TestManyTokensAreReassigned: more than fit into a transaction.
func TestManyTokensAreReassigned(t *testing.T) {
	each(t, func(h *harness) {
		before := h.call(h.admin(), "GET "+members+lin+"/responsibilities", nil).want(200).get("total").(float64)
		for range 205 {
			h.create(map[string]any{"contacts": map[string]any{"primary": lin}})
		}
		done := h.call(h.admin(), "POST "+members+lin+"/reassign", map[string]any{"to": vera}).want(200)
		if done.get("reassigned") != before+205 {
			h.t.Errorf("reassigned %s, want %.0f", done.body, before+205)
		}
	})
}
