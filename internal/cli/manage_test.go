package cli_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/client"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := decode[client.Account](t, w.run("accounts", "create", "--type", "partner", "--name", "Acme", "--external-id", "org_1",
		"--max-lifetime", "30d", "--require-expiry", "--json").want(t, 0).stdout)
	if made.Policy.MaxLifetimeSeconds == nil || *made.Policy.MaxLifetimeSeconds != 30*86400 || !made.Policy.RequireExpiry || made.Policy.RequireCidrs {
		t.Errorf("create = %+v", made)
	}
	w.run("accounts", "create", "--type", "partner", "--name", "Acme", "--external-id", "org_1").want(t, 1, "external_id_taken")
	for _, named := range []string{made.ID, "org_1", "Acme"} {
		w.run("accounts", "show", named).want(t, 0, made.ID, "720h0m0s")
	}
	w.run("accounts", "update", "org_1", "--name", "Acme Inc", "--max-lifetime", "none", "--no-require-expiry", "--external-id", "").want(t, 0, "Acme Inc")
	w.run("accounts", "show", "org_1").want(t, 1, `no account "org_1"`)
	w.run("accounts", "update", "Acme Inc", "--max-lifetime", "long").want(t, 2, "not a duration")
	w.run("accounts", "create", "--type", "partner", "--name", "Acme Inc").want(t, 0)
	w.run("accounts", "show", "Acme Inc").want(t, 2, `2 accounts are named "Acme Inc"`)

	_, secret := w.create("while the account is disabled")
	w.run("accounts", "disable", "northwind").want(t, 0, "disabled")
	w.verify(secret).want(t, 1, "account_disabled")
	w.run("accounts", "enable", "northwind").want(t, 0, "active")
	w.verify(secret).want(t, 0)
	w.run("accounts", "list").want(t, 0, "NAME", "Northwind Media", "operator")
	for _, args := range [][]string{{"--search", "WIND"}, {"--type", "partner", "--search", "media"}, {"--search", "north", "--state", "active"}} {
		list := decode[client.AccountList](t, w.run(append([]string{"accounts", "list", "--json"}, args...)...).want(t, 0).stdout)
		if len(list.Items) != 1 || list.Items[0].Name != "Northwind Media" {
			t.Errorf("%v: %+v", args, list)
		}
	}
	if list := decode[client.AccountList](t, w.run("accounts", "list", "--external-id", "northwind", "--json").stdout); len(list.Items) != 1 {
		t.Errorf("list = %+v", list)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.environ = append(w.environ, "TOKENRY_ACCOUNT=northwind")
	made := decode[client.Member](t, w.run("members", "create", "--name", "Grace", "--email", "grace@example.com", "--role", "viewer",
		"--language", "en", "--external-id", "g1", "--json").want(t, 0).stdout)
	w.run("members", "create", "--name", "Grace", "--email", "grace@example.com", "--role", "owner").want(t, 2, "admin")
	w.run("members", "create", "--name", "Grace", "--email", "grace@example.com", "--role", "admin").want(t, 1, "email_taken")
	w.run("members", "list").want(t, 0, "grace@example.com", "Ada Partner")
	found := decode[client.MemberList](t, w.run("members", "list", "--search", "GRACE@", "--state", "active", "--json").want(t, 0).stdout)
	if len(found.Items) != 1 || found.Items[0].ID != made.ID {
		t.Errorf("found %+v", found)
	}
	w.run("members", "update", made.ID, "--role", "admin", "--name", "Grace H.", "--external-id", "").want(t, 0, "Grace H.", "admin")
	w.run("members", "deactivate", made.ID).want(t, 0, "inactive")
	w.run("tokens", "create", "--name", "x", "--scope", "actions.list_actions", "--contact", "grace@example.com").want(t, 1, "no contact")
	w.run("members", "update", made.ID, "--state", "active").want(t, 0, "active")
	w.run("members", "list", "-a", "contoso").want(t, 0, "contoso.example")
	w.environ = w.environ[:len(w.environ)-1]
	w.run("members", "list").want(t, 2, "--account")
}

// TestLeavers: who leaves is found, and their tokens are handed over.
func TestLeavers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.environ = append(w.environ, "TOKENRY_ACCOUNT=northwind")
	made := decode[client.Member](t, w.run("members", "create", "--name", "Grace", "--email", "grace@example.com", "--role", "viewer", "--json").want(t, 0).stdout)
	for _, name := range []string{"one", "two"} {
		w.run("tokens", "create", "--name", name, "--scope", "actions.list_actions", "--contact", "grace@example.com").want(t, 0)
	}
	w.run("members", "deactivate", made.ID).want(t, 0)
	w.run("members", "leavers").want(t, 0, "grace@example.com", "2")
	w.run("members", "reassign", made.ID, "--to", "grace@example.com").want(t, 1, "no contact")
	w.run("members", "reassign", made.ID, "--to", "ada@northwind.example").want(t, 0, "2 tokens")
	if left := decode[client.LeaverList](t, w.run("members", "leavers", "--json").want(t, 0).stdout); len(left.Items) != 0 {
		t.Errorf("leavers %+v", left)
	}
}

// TestLeaksAndDecoys: the policy is set, a leak shows, and so does who tries a
// decoy.
func TestLeaksAndDecoys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run("accounts", "update", "northwind", "--leak-policy", "revoke", "--unused-after-days", "90", "--unused-disable").
		want(t, 0, "revoked", "after 90 days, and it is disabled 14 days later")
	w.run("accounts", "update", "northwind", "--unused-after-days", "many").want(t, 2, "not a number of days")
	w.run("accounts", "update", "northwind", "--unused-after-days", "none", "--no-unused-disable").want(t, 0, "nothing")
	w.environ = append(w.environ, "TOKENRY_ACCOUNT=northwind")

	id, secret := w.create("found elsewhere")
	anybody, err := client.New(w.url, secret)
	if err != nil {
		t.Fatal(err)
	}
	found := client.LeakReport{Items: []client.FoundSecret{{Secret: &secret, URL: new("https://paste.example/1")}}}
	if _, err := anybody.ReportLeaks(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	w.until(func() bool { return strings.Contains(w.run("tokens", "leaks", id).stdout, "https://paste.example/1") })
	w.run("tokens", "leaks", id).want(t, 0, "current", "revoked", "127.0.0.1")
	w.run("tokens", "show", id).want(t, 0, "leaked")

	made := decode[client.CreatedToken](t, w.run("tokens", "create", "--name", "bait", "--scope", "actions.list_actions",
		"--contact", "ada@northwind.example", "--decoy", "--json").want(t, 0).stdout)
	w.run("tokens", "show", made.ID).want(t, 0, "decoy")
	w.verify(made.Secret, "--ip", "203.0.113.5").want(t, 1, "unknown")
	w.until(func() bool { return strings.Contains(w.run("tokens", "decoy-uses", made.ID).stdout, "203.0.113.5") })
}

func TestCatalog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	w.run("catalog", "export", "-o", file).want(t, 0)
	w.run("catalog", "plan", file).want(t, 0, "Account type partner: no changes")
	w.run("catalog", "show", "-a", "northwind").want(t, 0, "16 ", "current, default", "actions.list_actions", "PRESET", "read_performance", "14, 15, 16")
	w.run("catalog", "show", "-a", "northwind", "--language", "zh-CN", "--json").want(t, 0, `"account_type": "partner"`)

	_, secret := w.create("holds the scope")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := w.write("changed.yaml", strings.ReplaceAll(string(text), "actions.list_actions", "actions.listed"))
	w.run("catalog", "plan", changed).want(t, 0, "- scopes (1)", "live tokens touched")
	w.run("catalog", "apply", changed).want(t, 1, "- scopes (1)", "removals_not_allowed", "--allow-removals")
	w.verify(secret, "--scope", "actions.list_actions").want(t, 0)
	w.run("catalog", "apply", changed, "--allow-removals").want(t, 0, "The catalog is applied.")
	w.verify(secret, "--scope", "actions.list_actions").want(t, 1, "insufficient_scope")
	change := decode[client.CatalogChange](t, w.run("catalog", "apply", changed, "--json").want(t, 0).stdout)
	if change.DryRun || !json.Valid(change.Plans) {
		t.Errorf("apply = %+v", change)
	}
	run(t.Context(), "account_types: {x: 1}", w.environ, "catalog", "plan", "-").want(t, 1, "account_types.x", "Line 1")
}

// What an import leaves alone and what it changes, version by version.
func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	load := func(file, version string, args ...string) result {
		args = append([]string{"catalog", "import-openapi", "testdata/" + file, "--account-type", "shop", "--version", version}, args...)
		return w.run(args...)
	}
	exported := func() string {
		_, shop, found := strings.Cut(w.run("catalog", "export").want(t, 0).stdout, "\n  shop:\n")
		if !found {
			t.Fatal("the account type shop is not in the catalog")
		}
		return shop
	}
	load("api.yaml", "1", "--dry-run").want(t, 0, "Account type shop: new")
	load("api.yaml", "1").want(t, 0, "Account type shop: new", "The catalog is applied.")
	load("api.yaml", "1").want(t, 0, "no changes")
	byHand := w.write("by-hand.yaml", strings.ReplaceAll("account_types:\n  shop:\n"+exported(), "label: List orders", "label: {en: List orders, de: Bestellungen}"))
	w.run("catalog", "apply", byHand).want(t, 0)
	load("api2.yaml", "2").want(t, 0, "+ versions (1)", "orders.show_order")
	golden(t, "merged", exported())
	load("api.yaml", "1").want(t, 1, "version: Version 1 is not the newest")
	load("api.yaml", "2").want(t, 0, "- scopes (2)")
	golden(t, "merged-again", exported())
}

func TestImportAgainAndAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	load := func(kind, file, version string) result {
		return w.run("catalog", "import-openapi", "testdata/"+file, "--account-type", kind, "--version", version)
	}
	// Of the only version, what the document has no more is gone.
	load("solo", "api.yaml", "1").want(t, 0)
	load("solo", "api2.yaml", "1").want(t, 0, "- scopes (2)", "- routes (1)", "POST /v1/orders")
	// What earlier versions have stays, and a scope cannot have a gap.
	load("many", "api.yaml", "1").want(t, 0)
	load("many", "api2.yaml", "2").want(t, 0)
	load("many", "api2.yaml", "3").want(t, 0, "+ versions (1)")
	load("many", "api.yaml", "4").want(t, 0, "Scope orders.create_order ended with version 1 and is back in 4", "orders.show_order: until")
}

func TestAudit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.create("audited")
	w.run("audit", "list").want(t, 0, "ACTION", "token.created", "Operator secret", "127.0.0.1")
	w.run("audit", "list", "-n", "1", "--token", id, "--since", "1h").want(t, 0, "token.created")
	if list := decode[client.AuditList](t, w.run("audit", "list", "--json", "-n", "2").stdout); len(list.Items) != 2 || list.NextCursor == nil {
		t.Errorf("list = %d entries, next %v", len(list.Items), list.NextCursor)
	}
	w.run("audit", "list", "--object", "token:"+id).want(t, 0, "token.created", "token "+id)
	if list := decode[client.AuditList](t, w.run("audit", "list", "--json", "--action", "token.created", "-a", "contoso", "--until", "1d").stdout); len(list.Items) != 0 {
		t.Errorf("list = %+v", list.Items)
	}
	all := decode[client.AuditList](t, w.run("audit", "list", "--json", "-n", "0").stdout)
	file := filepath.Join(t.TempDir(), "audit.ndjson")
	w.run("audit", "export", "-o", file).want(t, 0)
	w.run("audit", "export", "-o", file).want(t, 2, "exists")
	lines := 0
	for scan := bufio.NewScanner(strings.NewReader(w.run("audit", "export").want(t, 0).stdout)); scan.Scan(); lines++ {
		if decode[client.AuditEntry](t, scan.Text()).ID == "" {
			t.Errorf("line %q is no entry", scan.Text())
		}
	}
	if lines != len(all.Items) || all.NextCursor != nil {
		t.Errorf("exported %d entries, listed %d, next %v", lines, len(all.Items), all.NextCursor)
	}
	head := <-w.head
	w.run("audit", "verify").want(t, 0, "The audit log is whole")
	w.run("audit", "verify", "--head", head).want(t, 0)
	w.run("audit", "verify", "--head", "9"+head).want(t, 1, "is not as it was sealed")
}
