package prooftest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
)

// The scopes of each catalog.
const (
	kept    = "s.kept"
	atTimes = "s.at-times" // is taken away and given again
)

// create makes a token in an account of its own, with a catalog of its own; nil
// if ctx ends meanwhile. Calls are repeated until they succeed; what is left over
// from those that did so unheard does no harm.
func (c *clients) create(ctx context.Context, random *rand.Rand) *token {
	c.mu.Lock()
	c.made++
	tok := &token{kind: fmt.Sprintf("kind-%d", c.made)}
	c.mu.Unlock()
	var account, member struct{ ID string }
	var made struct{ ID, Secret string }
	ok := c.must(ctx, random, func(int) request { return tok.putCatalog(kept, atTimes) }, &struct{}{}) &&
		c.must(ctx, random, func(int) request {
			return post("/accounts", map[string]any{"type": tok.kind, "name": tok.kind})
		}, &account) &&
		c.must(ctx, random, func(attempt int) request {
			return post("/accounts/"+account.ID+"/members", map[string]any{
				"name": "Ada", "email": fmt.Sprintf("ada-%d@example.com", attempt), "role": "admin",
			})
		}, &member) &&
		c.must(ctx, random, func(int) request {
			r := post("/tokens", map[string]any{
				"name": "Token", "contacts": map[string]string{"primary": member.ID}, "scopes": []string{kept, atTimes},
			})
			r.account, r.key = account.ID, "a token in "+account.ID // a secret that nobody knows would need its pepper for ever
			return r
		}, &made)
	if !ok {
		return nil
	}
	tok.id, tok.account, tok.secrets = made.ID, account.ID, []secret{{0, made.Secret}}
	return tok
}

// must sends a request to one node or another until it succeeds, and reports
// false if ctx ends before.
func (c *clients) must(ctx context.Context, random *rand.Rand, r func(attempt int) request, out any) bool {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		status, _ := c.send(ctx, c.node(random), changeLimit, r(attempt), out)
		if status == http.StatusOK || status == http.StatusCreated {
			return true
		}
	}
	return false
}

func post(path string, body map[string]any) request {
	r := request{method: "POST", path: path}
	if body != nil {
		r.body, _ = json.Marshal(body) // can be written
	}
	return r
}

// putCatalog replaces the token's catalog by one with these scopes.
func (tok *token) putCatalog(scopes ...string) request {
	var list []map[string]any
	for _, scope := range scopes {
		list = append(list, map[string]any{"id": scope, "label": scope, "access": "read"})
	}
	category := map[string]any{"id": "s", "label": "S", "scopes": list}
	r := post("/catalog?allow_removals=true", map[string]any{"account_types": map[string]any{
		tok.kind: map[string]any{"label": "Proof", "versions": []any{map[string]any{"id": "1"}}, "categories": []any{category}},
	}})
	r.method = "PUT"
	return r
}
