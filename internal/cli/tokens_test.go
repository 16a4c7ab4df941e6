package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
)

func TestTokensLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tokens := func(command string, args ...string) result {
		return w.run(append([]string{"tokens", command, "-a", "northwind"}, args...)...)
	}
	id, secret := w.create("nightly", "--expires", "90d", "--metadata", "team=data,ops", "--developer", "dev@example.com",
		"--cidr", "10.0.0.0/8,192.0.2.1", "--description", "Export", "--claim", "tier=gold", "--version", "16")
	show := decode[client.Token](t, tokens("show", id, "--json").want(t, 0).stdout)
	if show.Name != "nightly" || show.Metadata["team"] != "data,ops" || show.Claims["tier"] != "gold" || len(show.AllowedCidrs) != 2 ||
		show.Contacts.Developers[0] != "dev@example.com" || show.ExpiresAt == nil || time.Until(*show.ExpiresAt) < 89*24*time.Hour {
		t.Errorf("show = %+v", show)
	}
	w.verify(secret, "--ip", "10.1.2.3").want(t, 0, "valid\n", "nightly")
	w.verify(secret).want(t, 1, "not valid: ip_denied")

	tokens("update", id, "--name", "hourly", "--cidr", "none", "--expires", "never", "--remove-metadata", "team", "--metadata", "a=b",
		"--remove-claim", "tier", "--description", "", "--contact", "lin@northwind.example", "--developer", "x@example.com").want(t, 0)
	show = decode[client.Token](t, tokens("show", id, "--json").stdout)
	if show.Name != "hourly" || len(show.AllowedCidrs) != 0 || show.ExpiresAt != nil || len(show.Claims) != 0 || show.Description != "" ||
		len(show.Metadata) != 1 || show.Metadata["a"] != "b" || show.Contacts.Developers[0] != "x@example.com" {
		t.Errorf("after the update, show = %+v", show)
	}
	tokens("update", id, "--developer", "none", "--add-scope", "actions.view_one_action").want(t, 0)
	if show = decode[client.Token](t, tokens("show", id, "--json").stdout); len(show.Contacts.Developers) != 0 {
		t.Errorf("developers = %v, want none", show.Contacts.Developers)
	}
	w.verify(secret, "--scope", "actions.view_one_action,actions.list_actions").want(t, 0)
	tokens("update", id, "--remove-scope", "actions.view_one_action").want(t, 0)
	w.verify(secret, "--scope", "actions.view_one_action").want(t, 1, "insufficient_scope", "missing scopes", "actions.view_one_action")
	w.verify(secret, "--scope", "actions.view_one_action", "--scope", "actions.list_actions", "--any").want(t, 0)
	w.verify(secret, "--method", "GET", "--path", "/Mediapartners/"+id+"/Actions").want(t, 0)
	w.verify(secret, "--method", "GET", "--path", "/Mediapartners/"+id+"/Nothing").want(t, 1, "no_such_route")
	w.verify(secret, "--version", "15").want(t, 1, "version_mismatch")

	tokens("rotate", id).want(t, 0, "has a new secret", "cannot be shown again")
	tokens("rotate", id).want(t, 1, "rotation_in_progress", "request id: ")
	rotated := strings.TrimSpace(tokens("rotate", id, "--end-previous", "--grace", "0m", "-q").want(t, 0).stdout)
	w.verify(secret).want(t, 1, "rotated")
	w.verify(rotated).want(t, 0)
	tokens("disable", id).want(t, 0, `Token "hourly" is disabled.`)
	w.verify(rotated).want(t, 1, "not valid: disabled")
	tokens("enable", id).want(t, 0, `Token "hourly" is active.`)
	w.verify(rotated).want(t, 0)
	tokens("revoke", id, "--reason", "Not needed.").want(t, 0, "is revoked")
	w.verify(rotated).want(t, 1, "not valid: revoked")
	tokens("show", id).want(t, 0, "Not needed.")
	tokens("usage", id).want(t, 0, "last used", "answers since")
	tokens("duplicate", id).want(t, 0, "Copy of hourly", "secret  tkr_")
	if deleted := decode[client.ChangedToken](t, tokens("delete", id, "--json").want(t, 0).stdout); deleted.Propagated == nil || !*deleted.Propagated || deleted.ID != id {
		t.Errorf("delete = %+v", deleted)
	}
	tokens("show", id).want(t, 1, "not_found")
	history := tokens("history", id).want(t, 0, "token.created", "token.rotated", "token.deleted").stdout
	if lines := strings.Count(history, "\n"); lines < 10 {
		t.Errorf("history has %d lines:\n%s", lines, history)
	}
}

func TestTokensList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _ := w.create("list me 1")
	for i := range 3 {
		w.create(fmt.Sprintf("list me %d", i+2))
	}
	list := func(args ...string) client.TokenList {
		t.Helper()
		args = append([]string{"tokens", "list", "-a", "northwind", "--json"}, args...)
		return decode[client.TokenList](t, w.run(args...).want(t, 0).stdout)
	}
	if got := list("--search", "LIST ME"); len(got.Items) != 4 || got.NextCursor != nil {
		t.Errorf("search found %d, next %v", len(got.Items), got.NextCursor)
	}
	if got := list("--search", "list me", "--sort=-name", "--limit", "2"); len(got.Items) != 2 || got.NextCursor == nil || got.Items[0].Name != "list me 4" {
		t.Errorf("limited list = %+v", got)
	}
	w.run("tokens", "disable", first, "-a", "northwind").want(t, 0)
	if got := list("--status", "disabled,revoked"); len(got.Items) != 1 || got.Items[0].ID != first {
		t.Errorf("list of disabled = %+v", got.Items)
	}
	for _, none := range [][]string{
		{"--created-before", "1h"}, {"--created-after", "2999-01-01"}, {"--version", "14"}, {"--scope", "jobs.list_jobs", "--search", "list"},
		{"--contact", "vera@northwind.example"}, {"--contact-missing"}, {"--unused-since", "90d"},
	} {
		if got := list(none...); len(got.Items) != 0 {
			t.Errorf("%v found %+v", none, got.Items)
		}
	}
	if got := list("--unused-since", "2999-01-01", "--contact", "ada@northwind.example", "--no-contact-missing"); len(got.Items) < 4 {
		t.Errorf("unused found %+v", got.Items)
	}
	w.run("tokens", "list", "-a", "northwind", "--search", "list me", "--sort", "name").want(t, 0, "ID ", "LAST USED", "list me 2", "never")
}

// A list goes on over the server's pages.
func TestTokensListOverPages(t *testing.T) {
	t.Parallel()
	served := fake(t, func(call int) any {
		if call == 2 {
			return client.TokenList{Items: make([]client.Token, 3)}
		}
		return client.TokenList{Items: make([]client.Token, 200), NextCursor: new("more")}
	})
	got := decode[client.TokenList](t, run(t.Context(), "", served, "tokens", "list", "--json").want(t, 0).stdout)
	if len(got.Items) != 403 || got.NextCursor != nil {
		t.Errorf("%d tokens, next %v; want 403 and none", len(got.Items), got.NextCursor)
	}
}

// A repeat with the same key gives the same secret.
func TestCreateAgainWithItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, first := w.create("once", "--idempotency-key", "0123456789abcdef")
	_, again := w.create("once", "--idempotency-key", "0123456789abcdef")
	if first != again {
		t.Error("the repeat gave another secret")
	}
	w.run("tokens", "create", "-a", "northwind", "--name", "once", "--scope", "actions.list_actions", "--contact", "ada@northwind.example").
		want(t, 1, "name_taken")
}

func TestCreateTellsAllFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.run("tokens", "create", "-a", "northwind", "--name", "x", "--scope", "actions.list_actions,nope", "--contact", "ada@northwind.example",
		"--cidr", "10.0.0.0/99", "--developer", "nobody").want(t, 1, "invalid_request", "scopes.1: ", "allowed_cidrs.0: ", "contacts.developers.0: ", "request id: ")
	if r.stdout != "" {
		t.Errorf("stdout = %q", r.stdout)
	}
	w.run("tokens", "create", "--name", "x", "--scope", "s").want(t, 1, "account_required", "--account")
	w.run("tokens", "create", "-a", "northwind", "--name", "x", "--scope", "s").want(t, 2, "3 members", "--contact")
	w.run("tokens", "create", "-a", "nobody", "--name", "x", "--scope", "s").want(t, 1, `no account "nobody"`)
	w.run("tokens", "create", "-a", "My company", "--name", "x", "--scope", "api.read").want(t, 0, "secret  tkr_")
}
