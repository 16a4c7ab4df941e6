package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listCalls is the lists that are measured at every size.
var listCalls = []string{
	"", "status=active", "status=disabled", "q=report", "version=16&sort=name", "sort=-last_used_at", "status=active&sort=expires_at",
}

// growth measures the same calls with few tokens and with very many.
func (b *bench) growth(ctx context.Context) error {
	t := b.report.table("Growth, PostgreSQL",
		"The same calls on databases of different size in one PostgreSQL, in turn. A tenth of the tokens is in one account, in which tokens "+
			"are created, revoked and listed; the others have accounts of 1,000. Hits are of 1,000 tokens, misses of any of all, with "+
			"a cache of 16 KiB. Ratios are of requests in a second, with the smallest database as 1. "+load1(),
		"tokens, database", "hits", "misses", "create", "revoke, p50", "slowest list, p50", "hits ratio", "misses ratio", "create ratio", "goal")
	var all []*seeded
	for _, tokens := range b.sizes {
		s, err := b.seed(ctx, tokens)
		if err != nil {
			return err
		}
		defer s.stop()
		all = append(all, s)
	}
	hits, err := b.hits(ctx, all)
	if err != nil {
		return fmt.Errorf("hits: %w", err)
	}
	misses, err := b.missesOf(ctx, all)
	if err != nil {
		return fmt.Errorf("misses: %w", err)
	}
	lists, revokes, err := b.calls(ctx, all)
	if err != nil {
		return err
	}
	creates, err := b.creates(ctx, all)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	for i, s := range all {
		size, err := s.size(ctx)
		if err != nil {
			return err
		}
		hit, miss := ratio(hits[0], hits[i], load.rate), ratio(misses[0], misses[i], load.rate)
		t.add(hit >= 0.95 && miss >= 0.8, fmt.Sprintf("%d, %s", s.tokens, size), perSecond(hits[i].rate()), perSecond(misses[i].rate()),
			perSecond(creates[i].rate()), milliseconds(revokes[i]), milliseconds(lists[i]), fmt.Sprintf("%.2f", hit), fmt.Sprintf("%.2f", miss),
			fmt.Sprintf("%.2f", ratio(creates[0], creates[i], load.rate)), "≥ 0.95, ≥ 0.8")
	}
	memory := b.report.table("Memory of the cache, at that size", "Growth of the heap, after a collection, by all that caching takes.",
		"tokens", "bytes for each", "goal")
	for _, s := range all {
		if s.tokens != 1_000_000 {
			continue
		}
		if err := b.memory(ctx, memory, s); err != nil {
			return fmt.Errorf("memory: %w", err)
		}
	}
	return nil
}

const growthConnections = 8

// hits measures checks of 1,000 tokens.
func (b *bench) hits(ctx context.Context, all []*seeded) ([]rounds, error) {
	sides := make([]side, len(all))
	for i, s := range all {
		hot := make([][]byte, 1000)
		for n := range hot {
			hot[n] = ask(n * s.tokens / len(hot))
		}
		for _, body := range hot { // into the cache
			if err := s.valid(ctx, body); err != nil {
				return nil, err
			}
		}
		sides[i] = side{s.process, request{method: "POST", path: "/tokens/verify", header: s.header(), body: func(n int64) []byte {
			return hot[n%int64(len(hot))]
		}}}
	}
	return b.takeTurns(ctx, growthConnections, sides...)
}

// missesOf measures checks of tokens that are not cached.
func (b *bench) missesOf(ctx context.Context, all []*seeded) ([]rounds, error) {
	sides := make([]side, len(all))
	for i, s := range all {
		node, err := s.beside(ctx, b, noCache)
		if err != nil {
			return nil, err
		}
		defer node.stop()
		sides[i] = side{node.process, request{method: "POST", path: "/tokens/verify", header: s.header(), body: s.anyOf}}
	}
	return b.takeTurns(ctx, growthConnections, sides...)
}

// calls measures lists and revocations: the median time of the slowest list, and
// of revocations.
func (b *bench) calls(ctx context.Context, all []*seeded) (lists, revokes []time.Duration, err error) {
	for _, s := range all {
		var slowest time.Duration
		for _, call := range listCalls {
			took, err := s.timeList(ctx, call)
			if err != nil {
				return nil, nil, err
			}
			slowest = max(slowest, took[len(took)/2])
		}
		lists = append(lists, slowest)
		took, err := b.revokeAll(ctx, []*tokenry{s.tokenry}, 200, 1)
		if err != nil {
			return nil, nil, err
		}
		revokes = append(revokes, took[len(took)/2])
	}
	return lists, revokes, nil
}

// creates measures POST /tokens.
func (b *bench) creates(ctx context.Context, all []*seeded) ([]rounds, error) {
	sides := make([]side, len(all))
	for i, s := range all {
		sides[i] = side{s.process, request{method: "POST", path: "/tokens", header: s.header(), body: createBody}}
	}
	return b.takeTurns(ctx, growthConnections, sides...)
}

// valid sees that a question is answered as is to be measured.
func (t *tokenry) valid(ctx context.Context, body []byte) error {
	return t.allValid(ctx, slices.Concat([]byte(`{"items":[`), body, []byte("]}")))
}

// parseSizes reads numbers with commas between them.
func parseSizes(text string) ([]int, error) {
	var sizes []int
	for _, field := range strings.Split(text, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1000 {
			return nil, fmt.Errorf("-sizes: %q is no number of at least 1000", field)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

// load1 says how busy the machine was before.
func load1() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("Load average before: %s.", strings.Fields(string(text))[0])
}
