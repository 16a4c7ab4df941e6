package prooftest

import (
	"context"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// fault is what befalls a node for a while.
type fault struct {
	name string
	do   func(ctx context.Context, t *testing.T, n *node, random *rand.Rand)
}

// faults are all that may befall a node. After each it is well again.
var faults = slices.Concat(rough, aimed)

// rough faults hit whatever the node is about.
var rough = []fault{
	{"cut off, then back", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.cut()
		pause(ctx, while(random))
	}},
	{"cut off, and its connections lost", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.cut()
		pause(ctx, while(random))
		n.database.lose()
		n.listen.lose()
	}},
	{"slow, cut off, back for a moment, and cut off again", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.slow("")
		pause(ctx, upTo(random, lease/2))
		n.cut()
		pause(ctx, lease/8+upTo(random, lease/3))
		n.mend()
		n.slow("")
		pause(ctx, slowness/2+upTo(random, slowness))
		n.cut()
		pause(ctx, lease+upTo(random, lease/2))
	}},
	{"asks and hears no answer", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.down.shut("")
		pause(ctx, while(random))
	}},
	{"its statements come late", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.up.shut("")
		pause(ctx, while(random))
	}},
	{"hears no announcements", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.listen.down.shut("")
		pause(ctx, while(random))
	}},
	{"slow", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.slow("")
		pause(ctx, while(random))
	}},
	{"connections lost", func(_ context.Context, _ *testing.T, n *node, _ *rand.Rand) {
		n.database.lose()
		n.listen.lose()
	}},
	{"paused", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.signal(syscall.SIGSTOP)
		pause(ctx, while(random))
		n.signal(syscall.SIGCONT)
	}},
	{"paused, and cut off when it goes on", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.signal(syscall.SIGSTOP)
		n.cut()
		pause(ctx, while(random))
		n.signal(syscall.SIGCONT)
		pause(ctx, while(random)/4)
	}},
	{"paused, taken for dead, and cut off some time after it goes on", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.signal(syscall.SIGSTOP)
		pause(ctx, 3*lease/2+upTo(random, lease/2)) // others remove its row
		n.signal(syscall.SIGCONT)
		pause(ctx, lease/2+upTo(random, lease/2))
		n.cut()
		pause(ctx, lease)
	}},
	{"killed, and cut off soon after it starts again", func(ctx context.Context, t *testing.T, n *node, random *rand.Rand) {
		n.end(syscall.SIGKILL)
		pause(ctx, while(random)/2)
		n.restart(t)
		pause(ctx, upTo(random, 200*time.Millisecond))
		n.cut()
		pause(ctx, while(random))
	}},
	{"stopped, and started again", func(_ context.Context, t *testing.T, n *node, _ *rand.Rand) {
		n.end(syscall.SIGTERM)
		n.restart(t)
	}},
}

// while is a time around the length of a lease.
func while(random *rand.Rand) time.Duration { return lease/2 + upTo(random, 2*lease) }

// slowness is the longest that a packet takes on a slow line.
const slowness = 100 * time.Millisecond

// slow makes its line slow for some statements, or for all.
func (n *node) slow(about string) {
	n.database.up.slow(slowness, about)
	n.database.down.slow(slowness, about)
}

func (n *node) cut() {
	for _, l := range []*line{n.database, n.listen} {
		l.up.shut("")
		l.down.shut("")
	}
}

// mend undoes all that befell its lines.
func (n *node) mend() {
	for _, l := range []*line{n.database, n.listen} {
		l.up.open()
		l.down.open()
	}
}

func (n *node) restart(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := n.start(ctx); err != nil {
		t.Error(err)
	}
}

// haunt lets one fault after another befall nodes, each as often as the others,
// until ctx ends.
func haunt(ctx context.Context, t *testing.T, nodes []*node, faults []fault, random *rand.Rand) {
	for {
		for _, i := range random.Perm(len(faults)) {
			n := nodes[random.IntN(len(nodes))]
			pause(ctx, upTo(random, 500*time.Millisecond))
			if ctx.Err() != nil {
				return
			}
			t.Logf("%s node %d: %s", time.Now().Format("05.000"), n.number, faults[i].name)
			n.troubled.Store(true)
			faults[i].do(ctx, t, n, random)
			n.mend()
			n.troubled.Store(false)
		}
	}
}
