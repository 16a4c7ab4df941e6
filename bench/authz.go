package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// authz measures /authz of a cached token, by route, beside an empty Echo handler
// that gets the same request and answers with about as many bytes, though as a
// body: Tokenry's are headers.
func (b *bench) authz(ctx context.Context) error {
	reference, err := b.reference(ctx, "empty")
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := b.tokenry(ctx, "", "--trusted-proxies=127.0.0.1")
	if err != nil {
		return err
	}
	defer subject.stop()
	var made struct{ ID, Secret string }
	if err := subject.call(ctx, http.MethodPost, "/tokens", createBody(0), &made); err != nil {
		return err
	}
	r := request{
		method: http.MethodPost, path: "/authz", body: func(int64) []byte { return nil },
		header: map[string]string{
			"Tokenry-Authorization": "Bearer " + subject.secret, "Authorization": "Bearer " + made.Secret,
			"X-Forwarded-Method": http.MethodGet, "X-Forwarded-Uri": "/Mediapartners/" + made.ID + "/Actions",
			"X-Forwarded-For": "203.0.113.9",
		},
	}
	t := b.report.table("Gateways, cached",
		"`/authz` by route. Reference: an empty Echo handler that gets the same request and answers with 300 bytes.",
		"connections", "empty handler", "Tokenry", "p99", "req/s ratio", "CPU of the handler", "CPU of Tokenry", "CPU ratio", "goal")
	for _, n := range []int{1, 16} {
		all, err := b.takeTurns(ctx, n, side{reference, r}, side{subject.process, r}) // any answer but 200 ends it
		if err != nil {
			return err
		}
		empty, asked := all[0], all[1]
		got := ratio(empty, asked, cpuOf)
		t.add(got <= 1.6, strconv.Itoa(n), perSecond(empty.rate()), perSecond(asked.rate()), milliseconds(asked.p99()),
			fmt.Sprintf("%.2f", ratio(empty, asked, load.rate)), microseconds(empty.cpu()), microseconds(asked.cpu()),
			fmt.Sprintf("%.2f x", got), "≤ 1.6 x")
	}
	return b.profile(ctx, subject, r, "authz")
}
