package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
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
	err = b.beside(ctx, "Verify, cached", "Reference: an empty Echo handler that reads the same body and answers with 300 bytes.",
		reference, subject, goal{1.4, 0.72}, question{"by scope", scope}, question{"by route", route})
	if err != nil {
		return err
	}
	if err := b.profile(ctx, subject, scope, "verify-scope"); err != nil {
		return err
	}
	if err := b.profile(ctx, subject, route, "verify-route"); err != nil {
		return err
	}
	return b.batch(ctx, reference, subject)
}

// batchSize is how many secrets a batch may ask about.
const batchSize = 100

// batch measures POST /tokens/verify/batch of as many cached tokens as a call may
// ask about.
func (b *bench) batch(ctx context.Context, reference *process, subject *tokenry) error {
	var items [][]byte
	for range batchSize {
		var made struct{ Secret string }
		if err := subject.call(ctx, http.MethodPost, "/tokens", createBody(sent.Add(1)), &made); err != nil {
			return err
		}
		items = append(items, fmt.Appendf(nil, `{"secret":%q,"scopes":["actions.list_actions"],"ip":"203.0.113.9"}`, made.Secret))
	}
	body := slices.Concat([]byte(`{"items":[`), bytes.Join(items, []byte(",")), []byte("]}"))
	if err := subject.allValid(ctx, body); err != nil {
		return err
	}
	r := request{method: "POST", path: "/tokens/verify/batch", header: subject.header(), body: func(int64) []byte { return body }}
	t := b.report.table("Verify, a batch of 100, cached",
		"Reference: an empty Echo handler that reads the same body and answers with 300 bytes. What Tokenry takes more is divided by 100.",
		"connections", "Tokenry", "p99", "CPU of the handler", "CPU of Tokenry", "CPU for each secret", "goal")
	for _, n := range []int{1, 16} {
		all, err := b.takeTurns(ctx, n, side{reference, r}, side{subject.process, r})
		if err != nil {
			return err
		}
		each := (all[1].cpu() - all[0].cpu()) / batchSize
		t.add(each <= time.Microsecond, strconv.Itoa(n), perSecond(all[1].rate()), milliseconds(all[1].p99()),
			microseconds(all[0].cpu()), microseconds(all[1].cpu()), fmt.Sprintf("%.2f µs", each.Seconds()*1e6), "≤ 1 µs")
	}
	return b.profile(ctx, subject, r, "verify-batch")
}

// allValid sees that every answer of a batch is the one that is to be measured.
func (t *tokenry) allValid(ctx context.Context, body []byte) error {
	var answers struct {
		Items []struct {
			Valid bool
			Code  string
		}
	}
	if err := t.call(ctx, http.MethodPost, "/tokens/verify/batch", body, &answers); err != nil {
		return err
	}
	for i, answer := range answers.Items {
		if !answer.Valid {
			return fmt.Errorf("token %d of the measurement is answered with %q", i, answer.Code)
		}
	}
	return nil
}
