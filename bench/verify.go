package main

import (
	"context"
	"fmt"
	"net/http"
)

// verify measures POST /tokens/verify of a cached token beside an empty Echo
// handler that reads the same body and answers with about as many bytes.
func (b *bench) verify(ctx context.Context) error {
	reference, err := b.reference(ctx, "empty")
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := b.tokenry(ctx, "")
	if err != nil {
		return err
	}
	defer subject.stop()
	var made struct{ ID, Secret string }
	if err := subject.call(ctx, http.MethodPost, "/tokens", createBody(0), &made); err != nil {
		return err
	}
	ask := func(question string) request {
		body := fmt.Appendf(nil, `{"secret":%q,%s,"version":"16","ip":"203.0.113.9"}`, made.Secret, question)
		return request{method: "POST", path: "/tokens/verify", header: subject.header(), body: func(int64) []byte { return body }}
	}
	scope := ask(`"scopes":["actions.list_actions"]`)
	route := ask(fmt.Sprintf(`"method":"GET","path":"/Mediapartners/%s/Actions"`, made.ID))
	for _, r := range []request{scope, route} {
		var answer struct {
			Valid bool
			Code  string
		}
		if err := subject.call(ctx, http.MethodPost, r.path, r.body(0), &answer); err != nil {
			return err
		}
		if !answer.Valid {
			return fmt.Errorf("the token of the measurement is answered with %q", answer.Code)
		}
	}
	t := b.report.table("Verify, cached",
		"Reference: an empty Echo handler that reads the same body and answers with 300 bytes.",
		"question, connections", "empty handler", "Tokenry", "p99", "req/s ratio", "CPU of the handler", "CPU of Tokenry", "CPU ratio", "goal")
	for _, n := range []int{1, 16} {
		all, err := b.takeTurns(ctx, n, side{reference, scope}, side{subject.process, scope}, side{subject.process, route})
		if err != nil {
			return err
		}
		for i, name := range []string{"by scope", "by route"} {
			empty, asked := all[0], all[i+1]
			got := ratio(empty, asked, cpuOf)
			t.add(got <= 3, fmt.Sprintf("%s, %d", name, n), perSecond(empty.rate()), perSecond(asked.rate()), milliseconds(asked.p99()),
				fmt.Sprintf("%.2f", ratio(empty, asked, load.rate)), microseconds(empty.cpu()), microseconds(asked.cpu()),
				fmt.Sprintf("%.2f x", got), "≤ 3 x")
		}
	}
	if err := b.profile(ctx, subject, scope, "verify-scope"); err != nil {
		return err
	}
	return b.profile(ctx, subject, route, "verify-route")
}
