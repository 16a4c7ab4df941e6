package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAccounts(t *testing.T) {
	each(t, func(h *harness) {
		a := h.call(h.op(), "POST /accounts", map[string]any{"type": "partner", "name": " Example ", "external_id": "org_5512", "policy": map[string]any{"max_lifetime_seconds": 3600}}).want(201)
		id := a.text("id")
		if a.header.Get("Location") != "/accounts/"+id || a.text("name") != "Example" || a.text("state") != "active" || a.get("policy.max_lifetime_seconds") != 3600.0 {
			h.t.Errorf("account %s with %v", a.body, a.header)
		}
		h.call(h.op(), "POST /accounts", map[string]any{"type": "partner", "name": "Other", "external_id": "org_5512"}).want(409, "external_id_taken")
		h.call(h.op(), "POST /accounts", map[string]any{"type": "nobody", "name": " ", "id": "x"}).want(422, "invalid_request")
		h.call(h.op(), "POST /accounts", map[string]any{"type": "nobody", "name": " "}).wantFaults(map[string]string{"type": "unknown_type", "name": "required"})
		h.call(h.op(), "POST /accounts", map[string]any{"type": "operator", "name": "Mine"}).want(409, "operator_exists")
		b := h.call(h.op(), "PATCH /accounts/"+id, `{"external_id":null,"policy":{"max_lifetime_seconds":null,"require_expiry":true}}`).want(200)
		want := `{"allow_self_rotation":false,"leak_policy":"disable","max_lifetime_seconds":null,"require_cidrs":false,` +
			`"require_expiry":true,"unused_after_days":null,"unused_disable":false}`
		if got, _ := json.Marshal(b.get("policy")); b.get("external_id") != nil || string(got) != want {
			h.t.Errorf("after the patch %s", b.body)
		}
		if got := h.call(h.op(), "PATCH /accounts/"+id, `{"policy":{"require_cidrs":true}}`).want(200); got.get("policy.require_expiry") != true {
			h.t.Errorf("a patch of one bound loses another: %s", got.body)
		}
		h.call(h.op(), "PATCH /accounts/"+h.operatorAccount, `{"state":"disabled"}`).wantFaults(map[string]string{"state": "operator_account"})
	})
}

// TestAdminsChangeTheirPolicyAlone: the rest of the account is the operators'.
func TestAdminsChangeTheirPolicyAlone(t *testing.T) {
	each(t, func(h *harness) {
		h.call(h.admin(), "PATCH /accounts/"+partner, `{"policy":{"require_expiry":true}}`).want(200)
		for _, body := range []string{`{"name":"x"}`, `{"state":"disabled"}`, `{"external_id":null}`, `{"policy":{},"name":"x"}`} {
			if a := h.call(h.admin(), "PATCH /accounts/"+partner, body).want(403, "insufficient_role"); a.text("need") != "operator" {
				h.t.Errorf("%s: %s", body, a.body)
			}
		}
	})
}

// TestPolicyIsReadByAll who may look at tokens, for their forms.
func TestPolicyIsReadByAll(t *testing.T) {
	each(t, func(h *harness) {
		for _, who := range []string{h.viewer(), h.stranger()} {
			if a := h.call(who, "GET /policy", nil).want(200); a.get("max_lifetime_seconds") != nil || a.get("require_expiry") != false {
				h.t.Errorf("without a policy: %s", a.body)
			}
		}
		h.account(partner, map[string]any{"policy": map[string]any{"max_lifetime_seconds": 3600, "require_cidrs": true}})
		want := `{"allow_self_rotation":false,"leak_policy":"disable","max_lifetime_seconds":3600,"require_cidrs":true,` +
			`"require_expiry":false,"unused_after_days":null,"unused_disable":false}`
		for _, a := range []answer{h.call(h.viewer(), "GET /policy", nil), h.call(h.op(), "GET /policy", nil, "Tokenry-Account: "+partner)} {
			if got := strings.TrimSpace(string(a.want(200).body)); got != want {
				h.t.Errorf("the policy is %s, want %s", got, want)
			}
		}
		if a := h.call(h.stranger(), "GET /policy", nil).want(200); a.get("require_cidrs") != false {
			h.t.Errorf("another account's policy: %s", a.body)
		}
		h.call(h.op(), "GET /policy", nil).want(422, "account_required")
	})
}

func TestPolicyBoundsTokens(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		h.account(partner, map[string]any{"policy": map[string]any{"max_lifetime_seconds": 3600, "require_cidrs": true}})
		h.call(h.admin(), "POST /tokens", token(nil)).wantFaults(map[string]string{"expires_at": "policy_expiry_required", "allowed_cidrs": "policy_cidrs_required"})
		in := func(d time.Duration) string { return h.clock.now().Add(d).Format(time.RFC3339) }
		bound := map[string]any{"expires_at": in(2 * time.Hour), "allowed_cidrs": []string{"10.0.0.0/8"}}
		h.call(h.admin(), "POST /tokens", token(bound)).wantFaults(map[string]string{"expires_at": "policy_lifetime"})
		bound["expires_at"] = in(59 * time.Minute)
		good := h.create(bound)
		path := "PATCH /tokens/" + good.text("id")
		h.call(h.admin(), path, map[string]any{"expires_at": in(61 * time.Minute)}).wantFaults(map[string]string{"expires_at": "policy_lifetime"})
		h.call(h.admin(), path, `{"expires_at":null,"allowed_cidrs":null}`).
			wantFaults(map[string]string{"expires_at": "policy_expiry_required", "allowed_cidrs": "policy_cidrs_required"})
		h.call(h.admin(), "PATCH /tokens/"+tok.text("id"), map[string]any{"description": "still mine"}).want(200) // older tokens live on
		h.call(h.admin(), "POST /tokens/"+good.text("id")+"/rotate", nil).want(200)
		h.clock.add(30 * time.Minute) // a copy made later may not outlive the policy either
		h.account(partner, map[string]any{"policy": map[string]any{"max_lifetime_seconds": 600}})
		h.call(h.admin(), "POST /tokens/"+good.text("id")+"/duplicate", nil).wantFaults(map[string]string{"expires_at": "policy_lifetime"})
	})
}

func TestMembers(t *testing.T) {
	each(t, func(h *harness) {
		path := "/accounts/" + partner + "/members"
		body := map[string]any{"name": "Ada Lovelace", "email": "lovelace@example.com", "role": "specialist", "language": "zh-cn", "external_id": "user_8812"}
		a := h.call(h.admin(), "POST "+path, body).want(201)
		id := a.text("id")
		if a.header.Get("Location") != path+"/"+id || a.text("language") != "zh-CN" || a.text("state") != "active" || a.get("operator") != false {
			h.t.Errorf("member %s with %v", a.body, a.header)
		}
		h.call(h.member("northwind", "user_8812"), "GET /tokens", nil).want(200)
		h.call(h.admin(), "POST "+path, map[string]any{"name": "Other", "email": "LOVELACE@example.com", "role": "viewer"}).want(409, "email_taken")
		h.call(h.admin(), "POST "+path, map[string]any{"name": "Other", "email": "o@example.com", "role": "viewer", "external_id": "user_8812"}).want(409, "external_id_taken")
		h.call(h.admin(), "POST "+path, map[string]any{"name": " ", "email": "x", "role": "viewer", "language": "nonsense!"}).
			wantFaults(map[string]string{"name": "required", "email": "not_an_email", "language": "wrong_format"})
		h.call(h.admin(), "POST "+path, map[string]any{"name": "O", "email": "o@example.com", "role": "viewer", "operator": true}).wantFaults(map[string]string{"operator": "unknown_field"})
		h.call(h.admin(), "PATCH "+path+"/"+id, map[string]any{"role": "viewer"}).want(200)
		h.call(h.member("northwind", "user_8812"), "POST /tokens", token(nil)).want(403, "insufficient_role") // at once
		h.call(h.admin(), "PATCH "+path+"/"+id, `{"external_id":null}`).want(200)
		h.call(h.member("northwind", "user_8812"), "GET /tokens", nil).want(403, "no_account")
	})
}

// TestOperatorsAreChangedByOperators: an admin of the same account cannot take the
// place of a member who is an operator.
func TestOperatorsAreChangedByOperators(t *testing.T) {
	each(t, func(h *harness) {
		who := h.call(h.operatorSession(), "GET /whoami", nil).want(200)
		account, operator := who.text("account_id"), who.text("member_id")
		members := "/accounts/" + account + "/members"
		h.account(account, map[string]any{"external_id": "company"})
		h.call(h.op(), "POST "+members, map[string]any{"name": "Mallory", "email": "m@example.com", "role": "admin", "external_id": "mallory"}).want(201)
		mallory := h.member("company", "mallory")
		for _, change := range []map[string]any{
			{"external_id": "mallory2"}, {"email": "m2@example.com"}, {"state": "inactive"}, {"role": "viewer"}, {"name": "Nobody"},
		} {
			if a := h.call(mallory, "PATCH "+members+"/"+operator, change).want(403, "insufficient_role"); a.text("need") != "operator" {
				h.t.Errorf("%v: %s", change, a.body)
			}
		}
		h.call(h.member("company", "mallory2"), "GET /accounts", nil).want(403, "no_account")
		h.call(h.op(), "PATCH "+members+"/"+operator, map[string]any{"external_id": "olga"}).want(200)
		h.call(h.member("company", "olga"), "PATCH "+members+"/"+operator, map[string]any{"name": "Olga"}).want(200)
	})
}

// TestMemberLeaves: who is deactivated can neither sign in nor be a contact;
// the tokens that name them stay, and are found.
func TestMemberLeaves(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"contacts": map[string]any{"primary": lin}})
		specialist := h.specialist()
		h.call(h.admin(), "PATCH /accounts/"+partner+"/members/"+lin, map[string]any{"state": "inactive"}).want(200)
		if contacts := h.call(h.viewer(), "GET /contacts", nil).want(200).texts("items", "id"); slices.Contains(contacts, lin) || !slices.Contains(contacts, ada) {
			h.t.Errorf("contacts %v", contacts)
		}
		h.call(specialist, "GET /tokens", nil).want(403, "no_account")
		h.call(h.admin(), "POST /tokens", token(map[string]any{"contacts": map[string]any{"primary": lin}})).wantFaults(map[string]string{"contacts.primary": "not_a_contact"})
		h.verify(tok.text("secret"), nil).wantCode("ok")
		if missing := h.call(h.viewer(), "GET /tokens?contact_missing=true", nil).want(200).texts("items", "id"); !slices.Equal(missing, []string{tok.text("id")}) {
			h.t.Errorf("tokens without a contact: %v", missing)
		}
		h.call(h.admin(), "PATCH /tokens/"+tok.text("id"), map[string]any{"name": "Renamed"}).want(200)
		h.call(h.admin(), "PATCH /tokens/"+tok.text("id"), map[string]any{"contacts": map[string]any{"primary": lin}}).wantFaults(map[string]string{"contacts.primary": "not_a_contact"})
	})
}

func TestDisabledAccount(t *testing.T) {
	each(t, func(h *harness) {
		made := h.create(nil).text("secret")
		h.verify(made, nil).wantCode("ok")
		if a := h.call(h.op(), "PATCH /accounts/"+partner, `{"state":"disabled"}`).want(200); a.get("propagated") != true {
			h.t.Errorf("disabled: %s", a.body)
		}
		h.verify(made, nil).wantCode("account_disabled")
		h.call(h.admin(), "GET /tokens", nil).want(403, "no_account")
		h.call("Bearer "+made, "GET /whoami", nil).want(401, "bad_token")
		h.call(h.op(), "PATCH /accounts/"+partner, `{"state":"active"}`).want(200)
		h.verify(made, nil).wantCode("ok")
	})
}

func TestWhoami(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"name": "Me", "expires_at": "2099-01-01T00:00:00Z"})
		made := tok.text("secret")
		a := h.call("Bearer "+made, "GET /whoami", nil).want(200)
		want := `{"account_id":"` + partner + `","expires_at":"2099-01-01T00:00:00Z","kind":"token","may":["acknowledgeByLink","beginLogin","finishLogin","getAuthorizationServer","getConsole","getConsoleConfig","getDocs","getHealth","getKeySet","getOpenAPI","getReady","getRoot","getStatusList","getWhoami","issueJWT","openAcknowledgement","openConsole","openSubscription","reportFromGitHub","reportLeaks","resubscribe","revokeSecret","revokeWhoami","rotateWhoami","signInByLink","signOut","unsubscribe","updateWhoami"],` +
			`"member_id":null,"name":"Me","operator":false,"role":null,"scopes":["actions.list_actions"],"secret_state":"current","token_id":"` + tok.text("id") + `"}`
		if got := strings.TrimSpace(string(a.body)); got != want {
			h.t.Errorf("whoami %s\nwant   %s", got, want)
		}
		v := h.call(h.viewer(), "GET /whoami", nil).want(200)
		if v.text("kind") != "member" || v.text("member_id") != vera || v.text("role") != "viewer" || v.get("expires_at") == nil || slices.Contains(list(v, "may"), "createToken") {
			h.t.Errorf("viewer %s", v.body)
		}
		o := h.call(h.jwt(map[string]any{"sub": "olga", "name": "Olga", "role": "tokenry-operator"}), "GET /whoami", nil).want(200)
		if o.text("kind") != "user" || o.get("account_id") != nil || o.get("operator") != true || o.text("name") != "Olga" || !slices.Contains(list(o, "may"), "putCatalog") {
			h.t.Errorf("operator %s", o.body)
		}
	})
}

func list(a answer, field string) []string {
	var texts []string
	values, _ := a.get(field).([]any)
	for _, value := range values {
		texts = append(texts, value.(string))
	}
	return texts
}

func TestWhoamiRevoke(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		old := tok.text("secret")
		renewed := h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/rotate", nil).want(200).text("secret")
		if a := h.call("Bearer "+old, "POST /whoami/revoke", nil).want(200); a.text("status") != "active" || a.get("propagated") != true {
			h.t.Errorf("revoked a previous secret: %s", a.body)
		}
		h.verify(old, nil).wantCode("rotated")
		h.verify(renewed, nil).wantCode("ok")
		h.call("Bearer "+old, "GET /whoami", nil).want(401, "bad_token")
		if a := h.call("Bearer "+renewed, "POST /whoami/revoke", map[string]any{"reason": "found in a repository"}).want(200); a.text("status") != "revoked" || a.get("propagated") != true {
			h.t.Errorf("revoked: %s", a.body)
		}
		h.verify(renewed, nil).wantCode("revoked")
	})
}

func TestWhoamiRotate(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		old := "Bearer " + tok.text("secret")
		h.call(old, "POST /whoami/rotate", nil).want(403, "self_rotation_forbidden")
		h.account(partner, map[string]any{"policy": map[string]any{"allow_self_rotation": true}})
		h.call(old, "POST /whoami/rotate", map[string]any{"grace_seconds": 59}).wantFaults(map[string]string{"grace_seconds": "out_of_range"})
		first := h.call(old, "POST /whoami/rotate", map[string]any{"grace_seconds": 60}, onceKey).want(200)
		h.call(old, "POST /whoami/rotate", map[string]any{"grace_seconds": 60}, onceKey).wantSame(first) // a lost answer costs nothing
		h.call(old, "POST /whoami/rotate", nil).want(409, "secret_replaced")
		h.verify(first.text("secret"), nil).wantCode("ok")
		h.clock.add(time.Minute)
		h.verify(tok.text("secret"), nil).wantCode("rotated")
	})
}
