package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/api"
)

// who may call: the columns of section 5 of the design.
type who string

const (
	everybody who = "everybody"
	ownPages  who = "everybody, from a page of the server"
	callers   who = "all who are authenticated"
	tokens    who = "all who present a Tokenry secret"
	owners    who = "operator, and all who present a Tokenry secret"
	readers   who = "operator admin specialist viewer tokenry.tokens.read"
	writers   who = "operator admin specialist tokenry.tokens.write"
	ackers    who = "operator admin specialist viewer tokenry.tokens.write"
	checkers  who = "operator tokenry.verify"
	admins    who = "operator admin"
	auditors  who = "operator admin tokenry.audit.read"
	operators who = "operator"
	reporters who = "everybody, with a report"
	linked    who = "everybody, with a link that is ours"
)

// allowed says for each operation who may call it. It is written by hand and
// not taken from the program, which it is to be compared with.
var allowed = map[string]who{
	"listTokens": readers, "getToken": readers, "getUpgrade": readers, "listTokenHistory": readers, "getTokenUsage": readers,
	"getCatalog": readers, "listContacts": readers, "getPolicy": readers,
	"createToken": writers, "updateToken": writers, "deleteToken": writers, "rotateToken": writers, "disableToken": writers,
	"enableToken": writers, "revokeToken": writers, "duplicateToken": writers,
	"verifyToken": checkers, "verifyTokens": checkers, "authorizeRequest": checkers, "streamChanges": checkers,
	"introspectSecret": checkers, "revokeSecret": owners, "getAuthorizationServer": everybody, "issueJWT": owners, "getKeySet": everybody, "getStatusList": everybody,
	"getAccount": admins, "updateAccount": admins, "listMembers": admins, "createMember": admins, "getMember": admins, "updateMember": admins,
	"listAudit":    auditors,
	"listEvents":   auditors,
	"listWebhooks": admins, "createWebhook": admins, "getWebhook": admins, "updateWebhook": admins, "deleteWebhook": admins, "rotateWebhook": admins,
	"enableWebhook": admins, "disableWebhook": admins, "testWebhook": admins, "listWebhookDeliveries": admins, "getWebhookDelivery": admins,
	"redeliverWebhook": admins,
	"listAccounts":     operators, "createAccount": operators, "putCatalog": operators, "exportCatalog": operators,
	"listNodes": operators, "importOpenAPI": operators,
	"listTokenNotices": readers, "listNotices": readers, "openAcknowledgement": linked, "acknowledgeByLink": linked, "openSubscription": linked, "unsubscribe": linked, "resubscribe": linked,
	"listChangelog": readers, "getChangelogEntry": readers, "getChangelogFeed": readers, "getCampaign": readers,
	"createChangelogEntry": operators, "updateChangelogEntry": operators, "deleteChangelogEntry": operators, "publishChangelogEntry": operators,
	"acknowledgeVersion": ackers,
	"listTokenLeaks":     readers, "listDecoyUses": readers, "reportLeaks": reporters, "reportFromGitHub": reporters,
	"listResponsibilities": admins, "reassignTokens": admins, "listLeavers": admins,
	"getWhoami": callers, "updateWhoami": callers, "revokeWhoami": tokens, "rotateWhoami": tokens,
	"getHealth": everybody, "getReady": everybody, "getOpenAPI": everybody, "getDocs": everybody, "getRoot": everybody,
	"openConsole": everybody, "getConsole": everybody, "getConsoleConfig": everybody,
	"beginLogin": everybody, "finishLogin": everybody, "signInByLink": ownPages, "signOut": ownPages,
}

// person is a caller of the walk.
type person struct {
	credential string
	right      string // what allowed calls them; empty for nobody
	secret     bool   // presents a Tokenry secret
	foreign    bool   // names the account it acts in
}

func (p person) may(w who) bool {
	switch w {
	case everybody:
		return true
	case callers:
		return p.credential != ""
	case tokens:
		return p.secret
	case owners:
		return p.secret || p.right == "operator"
	}
	return slices.Contains(strings.Fields(string(w)), p.right)
}

func (h *harness) people() map[string]person {
	people := map[string]person{
		"viewer":             {h.viewer(), "viewer", false, false},
		"specialist":         {h.specialist(), "specialist", false, false},
		"admin":              {h.admin(), "admin", false, false},
		"a partner's token":  {"Bearer " + h.create(nil).text("secret"), "none", true, false},
		"operator secret":    {h.op(), "operator", true, true},
		"operator by JWT":    {h.jwt(map[string]any{"sub": "olga", "role": "tokenry-operator"}), "operator", false, true},
		"viewer by cookie":   {h.session(partner, vera), "viewer", false, false},
		"admin by cookie":    {h.session(partner, ada), "admin", false, false},
		"operator by cookie": {h.operatorSession(), "operator", false, true},
		"admin and operator": {h.jwt(map[string]any{"org": "northwind", "sub": "vera", "role": "tokenry-operator"}), "operator", false, true},
	}
	for _, scope := range []string{"tokenry.tokens.read", "tokenry.tokens.write", "tokenry.verify", "tokenry.audit.read"} {
		people[scope] = person{h.service(scope), scope, true, true}
	}
	people["tokenry.admin"] = person{h.service("tokenry.admin"), "operator", true, true}
	return people
}

func TestAccessTableIsWhole(t *testing.T) {
	t.Parallel()
	if table := slices.Sorted(maps.Keys(allowed)); !slices.Equal(table, api.Operations()) {
		t.Errorf("the table has %v, openapi.yaml %v", table, api.Operations())
	}
}

// operations calls visit with every operation, its path filled in with a token
// and a member of the partner.
func (h *harness) operations(tokenID string, visit func(operation, request string)) {
	for path, item := range contract().Paths.Map() {
		id := partner
		if strings.HasPrefix(path, "/tokens/") {
			id = tokenID
		}
		for method, operation := range item.Operations() {
			visit(operation.OperationID, method+" "+strings.NewReplacer("{version}", "16", "{id}", id, "{member_id}", ada, "{list}", "0", "{delivery_id}", ada).Replace(path))
		}
	}
}

// TestAccess calls every operation as everybody. Calls carry a parameter that
// does not exist: whoever may call is told of it, whoever may not is refused
// before, and nothing is changed.
func TestAccess(t *testing.T) {
	each(t, func(h *harness) {
		people := h.people()
		id := h.create(nil).text("id")
		h.operations(id, func(operation, request string) {
			rule, ok := allowed[operation]
			if !ok {
				h.t.Errorf("%s: nobody has said who may call it", operation)
			}
			if rule == ownPages {
				h.call("", request, map[string]any{"code": "x"}).want(403, "cross_origin")
				return
			}
			if rule == linked {
				h.call("", request+"?link=nonsense", nil).want(404, "")
				return
			}
			if rule == reporters {
				h.call("", request+"?nonsense=1", "{}").want(422, "invalid_request")
				return
			}
			public := rule == everybody
			cookies := operation != "authorizeRequest" // there they are its client's
			wantCode := func(as string, a answer, status int, code string) {
				if public {
					status, code = 200, ""
				}
				if a.status != status || a.text("code") != code {
					h.t.Errorf("%s as %s: answer %d %s, want %d %s", operation, as, a.status, a.body, status, code)
				}
			}
			wantCode("nobody", h.call("", request+"?nonsense=1", nil), 401, "missing_token")
			wantCode("a bad secret", h.call(h.op()[:len(h.op())-1], request+"?nonsense=1", nil), 401, "bad_token")
			for name, p := range people {
				if !cookies && strings.HasPrefix(p.credential, "tokenry_session=") {
					wantCode(name, h.call(p.credential, request+"?nonsense=1", nil), 401, "missing_token")
					continue
				}
				a := h.call(p.credential, request+"?nonsense=1", "{}", p.headers()...)
				switch {
				case p.may(rule) && strings.Contains(request, "/oauth/"):
					wantCode(name, a, 400, "invalid_request")
				case p.may(rule):
					wantCode(name, a, 422, "invalid_request")
				case rule == tokens || rule == owners:
					wantCode(name, a, 403, "not_a_token")
				case p.secret:
					wantCode(name, a, 403, "insufficient_scope")
				default:
					wantCode(name, a, 403, "insufficient_role")
				}
				if a.status == 403 && rule != tokens && rule != owners && a.text("need") == "" {
					h.t.Errorf("%s as %s: the missing right is not named: %s", operation, name, a.body)
				}
			}
		})
	})
}

func (p person) headers() []string {
	if p.foreign {
		return []string{"Tokenry-Account: " + partner}
	}
	return nil
}

// TestOtherAccounts: to an admin of another account, and to operators who act in
// another account, nothing of the partner exists.
func TestOtherAccounts(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"name": "Mine"})
		bodies := map[string]any{
			"updateToken": map[string]any{"name": "Yours"}, "updateAccount": map[string]any{"policy": map[string]any{}},
			"createMember": map[string]any{"name": "Eve", "email": "eve@example.com", "role": "admin"}, "updateMember": map[string]any{"role": "viewer"},
			"updateWebhook":  map[string]any{"description": "Yours"},
			"reassignTokens": map[string]any{"to": lin},
		}
		h.operations(tok.text("id"), func(operation, request string) {
			if !strings.Contains(request, tok.text("id")) && !strings.Contains(request, partner) || strings.Contains(request, " /changelog/") {
				return // the changelog is of no account
			}
			if operation == "getUpgrade" {
				request += "?version=16"
			}
			h.call(h.stranger(), request, bodies[operation]).want(404, "not_found")
			if strings.Contains(request, "/tokens/") {
				h.call(h.op(), request, bodies[operation], "Tokenry-Account: "+brand).want(404, "not_found")
			}
		})
		h.call(h.op(), "GET /accounts/"+brand+"/members/"+ada, nil).want(404, "not_found")
		if after := h.call(h.admin(), "GET /tokens/"+tok.text("id"), nil).want(200); after.text("name") != "Mine" || after.text("status") != "active" {
			h.t.Errorf("the token is now %s", after.body)
		}
	})
}

func TestAccountHeader(t *testing.T) {
	each(t, func(h *harness) {
		reader, own := h.service("tokenry.tokens.read"), h.create(nil)
		mine := "Tokenry-Account: " + partner
		h.call(h.op(), "GET /tokens", nil).want(422, "account_required")
		h.call(reader, "GET /tokens", nil).want(422, "account_required")
		h.call(h.op(), "GET /tokens", nil, mine).want(200)
		h.call(reader, "GET /tokens", nil, mine).want(200)
		for _, id := range []string{"0NcLbQhmTx3CVaSXnRlH2A", "nobody's", strings.Repeat("a", 64), "%00", "é"} {
			h.call(reader, "GET /tokens", nil, "Tokenry-Account: "+id).want(404, "not_found")
		}
		h.call(h.op(), "GET /accounts/a%00b", nil).want(404, "not_found")
		h.call(h.admin(), "GET /tokens", nil, mine).want(403, "account_header_forbidden")
		h.call(h.admin(), "GET /whoami", nil, mine).want(403, "account_header_forbidden")
		h.call("Bearer "+own.text("secret"), "GET /whoami", nil, mine).want(403, "account_header_forbidden")
		h.call(h.op(), "GET /accounts", nil, "Tokenry-Account: nonsense").want(200) // ignored where none is needed
	})
}

// TestOperatorAccount: only operators see anything in the operator account.
func TestOperatorAccount(t *testing.T) {
	each(t, func(h *harness) {
		inside := "Tokenry-Account: " + h.operatorAccount
		h.call(h.op(), "GET /tokens", nil, inside).want(200)
		h.call(h.service("tokenry.admin"), "GET /tokens", nil, inside).want(200)
		h.call(h.service("tokenry.tokens.read"), "GET /tokens", nil, inside).want(404, "not_found")
		h.call(h.service("tokenry.tokens.write"), "POST /tokens", token(nil), inside).want(404, "not_found")
		h.call(h.service("tokenry.audit.read"), "GET /audit", nil, inside).want(404, "not_found")

		h.call(h.op(), "PATCH /accounts/"+h.operatorAccount, map[string]any{"external_id": "ops"}).want(200)
		h.call(h.op(), "PATCH /accounts/"+h.operatorAccount+"/members/"+h.operatorContact, map[string]any{"external_id": "otto"}).want(200)
		otto := h.member("ops", "otto") // an admin there, and no operator
		h.call(otto, "GET /whoami", nil).want(200)
		for _, request := range []string{"GET /tokens", "GET /catalog", "GET /audit", "GET /accounts/" + h.operatorAccount} {
			h.call(otto, request, nil).want(403, "insufficient_role")
		}
	})
}

// TestOperatorAccountAmongAll: what is read of all accounts at once has nothing of
// the operator account but for operators.
func TestOperatorAccountAmongAll(t *testing.T) {
	each(t, func(h *harness) {
		inside := "Tokenry-Account: " + h.operatorAccount
		h.happenIn(h.operatorAccount, "token.created", h.call(h.op(), "GET /tokens", nil, inside).want(200).text("items.0.id"))
		h.happen("token.created", h.create(nil).text("id"))
		reader := h.service("tokenry.tokens.read")
		if all := h.call(h.op(), "GET /notices", nil).want(200).texts("items", "account_id"); !slices.Contains(all, h.operatorAccount) {
			h.t.Errorf("an operator sees notices of %v", all)
		}
		if all := h.call(reader, "GET /notices", nil).want(200).texts("items", "account_id"); len(all) == 0 || slices.Contains(all, h.operatorAccount) {
			h.t.Errorf("a service sees notices of %v", all)
		}
		const campaign = "GET /versions/1/campaign?account_type=operator"
		if all := h.call(h.op(), campaign, nil).want(200); all.len("items") == 0 {
			h.t.Errorf("an operator sees %s", all.body)
		}
		h.call(reader, campaign, nil).want(404, "not_found")
	})
}

func TestBuiltInScopesAreForTheOperatorAccount(t *testing.T) {
	each(t, func(h *harness) {
		for _, credential := range []string{h.admin(), h.op()} {
			headers := []string{"Tokenry-Account: " + partner}
			if credential != h.op() {
				headers = nil
			}
			h.call(credential, "POST /tokens", token(map[string]any{"scopes": []string{"tokenry.verify"}}), headers...).
				wantFaults(map[string]string{"scopes.0": "unknown_scope"})
		}
		inside := "Tokenry-Account: " + h.operatorAccount
		body := token(map[string]any{"contacts": map[string]any{"primary": h.operatorContact}})
		h.call(h.op(), "POST /tokens", body, inside).wantFaults(map[string]string{"scopes.0": "unknown_scope"})
	})
}
