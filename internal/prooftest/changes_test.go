package prooftest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/anishathalye/porcupine"
)

// change changes a token on all nodes until ctx ends, or too many outcomes are
// unknown to judge.
func (c *clients) change(ctx context.Context, tok *token, random *rand.Rand) {
	actions := []action{
		disable, disable, enable, enable, enable, enable, narrow, narrow, widen, widen, widen, rotate, rotate,
		deactivate, activate, activate, activate, strip, restore, restore,
	}
	for ctx.Err() == nil && tok.unknowns() < 3 {
		c.do(ctx, tok, commit{action: actions[random.IntN(len(actions))], grace: random.IntN(2) == 0}, random)
		pause(ctx, upTo(random, 200*time.Millisecond))
	}
}

// end ends a token, however often that must be tried.
func (c *clients) end(tok *token, random *rand.Rand) {
	ctx, cancel := context.WithTimeout(c.t.Context(), endLimit)
	defer cancel()
	in := commit{id: tok.begin(), action: []action{revoke, revoke, remove}[random.IntN(3)]}
	for start := time.Now(); ctx.Err() == nil; pause(ctx, 50*time.Millisecond) {
		if c.try(ctx, tok, in, start, random) == known {
			return
		}
	}
	c.fail("token %s could not be ended within %s", tok.id, endLimit)
}

// do makes a change. One that can be repeated without harm sometimes is.
func (c *clients) do(ctx context.Context, tok *token, in commit, random *rand.Rand) {
	in.id = tok.begin()
	attempts := 1
	if in.action == rotate {
		attempts += random.IntN(3)
	}
	start, outcome, lost := time.Now(), unheard, false
	for ; attempts > 0 && outcome < declined; attempts-- {
		outcome = c.try(ctx, tok, in, start, random)
		lost = lost || outcome == unknown
	}
	if lost && outcome != known {
		in.by = never
		tok.record(porcupine.Operation{ClientId: tok.client(in), Input: in, Call: start.UnixNano(), Return: never})
	}
}

type outcome int

const (
	unheard outcome = iota
	unknown
	declined
	known
)

// try makes a change, which may have been tried since start, and records what it
// is told.
func (c *clients) try(ctx context.Context, tok *token, in commit, start time.Time, random *rand.Rand) outcome {
	var changed struct {
		Secret     string
		Propagated bool
	}
	attempt := time.Now()
	status, heard := c.send(ctx, c.node(random), changeLimit, in.request(tok), &changed)
	end := time.Now().UnixNano()
	in.by = end
	commit := porcupine.Operation{ClientId: tok.client(in), Input: in, Call: start.UnixNano(), Output: "done", Return: end}
	c.count(fmt.Sprintf("%s %d", in.action, status))
	switch status {
	case http.StatusOK:
	case http.StatusUnprocessableEntity:
		if in.action != widen { // which fails if the catalog has no such scope, as far as the node has heard
			c.fail("%s of token %s was invalid", in.action, tok.id)
		}
		return declined
	case http.StatusConflict, http.StatusNotFound:
		commit.Input, commit.Call = refused{}, attempt.UnixNano()
		tok.record(commit)
		return declined
	default:
		if heard {
			return unknown
		}
		return unheard
	}
	tok.record(commit)
	if changed.Secret != "" {
		tok.learn(secret{in.id, changed.Secret})
	}
	if in.takes() && !changed.Propagated {
		c.fail("%s of token %s returned without having waited", in.action, tok.id)
	}
	if changed.Propagated {
		c.count("acknowledged")
		tok.record(porcupine.Operation{ClientId: commit.ClientId, Input: acknowledge{in.id}, Call: end + 1, Return: end + 1})
	}
	return known
}

// client is a row of the picture: below those of the nodes, one for each call.
func (tok *token) client(in commit) int { return 10 + in.id }

func (in commit) request(tok *token) request {
	r := post("/tokens/"+tok.id+"/"+string(in.action), nil)
	switch in.action {
	case remove:
		r = request{method: "DELETE", path: "/tokens/" + tok.id}
	case rotate:
		grace := 0
		if in.grace {
			grace = 3600
		}
		r = post(r.path, map[string]any{"grace_seconds": grace, "end_previous": true})
		r.key = fmt.Sprintf("%s-%d", tok.id, in.id)
	case narrow:
		r = patch("/tokens/"+tok.id, map[string]any{"scopes": []string{kept}})
	case widen:
		r = patch("/tokens/"+tok.id, map[string]any{"scopes": []string{kept, atTimes}})
	case deactivate:
		return patch("/accounts/"+tok.account, map[string]any{"state": "disabled"})
	case activate:
		return patch("/accounts/"+tok.account, map[string]any{"state": "active"})
	case strip:
		return tok.putCatalog(kept)
	case restore:
		return tok.putCatalog(kept, atTimes)
	}
	r.account = tok.account
	return r
}

func patch(path string, body map[string]any) request {
	r := post(path, body)
	r.method = "PATCH"
	return r
}
