package service_test

import (
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// small is a catalog of two scopes and two versions.
func small() model.Catalog {
	scope := func(id string) model.Scope {
		return model.Scope{ID: id, Label: model.Text{"": id}, Access: model.AccessRead}
	}
	return model.Catalog{
		AccountType: "shop", DefaultVersion: "2",
		Versions: []model.Version{{ID: "1", State: model.VersionCurrent}, {ID: "2", State: model.VersionCurrent}},
		Categories: []model.Category{{
			ID: "orders", Label: model.Text{"": "Orders"}, Scopes: []model.Scope{scope("orders.read"), scope("orders.write")},
		}},
		Routes: []model.Route{
			{Method: "GET", Path: "/orders", Scopes: [][]string{{"orders.read"}}},
			{Method: "POST", Path: "/orders", Scopes: [][]string{{"orders.write"}}},
		},
	}
}

// without is the small catalog without writing.
func without() model.Catalog {
	c := small()
	c.Categories[0].Scopes = c.Categories[0].Scopes[:1]
	c.Routes = c.Routes[:1]
	return c
}

// shop is a bench whose actor acts in an account of the small catalog, with a
// token that holds both scopes.
func shop(t *testing.T, db testdb.DB) (*bench, service.Issued) {
	b := newBench(t, db)
	_, err := b.apply(small(), service.ApplyOptions{})
	b.must(err)
	account, err := b.accounts.Create(t.Context(), b.actor, service.AccountInput{Type: new("shop"), Name: new("Shop")})
	b.must(err)
	b.actor.AccountID = account.ID
	member, err := b.members.Create(t.Context(), b.actor, service.MemberInput{
		Name: new("Sam"), Email: new("sam@shop.example"), Role: new(model.RoleAdmin),
	})
	b.must(err)
	tok, err := b.tokens.Create(t.Context(), b.actor, service.CreateToken{
		Name: "Till", Scopes: []string{"orders.read", "orders.write"}, PrimaryContact: member.ID, Version: "1",
	})
	b.must(err)
	return b, tok
}

func (b *bench) apply(c model.Catalog, options service.ApplyOptions) (service.Applied, error) {
	b.t.Helper()
	applied, err := b.catalogs.Apply(b.t.Context(), b.actor, []model.Catalog{c}, options)
	if err == nil {
		b.must(b.catalogs.Wait(b.t.Context(), applied.Taken))
		b.must(b.node.CatchUp(b.t.Context()))
	}
	return applied, err
}

// opens is the code of the answer to whether a secret opens a route.
func (b *bench) opens(tok service.Issued, method string) string {
	b.t.Helper()
	answer, err := b.verifier.Verify(b.t.Context(), service.Question{Secret: tok.Secret.Reveal(), Method: method, Path: "/orders"})
	b.must(err)
	return answer.Code
}

func TestRemovedScopesAreStripped(t *testing.T) {
	t.Parallel()
	lost := small() // writing begins with version 2, and the token has 1
	lost.Categories[0].Scopes[1].Since = "2"
	tests := map[string]model.Catalog{"removed": without(), "not in the version any more": lost}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, next := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b, tok := shop(t, testdb.New(t, db.Dialect))
				_, err := b.apply(next, service.ApplyOptions{})
				b.wantCode(err, "removals_not_allowed")
				if got := b.opens(tok, "POST"); got != "ok" {
					t.Errorf("after the refusal: %s", got)
				}
				applied, err := b.apply(next, service.ApplyOptions{AllowRemovals: true})
				b.must(err)
				if plan := applied.Plans[0]; applied.Taken == 0 || plan.TouchedTokens != 1 || plan.TouchedByScope["orders.write"] != 1 {
					t.Errorf("applied %+v", applied)
				}
				_, err = b.apply(small(), service.ApplyOptions{AllowWidening: true})
				b.must(err)
				if got := b.opens(tok, "POST"); got != "insufficient_scope" {
					t.Errorf("after the scope came back: %s", got)
				}
				if got := b.opens(tok, "GET"); got != "ok" {
					t.Errorf("the scope that stayed: %s", got)
				}
				entries := b.entries("token.scopes_removed")
				if len(entries) != 1 || entries[0].TokenID != tok.Token.ID || entries[0].AccountID != b.actor.AccountID {
					t.Errorf("entries %+v", entries)
				}
			})
		}
	})
}

func TestScopeHeldByATokenThatWasIssuedAsItVanished(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		late := tok.Token
		_, err := b.apply(without(), service.ApplyOptions{AllowRemovals: true})
		b.must(err)
		b.must(b.store.Tokens.Update(t.Context(), &late)) // as a node does that has not heard
		b.announce(repository.ChangeToken, late.ID)
		_, err = b.apply(small(), service.ApplyOptions{AllowWidening: true, AllowRemovals: true})
		b.must(err)
		if got := b.opens(tok, "POST"); got != "insufficient_scope" {
			t.Errorf("after the scope came back: %s", got)
		}
	})
}

func TestWideningNeedsToBeAllowed(t *testing.T) {
	t.Parallel()
	wider := small()
	wider.Routes = append(slices.Clone(wider.Routes), model.Route{Method: "DELETE", Path: "/orders", Scopes: [][]string{{"orders.write"}}})
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		_, err := b.apply(wider, service.ApplyOptions{AllowRemovals: true})
		b.wantCode(err, "widening_not_allowed")
		_, err = b.apply(wider, service.ApplyOptions{AllowWidening: true})
		b.must(err)
		if got := b.opens(tok, "DELETE"); got != "ok" {
			t.Errorf("the wider scope: %s", got)
		}
	})
}

func TestVersionInUseStays(t *testing.T) {
	t.Parallel()
	retired, removed := small(), small()
	retired.Versions[0].State = model.VersionRetired
	removed.Versions = removed.Versions[1:]
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		_, err := b.apply(removed, service.ApplyOptions{AllowRemovals: true, AllowWidening: true})
		b.wantCode(err, "version_in_use")
		applied, err := b.apply(retired, service.ApplyOptions{})
		b.must(err)
		if got := b.opens(tok, "GET"); got != "version_retired" || applied.Taken == 0 {
			t.Errorf("retired version: %s, took %d", got, applied.Taken)
		}
		_, err = b.tokens.Revoke(t.Context(), b.actor, tok.Token.ID, "")
		b.must(err)
		_, err = b.apply(removed, service.ApplyOptions{})
		b.must(err)
	})
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		entries := len(b.all())
		before, err := b.store.Changes.Last(t.Context())
		b.must(err)
		applied, err := b.apply(without(), service.ApplyOptions{DryRun: true, AllowRemovals: true})
		b.must(err)
		after, err := b.store.Changes.Last(t.Context())
		b.must(err)
		if plan := applied.Plans[0]; plan.TouchedTokens != 1 || !slices.Equal(plan.RemovedScopes, []string{"orders.write"}) {
			t.Errorf("plan %+v", plan)
		}
		stored, err := b.tokens.Show(t.Context(), b.actor, tok.Token.ID)
		b.must(err)
		if got := b.opens(tok, "POST"); got != "ok" || len(b.all()) != entries || after != before || len(stored.Scopes) != 2 {
			t.Errorf("something changed: %s, %d entries, change %d", got, len(b.all())-entries, after)
		}
	})
}

func TestCatalogAppliedAgain(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, _ := shop(t, db)
		entries := len(b.all())
		applied, err := b.apply(small(), service.ApplyOptions{})
		b.must(err)
		if len(b.all()) != entries || applied.Taken == 0 {
			t.Errorf("%d new entries, took %d; want none and a wait", len(b.all())-entries, applied.Taken)
		}
		exported, err := b.catalogs.Export(t.Context())
		b.must(err)
		at := slices.IndexFunc(exported, func(c model.Catalog) bool { return c.AccountType == "shop" })
		if plan := catalog.Diff(&exported[at], new(small())); !plan.Empty() {
			t.Errorf("the stored catalog differs: %+v", plan)
		}
	})
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	next := small()
	next.Categories[0].Scopes[1].Until = "1"
	next.Categories[0].Scopes = append(next.Categories[0].Scopes,
		model.Scope{ID: "orders.refund", Label: model.Text{"": "Refund"}, Access: model.AccessWrite, Since: "2"})
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b, tok := shop(t, db)
		_, err := b.apply(next, service.ApplyOptions{})
		b.must(err)
		plan, err := b.tokens.PlanUpgrade(t.Context(), b.actor, tok.Token.ID, "2")
		b.must(err)
		if !slices.Equal(plan.RemovedScopes, []string{"orders.write"}) || !slices.Equal(plan.NewScopes, []string{"orders.refund"}) {
			t.Errorf("plan %+v", plan)
		}
		_, err = b.tokens.Update(t.Context(), b.actor, service.UpdateToken{ID: tok.Token.ID, Version: new("2")})
		b.wantFault("with a scope that is gone", err, "scopes.1", "not_in_version")
		changed, err := b.tokens.Update(t.Context(), b.actor, service.UpdateToken{
			ID: tok.Token.ID, Version: new("2"), Scopes: &[]string{"orders.read", "orders.refund"},
		})
		b.must(err)
		if changed.Taken == 0 {
			t.Error("the upgrade is not waited for")
		}
	})
}

func TestNewAccountTypeFromSeveralAtOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		var group errgroup.Group
		for range 4 {
			group.Go(func() error {
				_, err := b.apply(small(), service.ApplyOptions{})
				return err
			})
		}
		b.must(group.Wait())
	})
}

// TestImportsAtOnce: of imports at once none is lost, and each tells what it has
// found once.
func TestImportsAtOnce(t *testing.T) {
	t.Parallel()
	document := []byte("openapi: 3.0.3\npaths:\n  /a/{x}: {get: {operationId: a}}\n  /a/{y}: {get: {operationId: b}}\n")
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		var group errgroup.Group
		for _, kind := range []string{"one", "one", "two", "two", "three"} {
			group.Go(func() error {
				in := service.ImportOpenAPI{Document: document, AccountType: kind, Version: "1"}
				done, err := b.catalogs.Import(t.Context(), b.actor, in, service.ApplyOptions{})
				if err == nil && (len(done.Warnings) != 1 || len(done.Plans) != 1) {
					t.Errorf("imported %+v", done)
				}
				return err
			})
		}
		b.must(group.Wait())
		exported, err := b.catalogs.Export(t.Context())
		b.must(err)
		for _, kind := range []string{"one", "two", "three"} {
			if !slices.ContainsFunc(exported, func(c model.Catalog) bool { return c.AccountType == kind && len(c.Routes) == 1 }) {
				t.Errorf("%s is not there", kind)
			}
		}
	})
}
