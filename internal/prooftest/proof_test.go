// Package prooftest proves, as far as tests can, that what is acknowledged is
// final: several real processes on one PostgreSQL, in trouble of all kinds, are
// asked about tokens while these are changed, and no answer may be from before
// a call that took rights away and has returned.
package prooftest

import (
	"context"
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

var (
	duration = flag.Duration("for", 8*time.Second, "how long nodes are in trouble")
	seed     = flag.Uint64("seed", 0, "of the schedule; 0 for a random one")
)

func TestAcknowledgedIsFinal(t *testing.T) {
	t.Parallel()
	c := prove(t, build(t, nil), faults, seeded(), *duration)
	for _, failure := range c.failures {
		t.Error(failure)
	}
	must := []string{"histories", "acknowledged", "check ok", "check revoked"}
	if *duration >= time.Minute {
		must = append(must, "check disabled", "check insufficient_scope", "check rotated", "check account_disabled",
			"strip 200", "restore 200", "pepper retired")
	}
	for _, what := range must {
		if c.counts[what] == 0 {
			t.Errorf("nothing was proven: %q never happened", what)
		}
	}
}

func seeded() uint64 {
	if *seed != 0 {
		return *seed
	}
	return rand.Uint64()
}

// prove lets clients loose on nodes in trouble.
func prove(t *testing.T, binary string, faults []fault, seed uint64, length time.Duration) *clients {
	t.Helper()
	t.Logf("seed %d", seed)
	cluster := newCluster(t, binary, testdb.New(t, repository.Postgres).URL, 4)
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	c := &clients{t: t, cluster: cluster, found: cancel, counts: map[string]int{}}
	var trouble sync.WaitGroup
	for i := range 2 { // never in more than two nodes at once
		trouble.Go(func() {
			haunt(ctx, t, cluster.nodes[2*i:2*i+2], faults, rand.New(rand.NewPCG(seed, uint64(i))))
		})
	}
	c.run(ctx, seed)
	trouble.Wait()
	t.Log(c.summary())
	cluster.checkAims(t)
	for _, n := range cluster.nodes {
		n.await(t)
	}
	return c
}

// build builds the program, with other files in place of some of its own.
func build(t *testing.T, overlay map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokenry")
	args := []string{"build", "-ldflags=-s -w", "-o", path}
	if overlay != nil {
		args = append(args, "-overlay", overlayFile(t, overlay))
	}
	if output, err := exec.Command("go", append(args, "../..")...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return path
}
