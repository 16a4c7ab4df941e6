package prooftest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/anishathalye/porcupine"
)

// send sends a request and gives the status, 0 if there was no answer, and
// whether it may have been heard.
func (c *clients) send(ctx context.Context, n *node, limit time.Duration, r request, out any) (status int, heard bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	status, problem, err := n.call(ctx, c.cluster.secret, r, out)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return 0, false
	case err != nil:
		return 0, true
	}
	switch status {
	case http.StatusOK, http.StatusCreated, http.StatusNotFound, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusUnprocessableEntity:
	default:
		if problem != "token_revoked" {
			c.fail("node %d answered %s %s with %d %s", n.number, r.method, r.path, status, problem)
		}
	}
	return status, true
}

// check asks a node about tokens.
func (c *clients) check(ctx context.Context, n *node, random *rand.Rand) {
	for ; ctx.Err() == nil; pause(ctx, upTo(random, 6*time.Millisecond)) {
		c.mu.Lock()
		var tok *token
		if len(c.tokens) > 0 {
			tok = c.tokens[random.IntN(len(c.tokens))]
		}
		c.mu.Unlock()
		if tok == nil {
			continue
		}
		c.checkOnce(ctx, n, tok, random)
	}
}

func (c *clients) checkOnce(ctx context.Context, n *node, tok *token, random *rand.Rand) {
	s, question := tok.pick(random), check{wide: random.IntN(2) == 0}
	question.secret = s.call
	scope := kept
	if question.wide {
		scope = atTimes
	}
	body, _ := json.Marshal(map[string]any{"secret": s.text, "scopes": []string{scope}})
	var answer struct {
		Code string
		AsOf time.Time `json:"as_of"`
	}
	start := time.Now()
	status, _ := c.send(ctx, n, checkLimit, request{method: "POST", path: "/tokens/verify", body: body}, &answer)
	end := time.Now()
	if status != http.StatusOK {
		c.count(fmt.Sprintf("check %d", status))
		return
	}
	c.count("check " + answer.Code)
	if answer.AsOf.Before(start.Truncate(time.Microsecond)) || answer.AsOf.After(end) {
		c.fail("node %d answered as of %s a check from %s to %s", n.number, answer.AsOf, start, end)
	}
	question.asOf = answer.AsOf.UnixNano()
	tok.record(porcupine.Operation{
		ClientId: n.number, Input: question, Call: question.asOf, Output: answer.Code, Return: end.UnixNano(),
	})
}
