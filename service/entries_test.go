package service_test

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// all is every audit entry, by id.
func (b *bench) all() map[string]model.AuditEntry {
	b.t.Helper()
	entries := map[string]model.AuditEntry{}
	for _, entry := range b.entries("") {
		entries[entry.ID] = entry
	}
	return entries
}

func TestEveryChangeLeavesOneEntry(t *testing.T) {
	t.Parallel()
	type changes map[string]model.Change
	no := any(nil)
	tests := map[string]struct {
		given  func(b *bench, id string)
		call   func(b *bench, id string) error
		action string
		want   changes // old and new; those of "created" are not compared
	}{
		"create": {nil, func(b *bench, _ string) error { b.create("New"); return nil }, "token.created", nil},
		"create repeatable": {nil, func(b *bench, _ string) error {
			return b.createWith(service.CreateToken{Name: "New", IdempotencyKey: "a key of sixteen or more"})
		}, "token.created", nil},
		"duplicate": {nil, func(b *bench, id string) error {
			_, err := b.tokens.Duplicate(b.t.Context(), b.actor, id, "")
			return err
		}, "token.created", nil},
		"update": {nil, func(b *bench, id string) error {
			_, err := b.tokens.Update(b.t.Context(), b.actor, service.UpdateToken{
				ID: id, Name: new("Renamed"), Metadata: map[string]*string{"team": new("data")}, AllowedCIDRs: &[]string{"10.1.2.3/8"},
			})
			return err
		}, "token.updated", changes{
			"name":          {Old: "Report", New: "Renamed"},
			"metadata":      {Old: map[string]any{}, New: map[string]any{"team": "data"}},
			"allowed_cidrs": {Old: []any{}, New: []any{"10.0.0.0/8"}},
		}},
		"disable": {nil, func(b *bench, id string) error { _, err := b.tokens.Disable(b.t.Context(), b.actor, id); return err },
			"token.disabled", changes{"disabled_at": {Old: no, New: "NOW"}}},
		"enable": {func(b *bench, id string) { _, err := b.tokens.Disable(b.t.Context(), b.actor, id); b.must(err) },
			func(b *bench, id string) error { _, err := b.tokens.Enable(b.t.Context(), b.actor, id); return err },
			"token.enabled", changes{"disabled_at": {Old: "NOW", New: no}}},
		"revoke": {nil, func(b *bench, id string) error {
			_, err := b.tokens.Revoke(b.t.Context(), b.actor, id, "left the company")
			return err
		}, "token.revoked", changes{"revoked_at": {Old: no, New: "NOW"}}},
		"delete": {nil, func(b *bench, id string) error { _, err := b.tokens.Delete(b.t.Context(), b.actor, id); return err },
			"token.deleted", changes{"revoked_at": {Old: no, New: "NOW"}, "deleted_at": {Old: no, New: "NOW"}}},
		"end previous": {
			func(b *bench, id string) {
				_, err := b.tokens.Rotate(b.t.Context(), b.actor, service.RotateToken{ID: id})
				b.must(err)
			},
			func(b *bench, id string) error {
				_, err := b.tokens.EndPrevious(b.t.Context(), b.actor, id)
				return err
			},
			"token.previous_secret_ended", changes{}},
		"account": {nil, func(b *bench, _ string) error {
			_, err := b.accounts.Update(b.t.Context(), b.actor, service.AccountInput{State: new(model.AccountDisabled)})
			return err
		}, "account.updated", changes{"state": {Old: "active", New: "disabled"}}},
		"new account": {nil, func(b *bench, _ string) error {
			_, err := b.accounts.Create(b.t.Context(), b.actor, service.AccountInput{Type: new("partner"), Name: new("Litware")})
			return err
		}, "account.created", nil},
		"member": {nil, func(b *bench, _ string) error {
			_, err := b.members.Update(b.t.Context(), b.actor, ada, service.MemberInput{Role: new(model.RoleViewer)})
			return err
		}, "member.updated", changes{"role": {Old: "admin", New: "viewer"}}},
		"new member": {nil, func(b *bench, _ string) error {
			_, err := b.members.Create(b.t.Context(), b.actor, service.MemberInput{
				Name: new("Eve"), Email: new("eve@example.com"), Role: new(model.RoleViewer),
			})
			return err
		}, "member.created", nil},
		"pepper": {nil, func(b *bench, _ string) error { _, err := b.peppers.Add(b.t.Context(), b.actor); return err }, "pepper.added", changes{}},
		"signing key": {nil, func(b *bench, _ string) error {
			_, err := b.signing("ES256").Rotate(b.t.Context(), b.actor, false)
			return err
		}, "signing_key.added", changes{}},
		"repeated":       {func(b *bench, id string) { _, err := b.tokens.Revoke(b.t.Context(), b.actor, id, ""); b.must(err) }, revokeAgain, "", nil},
		"nothing to do":  {nil, func(b *bench, id string) error { _, err := b.tokens.Enable(b.t.Context(), b.actor, id); return err }, "", nil},
		"refused update": {nil, refusedUpdate, "", nil},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, testdb.New(t, db.Dialect))
				b.actor.RequestID, b.actor.IP = "request 1", "203.0.113.9"
				id := b.create("Report").Token.ID
				now := b.clock.now().Format(time.RFC3339Nano)
				if tt.given != nil {
					tt.given(b, id)
				}
				before := b.all()
				b.must(tt.call(b, id))
				after := b.all()
				maps.DeleteFunc(after, func(id string, _ model.AuditEntry) bool { _, old := before[id]; return old })
				if want := map[bool]int{true: 0, false: 1}[tt.action == ""]; len(after) != want {
					t.Fatalf("%d entries, want %d: %+v", len(after), want, after)
				}
				for _, entry := range after {
					if entry.Action != tt.action || entry.ActorID != "op" || entry.RequestID != "request 1" || entry.IP != "203.0.113.9" {
						t.Errorf("entry %+v", entry)
					}
					got := changes(entry.Changes)
					if tt.want != nil && !reflect.DeepEqual(got, plain(tt.want, now)) {
						t.Errorf("changes %v, want %v", got, tt.want)
					}
				}
			})
		}
	})
}

func plain[M ~map[string]model.Change](want M, now string) M {
	out := M{}
	for field, c := range want {
		out[field] = model.Change{Old: at(c.Old, now), New: at(c.New, now)}
	}
	return out
}

// at is the moment of the change for NOW.
func at(fact any, now string) any {
	if fact == "NOW" {
		return now
	}
	return fact
}

func revokeAgain(b *bench, id string) error {
	_, err := b.tokens.Revoke(b.t.Context(), b.actor, id, "another reason")
	return err
}

func refusedUpdate(b *bench, id string) error {
	_, err := b.tokens.Update(b.t.Context(), b.actor, service.UpdateToken{ID: id, Name: new("")})
	b.wantCode(err, "invalid_request")
	return nil
}

// createWith makes a token with the given input, of which scope and contact are
// filled in.
func (b *bench) createWith(in service.CreateToken) error {
	in.Scopes, in.PrimaryContact = []string{"actions.list_actions"}, ada
	_, err := b.tokens.Create(b.t.Context(), b.actor, in)
	return err
}

func TestEntryAndChangeCommitTogether(t *testing.T) {
	t.Parallel()
	refuse := map[repository.Dialect]string{
		repository.SQLite: "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries BEGIN SELECT raise(ABORT, 'no'); END",
		repository.Postgres: `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
			CREATE TRIGGER refuse BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse()`,
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		b.exec(refuse[db.Dialect])
		if err := b.createWith(service.CreateToken{Name: "New"}); err == nil {
			t.Error("a token was created without an entry")
		}
		if err := b.createWith(service.CreateToken{Name: "New", IdempotencyKey: "a key of sixteen or more"}); err == nil {
			t.Error("a token was created without an entry, with a key")
		}
		if _, err := b.tokens.Revoke(t.Context(), b.actor, tok.Token.ID, ""); err == nil {
			t.Error("a token was revoked without an entry")
		}
		tokens, _, err := b.tokens.List(t.Context(), b.actor, service.ListTokens{Filter: service.TokenFilter{Query: "new"}})
		b.must(err)
		if got := b.verify(tok.Secret); got != "ok" || len(tokens) > 0 {
			t.Errorf("verify %s, %d new tokens", got, len(tokens))
		}
	})
}
