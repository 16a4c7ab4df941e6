package prooftest

import (
	"context"
	"math/rand/v2"
	"testing"
)

// The statements that faults are aimed at, by what they say.
const (
	renewing = "UPDATE nodes SET renewals"
	asking   = "FROM change_sequence"         // for the last number
	learning = `FROM "change_log"`            // what has changed
	telling  = `UPDATE "nodes" SET "applied"` // what was applied
	loading  = "FROM tokens WHERE id = $1"    // what is cached
)

// lateness is the longest that an aimed fault keeps an answer.
const lateness = lease / 4

// aimed faults hit one kind of statement, so that the steps of the protocol
// come to lie far apart, and others between them.
var aimed = []fault{
	{"loads come late", lateAnswers(loading)},
	{"hears late what has changed", lateAnswers(learning)},
	{"hears late that it has renewed", lateAnswers(renewing)},
	{"tells late what it has applied", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.up.slow(lateness, telling)
		pause(ctx, while(random))
	}},
	{"cannot renew", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.up.shut(renewing)
		pause(ctx, lease+upTo(random, lease))
	}},
	{"renews, and cannot ask what has changed", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.listen.down.shut("")
		n.database.up.shut(asking)
		pause(ctx, lease+upTo(random, lease))
	}},
	{"renews, hears late what has changed, and asks no more", func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.await(ctx, renewing)
		n.listen.down.shut("")
		n.database.down.shut(asking)
		pause(ctx, lease/2+upTo(random, lease/6))
		n.database.up.shut(asking)
		n.database.down.open()
		pause(ctx, lease+upTo(random, lease/4))
	}},
}

func lateAnswers(about string) func(context.Context, *testing.T, *node, *rand.Rand) {
	return func(ctx context.Context, _ *testing.T, n *node, random *rand.Rand) {
		n.database.down.slow(lateness, about)
		pause(ctx, while(random))
	}
}

// checkAims makes sure that each aimed fault has something to hit.
func (c *cluster) checkAims(t *testing.T) {
	t.Helper()
	for _, about := range []string{renewing, asking, learning, telling, loading} {
		if !c.nodes[0].database.has(about) {
			t.Errorf("no statement says %q: the faults that are aimed at it do nothing", about)
		}
	}
}
