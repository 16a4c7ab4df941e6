package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Propagation waits until no node can answer from before a change.
type Propagation struct {
	Store *repository.Store
	Node  *Node // this server; nil in a command beside it
}

// Wait returns once every node has applied the change of that number, or has
// lost the lease that it may have held before. If it cannot know, as when the
// database is lost meanwhile, the error has code "try_again"; the change stands.
func (p *Propagation) Wait(ctx context.Context, number int64) error {
	err := p.wait(ctx, number)
	if err == nil || model.IsKind(err, model.KindUnavailable) {
		return err
	}
	return fmt.Errorf("%w: wait for the nodes: %w", model.Unavailable(), err)
}

func (p *Propagation) wait(ctx context.Context, number int64) error {
	if p.Node != nil {
		if err := p.Node.CatchUp(ctx); err != nil {
			return err
		}
	}
	start := time.Now()
	nodes, err := p.Store.Nodes.All(ctx)
	if err != nil {
		return err
	}
	waiting := map[string]time.Duration{}
	for _, node := range behind(nodes, number) {
		waiting[node.ID] = waitFor(node)
	}
	for len(waiting) > 0 {
		// Within a quarter of the time that the nodes need, for few questions.
		pause := min(max(time.Since(start)/4, time.Millisecond), 50*time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		if err := p.look(ctx, waiting, number, start); err != nil {
			return err
		}
	}
	return nil
}

// look stops waiting for the nodes that have reported or left, and for those
// whose leases have ended since the start. How long to wait is not read again:
// a node may renew without ever reporting.
func (p *Propagation) look(ctx context.Context, waiting map[string]time.Duration, number int64, start time.Time) error {
	nodes, err := p.Store.Nodes.All(ctx)
	if err != nil {
		return err
	}
	still := map[string]bool{}
	for _, node := range behind(nodes, number) {
		still[node.ID] = true
	}
	waited := time.Since(start)
	maps.DeleteFunc(waiting, func(id string, length time.Duration) bool { return !still[id] || waited > length })
	return nil
}

// behind is the nodes that have not applied the change of that number.
func behind(nodes []repository.Node, number int64) []repository.Node {
	return slices.DeleteFunc(nodes, func(n repository.Node) bool { return n.Applied >= number })
}
