package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// noCache is the smallest cache, which holds some thirty tokens.
const noCache = "--cache-bytes=16384"

// uncached measures checks of tokens that are not cached, and what caching them
// takes.
func (b *bench) uncached(ctx context.Context) error {
	s, err := b.seed(ctx, b.tokens/10)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := b.misses(ctx, s); err != nil {
		return err
	}
	t := b.report.table("Memory of the cache", "Growth of the heap, after a collection, by all that caching takes.", "tokens", "bytes for each", "goal")
	return b.memory(ctx, t, s)
}

// anyOf asks about one of all tokens, a different one each time.
func (s *seeded) anyOf(n int64) []byte {
	return ask(int(uint64(n) * 0x9E3779B97F4A7C15 >> 1 % uint64(s.tokens))) // far from those before it
}

func (b *bench) misses(ctx context.Context, s *seeded) error {
	reference, err := b.reference(ctx, "select-pgx", s.url)
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := s.beside(ctx, b, noCache)
	if err != nil {
		return err
	}
	defer subject.stop()
	r := request{method: "POST", path: "/tokens/verify", header: subject.header(), body: s.anyOf}
	t := b.report.table("Verify, not cached, PostgreSQL",
		"Reference: pgx selects by id what a check needs of the token, behind a bare Echo handler that answers with 300 bytes. "+
			"Tokenry has a cache of 16 KiB. Any of 100,000 tokens is asked about.",
		"connections", "bare select", "Tokenry", "p99", "req/s ratio", "CPU of the handler", "CPU of Tokenry", "CPU ratio", "goal")
	for _, n := range []int{1, 16} {
		all, err := b.takeTurns(ctx, n, side{reference, r}, side{subject.process, r})
		if err != nil {
			return err
		}
		got := ratio(all[0], all[1], cpuOf)
		t.add(got <= 1.2, strconv.Itoa(n), perSecond(all[0].rate()), perSecond(all[1].rate()), milliseconds(all[1].p99()),
			fmt.Sprintf("%.2f", ratio(all[0], all[1], load.rate)), microseconds(all[0].cpu()), microseconds(all[1].cpu()),
			fmt.Sprintf("%.2f x", got), "≤ 1.2 x")
	}
	return b.profile(ctx, subject, r, "verify-uncached")
}

// memory measures how the heap of a server grows by caching all tokens.
func (b *bench) memory(ctx context.Context, t *table, s *seeded) error {
	server, err := s.beside(ctx, b, "--cache-bytes="+strconv.Itoa(s.tokens*2000))
	if err != nil {
		return err
	}
	defer server.stop()
	before, err := server.heap(ctx)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(8)
	for number := 0; number < s.tokens; number += batchSize {
		group.Go(func() error { return server.know(ctx, number, min(number+batchSize, s.tokens)) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	after, err := server.settledHeap(ctx)
	each := (after - before) / s.tokens
	t.add(each < 600, strconv.Itoa(s.tokens), strconv.Itoa(each), "< 600")
	return err
}

// know asks about the secrets of those numbers, which then are cached.
func (t *tokenry) know(ctx context.Context, from, to int) error {
	items := make([][]byte, 0, batchSize)
	for number := from; number < to; number++ {
		items = append(items, fmt.Appendf(nil, `{"secret":"%s"}`, secretText(number)))
	}
	var answers struct{ Items []struct{ Code string } }
	body := slices.Concat([]byte(`{"items":[`), bytes.Join(items, []byte(",")), []byte("]}"))
	if err := t.call(ctx, http.MethodPost, "/tokens/verify/batch", body, &answers); err != nil {
		return err
	}
	for i, answer := range answers.Items {
		if answer.Code == "unknown" {
			return fmt.Errorf("token %d is not known", from+i)
		}
	}
	return nil
}

// settledHeap is the heap once all counts of usage are written.
func (t *tokenry) settledHeap(ctx context.Context) (int, error) {
	for pending := -1; pending != 0; time.Sleep(time.Second) {
		var err error
		if pending, err = t.figure(ctx, "/metrics", "\ntokenry_usage_pending "); err != nil {
			return 0, err
		}
	}
	return t.heap(ctx)
}

// heap is how much the server's heap holds after a collection, in bytes.
func (t *tokenry) heap(ctx context.Context) (int, error) {
	return t.figure(ctx, "/debug/pprof/heap?gc=1&debug=1", "# HeapAlloc = ")
}

// figure is the number after a text, on a page for operators.
func (t *tokenry) figure(ctx context.Context, path, before string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+t.ops+path, http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	_, after, found := strings.Cut(string(text), before)
	if !found {
		return 0, fmt.Errorf("%s does not tell %q", path, before)
	}
	figure, _, _ := strings.Cut(after, "\n")
	number, err := strconv.ParseFloat(figure, 64) // large ones have an exponent
	return int(number), err
}
