package prooftest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	checkers    = 2                // on each node
	lives       = 8                // tokens at once
	life        = 5 * time.Second  // how long a token is changed
	lingering   = lease            // how long it is checked after its end
	checkLimit  = 5 * time.Second  // how long a checker waits for its answer
	changeLimit = 8 * time.Second  // longer than a lease, and than a request may take
	endLimit    = 60 * time.Second // how long the end of a token may be tried
)

// clients check tokens and change them, on all nodes, and judge what they saw.
type clients struct {
	t       *testing.T
	cluster *cluster
	found   context.CancelFunc // ends everything at the first violation

	mu       sync.Mutex
	tokens   []*token // those that checkers choose from
	made     int
	counts   map[string]int
	failures []string
	// violations are those failures that are impossible answers.
	violations []string
}

// run works until ctx ends, and then until the histories of all tokens have
// been judged.
func (c *clients) run(ctx context.Context, seed uint64) {
	checking, stop := context.WithCancel(context.WithoutCancel(ctx))
	var living, checks sync.WaitGroup
	for i := range lives {
		living.Go(func() { c.live(ctx, rand.New(rand.NewPCG(seed, uint64(100+i)))) })
	}
	for i := range checkers * len(c.cluster.nodes) {
		checks.Go(func() {
			c.check(checking, c.cluster.nodes[i/checkers], rand.New(rand.NewPCG(seed, uint64(200+i))))
		})
	}
	checks.Go(func() { c.changePeppers(checking) })
	living.Wait()
	stop()
	checks.Wait()
}

func (c *clients) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what]++
}

func (c *clients) fail(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures = append(c.failures, fmt.Sprintf(format, args...))
	c.found()
}

// live makes one token after another: each is changed for a while, revoked,
// checked on, and judged.
func (c *clients) live(ctx context.Context, random *rand.Rand) {
	var judging sync.WaitGroup
	defer judging.Wait()
	for ctx.Err() == nil {
		tok := c.create(ctx, random)
		if tok == nil {
			return
		}
		c.mu.Lock()
		c.tokens = append(c.tokens, tok)
		c.mu.Unlock()
		alive, end := context.WithTimeout(ctx, life)
		var changers sync.WaitGroup
		for range 2 {
			random := rand.New(rand.NewPCG(random.Uint64(), 0))
			changers.Go(func() { c.change(alive, tok, random) })
		}
		changers.Wait()
		end()
		c.end(tok, random)
		pause(c.t.Context(), lingering)
		c.mu.Lock()
		c.tokens = slices.DeleteFunc(c.tokens, func(other *token) bool { return other == tok })
		c.mu.Unlock()
		judging.Go(func() { c.judge(tok) })
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// node is one to send a change to, mostly one that is not in trouble: that may
// take long to answer, and the next change waits for it.
func (c *clients) node(random *rand.Rand) *node {
	for {
		n := c.cluster.nodes[random.IntN(len(c.cluster.nodes))]
		if !n.troubled.Load() || random.IntN(4) == 0 {
			return n
		}
	}
}
