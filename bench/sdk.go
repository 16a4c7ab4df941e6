package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/tokenry/tokenry/client"
)

// sdk measures checks that the Go SDK answers from its memory.
func (b *bench) sdk(ctx context.Context) error {
	server, err := b.tokenry(ctx, "")
	if err != nil {
		return err
	}
	defer server.stop()
	var made struct{ Secret string }
	if err := server.call(ctx, http.MethodPost, "/tokens", createBody(0), &made); err != nil {
		return err
	}
	c, err := client.New("http://"+server.address, server.secret)
	if err != nil {
		return err
	}
	verifier := client.NewVerifier(c, client.VerifierOptions{Bound: 10 * time.Second}) // asks the server once a minute even if it is starved
	defer verifier.Close()
	question := client.Question{Secret: made.Secret, Scopes: []string{"actions.list_actions"}, IP: "203.0.113.9"}
	for end := time.Now().Add(10 * time.Second); !verifier.Fresh(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return errors.New("the SDK did not come to answer from memory")
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	each, done := make([]time.Duration, b.rounds), 0
	for i := range each {
		n, err := checkFor(ctx, verifier, question, b.period, &each[i])
		if err != nil {
			return err
		}
		done += n
	}
	runtime.ReadMemStats(&after)
	allocations := float64(after.Mallocs-before.Mallocs) / float64(done)
	t := b.report.table("Check by the Go SDK, cached",
		"In one goroutine. The allocations are those of the whole process, which also reads the stream of changes.",
		"each check", "allocations", "goal")
	got := median(each, func(d time.Duration) time.Duration { return d })
	t.add(got < 500*time.Nanosecond && allocations < 0.01, fmt.Sprintf("%d ns", got.Nanoseconds()), fmt.Sprintf("%.3f", allocations),
		"< 500 ns, none")
	return nil
}

// checkFor checks for a while, tells how long each check takes, and gives how
// many there were.
func checkFor(ctx context.Context, verifier *client.Verifier, question client.Question, period time.Duration, each *time.Duration) (int, error) {
	const turns = 10_000
	began, done := time.Now(), 0
	for ; time.Since(began) < period; done += turns {
		for range turns {
			answer, err := verifier.Verify(ctx, question)
			if err != nil {
				return 0, err
			}
			if !answer.Valid {
				return 0, fmt.Errorf("the token of the measurement is answered with %q", answer.Code)
			}
		}
	}
	*each = time.Since(began) / time.Duration(done)
	return done, nil
}
