package catalog_test

import (
	"testing"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

func TestSample(t *testing.T) {
	t.Parallel()
	categories, scopes := 0, 0
	for _, c := range catalog.Sample() {
		if c.Bind["AccountSID"] != model.BindTokenID {
			t.Errorf("%s: AccountSID is bound to %q", c.AccountType, c.Bind["AccountSID"])
		}
		categories += len(c.Categories)
		for _, cat := range c.Categories {
			scopes += len(cat.Scopes)
			if cat.Label["zh-CN"] == "" || cat.Description["zh-CN"] == "" {
				t.Errorf("%s: %s is not in Chinese", c.AccountType, cat.ID)
			}
			for _, scope := range cat.Scopes {
				if scope.Label["zh-CN"] == "" {
					t.Errorf("%s: %s is not in Chinese", c.AccountType, scope.ID)
				}
			}
		}
		if _, err := catalog.Compile(&c); err != nil {
			t.Error(err)
		}
	}
	if n := len(catalog.Sample()); n != 3 || categories != 59 || scopes != 206 {
		t.Errorf("%d types, %d categories, %d scopes; want 3, 59, 206", n, categories, scopes)
	}
}

func TestStarterOpensEveryPath(t *testing.T) {
	t.Parallel()
	c := compile(t, &catalog.Starter()[0])
	for method, scope := range map[string]string{
		"GET": "api.read", "HEAD": "api.read",
		"POST": "api.write", "PUT": "api.write", "PATCH": "api.write", "DELETE": "api.write",
	} {
		for _, path := range []string{"/", "/a", "/a/", "/a/b/c?d=e", "/a/b/"} {
			m, ok := c.Match(method, path)
			if !ok || len(m.Route.Scopes) != 1 || m.Route.Scopes[0][0] != scope {
				t.Errorf("Match(%s, %s) = %+v, %t; want a route of %s", method, path, m.Route, ok, scope)
			}
		}
	}
}

func TestOperator(t *testing.T) {
	t.Parallel()
	c := compile(t, catalog.Operator())
	for _, id := range []string{"tokenry.tokens.read", "tokenry.tokens.write", "tokenry.verify", "tokenry.audit.read", "tokenry.admin"} {
		if !c.ExistsIn(id, "1") {
			t.Errorf("%s does not exist in version 1", id)
		}
	}
	if _, ok := c.Match("GET", "/"); ok {
		t.Error("the operator catalog has a route")
	}
}

func compile(t testing.TB, c *model.Catalog) *catalog.Compiled {
	t.Helper()
	compiled, err := catalog.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}
