package repository_test

import (
	"slices"
	"testing"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

var searches = map[string]struct {
	name, query string
	found       bool
}{
	"part":               {"Northwind Media", "WIND m", true},
	"other letters":      {"Ärger & Söhne", "ÄRGER", true},
	"lower from upper":   {"ÄRGER", "ärger", true},
	"final sigma":        {"Οδός", "οδόσ", true},
	"final sigma itself": {"Οδός", "ός", true},
	"long s":             {"Weſer", "weser", true},
	"percent":            {"100 of", "0%o", false},
	"underscore":         {"100 of", "0_o", false},
	"backslash":          {`a\b`, `\`, true},
	"not there":          {"Northwind", "south", false},
}

func TestSearchForAccountsAndMembers(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		for name, tt := range searches {
			owner := model.Account{ID: name, Type: "partner", Name: tt.name, State: model.AccountActive, CreatedAt: start, UpdatedAt: start}
			must(t, store.Accounts.Insert(t.Context(), &owner))
			person := newMember("member "+name, tt.name, name+"@example.com")
			must(t, store.Members.Insert(t.Context(), person))
			page := repository.Page{Limit: 100}
			accounts, err := store.Accounts.List(t.Context(), repository.AccountFilter{Query: tt.query}, page)
			must(t, err)
			if got := slices.ContainsFunc(accounts, func(a model.Account) bool { return a.ID == name }); got != tt.found {
				t.Errorf("%s: account found %v, want %v", name, got, tt.found)
			}
			members, err := store.Members.List(t.Context(), account, repository.MemberFilter{Query: tt.query}, page)
			must(t, err)
			if got := slices.ContainsFunc(members, func(m model.Member) bool { return m.ID == person.ID }); got != tt.found {
				t.Errorf("%s: member found %v, want %v", name, got, tt.found)
			}
			owner.Name, person.Name = "renamed", "renamed"
			must(t, store.Accounts.Update(t.Context(), &owner))
			must(t, store.Members.Update(t.Context(), person))
			accounts, err = store.Accounts.List(t.Context(), repository.AccountFilter{Query: "RENAMED"}, page)
			must(t, err)
			if !slices.ContainsFunc(accounts, func(a model.Account) bool { return a.ID == name }) {
				t.Errorf("%s: not found under the new name", name)
			}
		}
	})
}

func TestConflictsOfAccountsAndMembers(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		ctx := t.Context()
		newAccount := func(id, kind string, external *string) error {
			return store.Accounts.Insert(ctx, &model.Account{
				ID: id, Type: kind, Name: id, ExternalID: external, State: model.AccountActive, CreatedAt: start, UpdatedAt: start,
			})
		}
		must(t, newAccount("a", "partner", new("x")))
		wantCode(t, newAccount("b", "partner", new("x")), "external_id_taken")
		must(t, newAccount("c", model.OperatorType, nil))
		wantCode(t, newAccount("d", model.OperatorType, nil), "operator_exists")

		person := func(id, email string, state model.MemberState, external *string) error {
			m := newMember(id, id, email)
			m.State, m.ExternalID = state, external
			return store.Members.Insert(ctx, m)
		}
		must(t, person("1", "Élan@example.com", model.MemberActive, new("x")))
		wantCode(t, person("2", "éLAN@Example.com", model.MemberActive, nil), "email_taken")
		must(t, person("3", "élan@example.com", model.MemberInactive, nil))
		wantCode(t, person("4", "other@example.com", model.MemberActive, new("x")), "external_id_taken")
		back := newMember("3", "3", "élan@example.com")
		wantCode(t, store.Members.Update(ctx, back), "email_taken")

		key := repository.Key{Kind: "pepper", Number: 1, Sealed: []byte("x"), CreatedAt: start}
		must(t, store.Keys.Insert(ctx, &key))
		wantCode(t, store.Keys.Insert(ctx, &key), "key_exists")
	})
}
