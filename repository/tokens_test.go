package repository_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// text is a text that could trouble a database.
var text = rapid.OneOf(
	rapid.StringOfN(rapid.RuneFrom([]rune(`aAbB"'\{},;%_ ÄßſKσς中🙂`)), 1, 12, -1),
	rapid.SampledFrom([]string{"NULL", "null", `{}`, `""`, `\`, `{"a","b"}`, ",", " ", `\"`, "'"}),
)

func TestTokensComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			tok := newToken(fmt.Sprintf("token %d", n), fmt.Sprint(n, text.Draw(rt, "name")))
			tok.Description = text.Draw(rt, "description")
			tok.Scopes = rapid.SliceOfN(text, 1, 4).Draw(rt, "scopes")
			tok.Developers = rapid.SliceOfN(text, 0, 4).Draw(rt, "developers")
			tok.AllowedCIDRs = rapid.SliceOfN(text, 0, 4).Draw(rt, "cidrs")
			tok.Metadata = rapid.MapOfN(text, text, 0, 3).Draw(rt, "metadata")
			micros := rapid.Int64Range(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
			tok.ExpiresAt = new(time.UnixMicro(micros.Draw(rt, "expiry")).UTC())
			entry := &model.AuditEntry{ID: tok.ID, At: start, Action: "token.created", Changes: map[string]model.Change{
				"name": {New: tok.Name}, "metadata": {New: tok.Metadata},
			}}
			must(rt, store.Create(t.Context(), &tok, entry))
			got, err := store.Tokens.ByID(t.Context(), tok.ID)
			must(rt, err)
			if !reflect.DeepEqual(got, tok) {
				rt.Fatalf("got  %s\nwant %s", asJSON(got), asJSON(tok))
			}
			checked, err := store.Tokens.ForCheck(t.Context(), tok.ID)
			must(rt, err)
			must(rt, json.Unmarshal([]byte(checked.MetadataJSON), &checked.Metadata))
			must(rt, json.Unmarshal([]byte(checked.ClaimsJSON), &checked.Claims))
			if got, want := forCheck(checked.Token), forCheck(tok); got != want {
				rt.Fatalf("for a check: got  %s\nwant %s", got, want)
			}
			tok.Scopes, tok.Developers, tok.ExpiresAt = tok.Developers, tok.Scopes, nil
			must(rt, store.Tokens.Update(t.Context(), &tok))
			if got, err = store.Tokens.ByID(t.Context(), tok.ID); err != nil || !reflect.DeepEqual(got, tok) {
				rt.Fatalf("updated: got  %s\nwant %s", asJSON(got), asJSON(tok))
			}
		})
	})
}

// forCheck is what a check needs of a token.
func forCheck(t model.Token) string {
	return asJSON([]any{
		t.ID, t.AccountID, t.Name, t.Version, t.Scopes, t.AllowedCIDRs, t.Secret.Digest, t.Secret.Pepper,
		t.Generation, t.ExpiresAt, t.DisabledAt, t.RevokedAt, fmt.Sprint(t.Metadata, t.Claims),
	})
}

func asJSON(value any) string {
	text, _ := json.Marshal(value) // of what can be written
	return string(text)
}

func TestUpdateStoresTheSettingsAndNothingElse(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		before := newToken("token", "Before")
		before.LastUsedAt = new(start.Add(time.Minute))
		must(t, store.Tokens.Insert(t.Context(), &before))
		later := start.Add(time.Hour)
		after := model.Token{
			ID: before.ID, AccountID: "another", Description: "after", Version: "2", Scopes: []string{"b", "c"}, PrimaryContact: "x",
			Developers: []string{"d"}, AllowedCIDRs: []string{"10.0.0.0/8"}, Metadata: map[string]string{"a": "b"},
			Claims: map[string]string{"c": "d"}, Secret: model.Secret{Digest: []byte("new"), Pepper: 2, Hint: "n"}, Generation: 2,
			RightsEpoch: 3, Revision: 4, CreatedAt: later, CreatedBy: "nobody", UpdatedAt: later, ExpiresAt: &later, DisabledAt: &later,
			RevokedAt: &later, RevokeReason: "why", DeletedAt: &later, LastUsedAt: &later,
		}
		after.SetName("After")
		must(t, store.Tokens.Update(t.Context(), &after))
		got, err := store.Tokens.ByID(t.Context(), before.ID)
		must(t, err)
		want := after
		want.AccountID, want.CreatedAt, want.CreatedBy, want.LastUsedAt = before.AccountID, before.CreatedAt, before.CreatedBy, before.LastUsedAt
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %s\nwant %s", asJSON(got), asJSON(want))
		}
		plain := newToken("token", "Before") // zero values are stored too
		must(t, store.Tokens.Update(t.Context(), &plain))
		got, err = store.Tokens.ByID(t.Context(), before.ID)
		must(t, err)
		plain.LastUsedAt = before.LastUsedAt
		if !reflect.DeepEqual(got, plain) {
			t.Errorf("got  %s\nwant %s", asJSON(got), asJSON(plain))
		}
	})
}

func TestTokenConflicts(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		create := func(id, name string, change func(tok *model.Token)) error {
			tok := newToken(id, name)
			change(&tok)
			return store.Create(t.Context(), &tok, &model.AuditEntry{ID: "entry of " + id, At: start})
		}
		asIs := func(*model.Token) {}
		must(t, create("1", "Report", asIs))
		wantCode(t, create("2", "Report", asIs), "name_taken")
		must(t, create("3", "report", asIs)) // another name
		wantCode(t, create("4", "X", func(tok *model.Token) { tok.PrimaryContact = "nobody" }), "invalid_request")
		wantCode(t, create("5", "X", func(tok *model.Token) { tok.PrimaryContact = "" }), "invalid_request")
		entries, err := store.Audit.Unsealed(t.Context(), 100)
		must(t, err)
		if len(entries) != 2 {
			t.Errorf("%d entries, want 2: one for each token", len(entries))
		}
		third := newToken("3", "Report")
		wantCode(t, store.Tokens.Update(t.Context(), &third), "name_taken")
		first := newToken("1", "Report")
		first.RevokedAt = &start
		must(t, store.Tokens.Update(t.Context(), &first))
		must(t, store.Tokens.Update(t.Context(), &third))
	})
}

func TestLastUseNeverGoesBack(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		for _, id := range []string{"a", "b"} {
			tok := newToken(id, id)
			must(t, store.Tokens.Insert(t.Context(), &tok))
		}
		later := start.Add(time.Minute)
		for _, used := range []map[string]time.Time{{"a": start, "b": later}, {"a": later, "b": start, "gone": start}, {}} {
			must(t, store.Tokens.Used(t.Context(), used))
		}
		for _, id := range []string{"a", "b"} {
			tok, err := store.Tokens.ByID(t.Context(), id)
			must(t, err)
			if tok.LastUsedAt == nil || !tok.LastUsedAt.Equal(later) {
				t.Errorf("token %s was last used %v, want %v", id, tok.LastUsedAt, later)
			}
		}
	})
}

func TestForUpdateLocks(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		tok := newToken("token", "Report")
		must(t, store.Tokens.Insert(t.Context(), &tok))
		const workers, rounds = 4, 10
		// Each adds one to what it reads, in three tables.
		add := func(tx *repository.Store) error {
			tok, err := tx.Tokens.ForUpdate(t.Context(), account, "token")
			if err != nil {
				return err
			}
			tok.Revision++
			owner, err := tx.Accounts.ForUpdate(t.Context(), account)
			if err != nil {
				return err
			}
			owner.Policy.MaxLifetimeSeconds++
			if err := tx.Accounts.Update(t.Context(), &owner); err != nil {
				return err
			}
			return tx.Tokens.Update(t.Context(), &tok)
		}
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for range rounds {
					if err := store.InTx(t.Context(), add); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		tok, err := store.Tokens.ByID(t.Context(), "token")
		must(t, err)
		owner, err := store.Accounts.ByID(t.Context(), account)
		must(t, err)
		if tok.Revision != 1+workers*rounds || owner.Policy.MaxLifetimeSeconds != workers*rounds {
			t.Errorf("revision %d and policy %d after %d additions", tok.Revision, owner.Policy.MaxLifetimeSeconds, workers*rounds)
		}
	})
}

func TestNothingOfAFailedTransactionStays(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		failed := errors.New("changed my mind")
		before, err := store.Changes.Last(t.Context())
		must(t, err)
		err = store.InTx(t.Context(), func(tx *repository.Store) error {
			tok := newToken("token", "Report")
			must(t, tx.Create(t.Context(), &tok, &model.AuditEntry{ID: "entry", At: start}))
			must(t, tx.Secrets.Insert(t.Context(), &model.PreviousSecret{
				TokenID: "token", Generation: 1, Secret: model.Secret{Digest: []byte("d")}, ExpiresAt: start,
			}))
			must(t, tx.Nodes.Register(t.Context(), &repository.Node{ID: "node", StartedAt: start, RenewedAt: start}))
			must(t, tx.Keys.Insert(t.Context(), &repository.Key{Kind: "pepper", Number: 1, Sealed: []byte("x"), CreatedAt: start}))
			must(t, tx.Members.Insert(t.Context(), newMember("second", "Second", "second@example.com")))
			must(t, tx.Catalogs.Put(t.Context(), &repository.Catalog{AccountType: "x", Revision: 1, UpdatedAt: start}))
			_, err := tx.Changes.Append(t.Context(), repository.ChangeToken, "token", start)
			must(t, err)
			claimed, err := tx.Idempotency.Claim(t.Context(), &repository.IdempotentAnswer{
				Key: []byte("k"), Fingerprint: []byte("f"), Sealed: []byte{}, ExpiresAt: start,
			}, start)
			if !claimed || err != nil {
				t.Errorf("claimed %v: %v", claimed, err)
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Errorf("error %v, want that of the function", err)
		}
		pool := raw(t, db)
		for table, want := range map[string]int{
			"tokens": 0, "audit_entries": 0, "previous_secrets": 0, "nodes": 0, "keys": 0, "members": 1, "catalogs": 0,
			"change_log": 0, "idempotent_answers": 0,
		} {
			var rows int
			must(t, pool.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
			if rows != want {
				t.Errorf("%s has %d rows, want %d", table, rows, want)
			}
		}
		if after, err := store.Changes.Last(t.Context()); err != nil || after != before {
			t.Errorf("change %d, want %d (%v)", after, before, err)
		}
	})
}
