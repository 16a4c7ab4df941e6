package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	revocations = 400
	// nodeLease is how long a silent node is waited for: the default lease and
	// the margin on it.
	nodeLease = 15*time.Second + 15*time.Second/20
)

// revoke measures how long a revocation takes until no node can answer from
// before it.
func (b *bench) revoke(ctx context.Context) error {
	nodes, err := b.nodes(ctx)
	for _, node := range nodes {
		defer node.stop()
	}
	if err != nil {
		return err
	}
	t := b.report.table("Revoke, three nodes on one PostgreSQL",
		"Each call takes rights away on one of the nodes in turn, and returns when none can answer from before it. "+
			"The last row has one node stopped in its tracks (SIGSTOP).",
		"case", "calls", "p50", "p99", "slowest", "goal")
	for _, at := range []int{1, 8} {
		took, err := b.revokeAll(ctx, nodes, revocations, at)
		if err != nil {
			return err
		}
		goal := 25 * time.Millisecond
		p99 := took[len(took)*99/100]
		name, want := "all well, one call at a time", "p99 under "+milliseconds(goal)
		if at > 1 {
			name, want = fmt.Sprintf("all well, %d at once", at), "none"
		}
		t.add(at > 1 || p99 < goal, name, strconv.Itoa(len(took)),
			milliseconds(took[len(took)/2]), milliseconds(p99), milliseconds(took[len(took)-1]), want)
	}
	return b.revokeBesidePaused(ctx, nodes, t)
}

// revokeBesidePaused measures a revocation while one node does nothing at all.
func (b *bench) revokeBesidePaused(ctx context.Context, nodes []*tokenry, t *table) error {
	paused := nodes[2].cmd.Process
	if err := paused.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	took, err := b.revokeAll(ctx, nodes[:2], 1, 1)
	if goOn := paused.Signal(syscall.SIGCONT); err == nil {
		err = goOn
	}
	if err != nil {
		return err
	}
	goal := nodeLease + 100*time.Millisecond
	t.add(took[0] <= goal, "one node paused", "1", milliseconds(took[0]), milliseconds(took[0]), milliseconds(took[0]),
		"at most lease, margin and 100 ms: "+milliseconds(goal))
	return nil
}

// nodes starts three nodes on a new database.
func (b *bench) nodes(ctx context.Context) (nodes []*tokenry, err error) {
	url, err := b.database(ctx)
	if err != nil {
		return nil, err
	}
	first, err := b.tokenry(ctx, url)
	if err != nil {
		return nil, err
	}
	nodes = append(nodes, first)
	root := filepath.Join(filepath.Dir(first.log), "root.key")
	for range 2 {
		dir, err := b.folder("node")
		if err != nil {
			return nodes, err
		}
		node, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL="+url, "--root-key-file="+root)
		if err != nil {
			return nodes, err
		}
		node.secret = first.secret
		nodes = append(nodes, node)
	}
	return nodes, nil
}

// revokeAll makes tokens, and revokes them on the nodes in turn, some at once.
// It gives how long the calls took, sorted.
func (b *bench) revokeAll(ctx context.Context, nodes []*tokenry, tokens, at int) ([]time.Duration, error) {
	ids := make([]string, tokens)
	for i := range ids {
		var made struct{ ID string }
		name := createBody(time.Now().UnixNano())
		if err := nodes[0].call(ctx, "POST", "/tokens", name, &made); err != nil {
			return nil, err
		}
		ids[i] = made.ID
	}
	took := make([]time.Duration, tokens)
	var next atomic.Int64
	var group errgroup.Group
	for range at {
		group.Go(func() error {
			for i := next.Add(1) - 1; i < int64(tokens); i = next.Add(1) - 1 {
				begin := time.Now()
				var answer struct{ Propagated bool }
				err := nodes[int(i)%len(nodes)].call(ctx, "POST", "/tokens/"+ids[i]+"/revoke", []byte(`{}`), &answer)
				took[i] = time.Since(begin)
				if err != nil {
					return err
				}
				if !answer.Propagated {
					return fmt.Errorf("the revocation of %s did not reach every node", ids[i])
				}
			}
			return nil
		})
	}
	err := group.Wait()
	slices.Sort(took)
	return took, err
}
