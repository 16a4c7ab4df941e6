package repository_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

var orders = []repository.TokenOrder{repository.ByCreatedAt, repository.ByName, repository.ByLastUsedAt, repository.ByExpiresAt}

const inactive = "inactive member"

// moments are few, so that tokens often share one.
var moments = rapid.Custom(func(t *rapid.T) time.Time {
	return start.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "moment")) * time.Microsecond)
})

var maybe = rapid.Ptr(moments, true)

// drawToken is a token of an account with anything in the fields that lists
// look at.
func drawToken(t *rapid.T, owner, id string) model.Token {
	names := rapid.SampledFrom([]string{"a", "A", "ab", "aB%", "ab_", `ab\c`, "Äb", "äB", "Kelvin \u212a", "ſharp", "\U0010FFFE", "zz"})
	tok := newToken(id, "")
	tok.SetName(names.Draw(t, "name") + " " + id)
	tok.AccountID = owner
	tok.Version = rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version")
	tok.Scopes = rapid.SampledFrom([][]string{{"a.read"}, {"a.read", "a.write"}, {"a"}, {"b"}}).Draw(t, "scopes")
	tok.Developers = rapid.SampledFrom([][]string{{}, {"dev@example.com"}, {"a@example.com", "dev@example.com"}}).Draw(t, "developers")
	tok.PrimaryContact = rapid.SampledFrom([]string{member, inactive, ""}).Draw(t, "contact")
	tok.CreatedAt, tok.LastUsedAt, tok.ExpiresAt = moments.Draw(t, "created"), maybe.Draw(t, "used"), maybe.Draw(t, "expires")
	tok.DisabledAt, tok.RevokedAt = maybe.Draw(t, "disabled"), maybe.Draw(t, "revoked")
	if rapid.IntRange(0, 9).Draw(t, "deleted") == 0 {
		tok.RevokedAt, tok.DeletedAt = &start, &start
	}
	if tok.ExpiresAt != nil && !tok.ExpiresAt.After(tok.CreatedAt) {
		tok.ExpiresAt = new(tok.CreatedAt.Add(time.Microsecond))
	}
	return tok
}

// newOwner is a new account with an inactive member.
func newOwner(t *rapid.T, store *repository.Store, ctx testing.TB, id string) {
	must(t, store.Accounts.Insert(ctx.Context(), &model.Account{
		ID: id, Type: "partner", Name: id, State: model.AccountActive, CreatedAt: start, UpdatedAt: start,
	}))
	gone := newMember(inactive+id, "Gone", "gone@example.com")
	gone.AccountID, gone.State = id, model.MemberInactive
	must(t, store.Members.Insert(ctx.Context(), gone))
}

func insert(t *rapid.T, store *repository.Store, ctx testing.TB, tokens []model.Token) {
	must(t, store.InTx(ctx.Context(), func(tx *repository.Store) error {
		for i := range tokens {
			if err := tx.Tokens.Insert(ctx.Context(), &tokens[i]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// compareTokens compares by an order.
func compareTokens(by repository.TokenOrder, desc bool) func(a, b model.Token) int {
	return func(a, b model.Token) int {
		p, q := repository.PositionOf(&a, by), repository.PositionOf(&b, by)
		order := cmp.Or(p.Time.Compare(q.Time), strings.Compare(p.Text, q.Text), strings.Compare(p.ID, q.ID))
		if desc {
			return -order
		}
		return order
	}
}

func TestPagesShowWhatStaysExactlyOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			owner, made := fmt.Sprint("owner ", run), 0
			newOwner(rt, store, t, owner)
			fresh := func(n int) []model.Token {
				tokens := make([]model.Token, n)
				for i := range tokens {
					made++
					tokens[i] = drawToken(rt, owner, fmt.Sprintf("%d/%03d", run, (made*7919)%1000))
				}
				insert(rt, store, t, tokens)
				return tokens
			}
			stay := slices.DeleteFunc(fresh(rapid.IntRange(0, 25).Draw(rt, "tokens")), func(tok model.Token) bool { return tok.DeletedAt != nil })
			by := rapid.SampledFrom(orders).Draw(rt, "order")
			page := repository.Page{Limit: rapid.IntRange(1, 7).Draw(rt, "limit"), Desc: rapid.Bool().Draw(rt, "desc")}
			var seen []model.Token
			for {
				tokens, err := store.Tokens.List(t.Context(), repository.TokenFilter{AccountID: owner, Now: start}, by, page)
				must(rt, err)
				seen = append(seen, tokens...)
				if len(tokens) < page.Limit {
					break
				}
				page.After = new(repository.PositionOf(&tokens[len(tokens)-1], by))
				fresh(rapid.IntRange(0, 2).Draw(rt, "more"))
				if len(stay) > 0 && rapid.Bool().Draw(rt, "remove") {
					at := rapid.IntRange(0, len(stay)-1).Draw(rt, "which")
					gone := stay[at]
					gone.RevokedAt, gone.DeletedAt = &start, &start
					must(rt, store.Tokens.Update(t.Context(), &gone))
					stay = slices.Delete(stay, at, at+1)
				}
			}
			if !slices.IsSortedFunc(seen, compareTokens(by, page.Desc)) {
				rt.Fatalf("by %s: not in order", by)
			}
			times := map[string]int{}
			for _, tok := range seen {
				times[tok.ID]++
			}
			for id, n := range times {
				if n > 1 {
					rt.Fatalf("by %s: token %s was seen %d times", by, id, n)
				}
			}
			for _, tok := range stay {
				if times[tok.ID] != 1 {
					rt.Fatalf("by %s: token %s was seen %d times", by, tok.ID, times[tok.ID])
				}
			}
		})
	})
}

var statuses = []model.Status{model.StatusActive, model.StatusDisabled, model.StatusRevoked, model.StatusExpired}

func drawFilter(t *rapid.T, owner string) repository.TokenFilter {
	pick := func(label string, values ...string) string {
		return rapid.SampledFrom(append(values, "", "", "", "")).Draw(t, label)
	}
	return repository.TokenFilter{
		AccountID: owner, Now: start,
		Query:    pick("query", "a", "A", "AB", "b%", "B_ ", "aB%", `AB\`, "ÄB", "äb ", "k", "\u212a", "Kelvin k", "Sharp", "ſ", "in k", "\U0010FFFE"),
		Statuses: rapid.SliceOfNDistinct(rapid.SampledFrom(statuses), 0, 3, rapid.ID[model.Status]).Draw(t, "statuses"),
		Version:  pick("version", "1", "2", "3"),
		Scope:    pick("scope", "a", "a.read", "a.write", "read"),
		Contact:  pick("contact", member, inactive, "dev@example.com", "DEV@example.com", "ev@example.com"),

		CreatedAfter: rapid.Ptr(moments, true).Draw(t, "after"), CreatedBefore: rapid.Ptr(moments, true).Draw(t, "before"),
		ContactMissing: rapid.Ptr(rapid.Bool(), true).Draw(t, "missing"),
		UnusedSince:    rapid.Ptr(moments, true).Draw(t, "unused"),
	}
}

// matches is what a filter means.
func matches(f repository.TokenFilter, tok model.Token) bool {
	query := model.Fold(f.Query)
	named := strings.Contains(tok.NameFolded, query)
	if utf8.RuneCountInString(query) < 3 {
		named = strings.HasPrefix(tok.NameFolded, query)
	}
	contacted := f.Contact == "" || tok.PrimaryContact == f.Contact
	if strings.Contains(f.Contact, "@") {
		contacted = slices.Contains(tok.Developers, f.Contact)
	}
	return tok.DeletedAt == nil && named && contacted &&
		(len(f.Statuses) == 0 || slices.Contains(f.Statuses, tok.Status(f.Now))) &&
		(f.CreatedAfter == nil || !tok.CreatedAt.Before(*f.CreatedAfter)) &&
		(f.CreatedBefore == nil || tok.CreatedAt.Before(*f.CreatedBefore)) &&
		(f.Version == "" || tok.Version == f.Version) &&
		(f.Scope == "" || slices.Contains(tok.Scopes, f.Scope)) &&
		(f.ContactMissing == nil || *f.ContactMissing == (tok.PrimaryContact != member)) &&
		(f.UnusedSince == nil || tok.CreatedAt.Before(*f.UnusedSince) && (tok.LastUsedAt == nil || tok.LastUsedAt.Before(*f.UnusedSince)))
}

func TestFiltersMeanTheSameOnBothDatabases(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			owner := fmt.Sprint("owner ", run)
			newOwner(rt, store, t, owner)
			tokens := make([]model.Token, rapid.IntRange(0, 30).Draw(rt, "tokens"))
			for i := range tokens {
				tokens[i] = drawToken(rt, owner, fmt.Sprintf("%d/%d", run, i))
				if tokens[i].PrimaryContact == inactive {
					tokens[i].PrimaryContact += owner
				}
			}
			insert(rt, store, t, tokens)
			for range 5 {
				filter := drawFilter(rt, owner)
				if filter.Contact == inactive {
					filter.Contact += owner
				}
				by, desc := rapid.SampledFrom(orders).Draw(rt, "order"), rapid.Bool().Draw(rt, "desc")
				want := slices.DeleteFunc(slices.Clone(tokens), func(tok model.Token) bool { return !matches(filter, tok) })
				slices.SortFunc(want, compareTokens(by, desc))
				got, err := store.Tokens.List(t.Context(), filter, by, repository.Page{Limit: 100, Desc: desc})
				must(rt, err)
				if !slices.Equal(ids(got), ids(want)) {
					rt.Fatalf("%+v by %s: %v, want %v", filter, by, ids(got), ids(want))
				}
			}
		})
	})
}

func ids(tokens []model.Token) []string {
	out := make([]string, len(tokens))
	for i, tok := range tokens {
		out[i] = tok.ID
	}
	return out
}

func TestRareTokensAmongMany(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		const count = 3300
		rare := map[int]bool{0: true, 1: true, 1700: true, count - 2: true, count - 1: true}
		var want []model.Token
		must(t, store.InTx(t.Context(), func(tx *repository.Store) error {
			for i := range count {
				tok := newToken(fmt.Sprintf("%04d", i), fmt.Sprintf("%d of many", i))
				tok.CreatedAt = start.Add(time.Duration(i*7919%count) * time.Second)
				tok.LastUsedAt = new(start.Add(2 * time.Hour))
				if rare[i] {
					tok.Scopes, tok.LastUsedAt = []string{"rare"}, &start
					want = append(want, tok)
				}
				if err := tx.Tokens.Insert(t.Context(), &tok); err != nil {
					return err
				}
			}
			return nil
		}))
		filters := []repository.TokenFilter{
			{AccountID: account, Scope: "rare", Now: start},
			{AccountID: account, UnusedSince: new(start.Add(time.Hour)), Now: start},
		}
		for _, by := range orders {
			for i, filter := range append(filters, filters...) {
				page := repository.Page{Limit: 2, Desc: i >= len(filters)}
				var got []model.Token
				for {
					tokens, err := store.Tokens.List(t.Context(), filter, by, page)
					must(t, err)
					got = append(got, tokens...)
					if len(tokens) < page.Limit {
						break
					}
					page.After = new(repository.PositionOf(&tokens[1], by))
				}
				slices.SortFunc(want, compareTokens(by, page.Desc))
				if !slices.Equal(ids(got), ids(want)) {
					t.Errorf("%+v by %s, descending %v: %v, want %v", filter, by, page.Desc, ids(got), ids(want))
				}
			}
		}
	})
}
