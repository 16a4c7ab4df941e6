package service

import (
	"context"
	"sync"
	"time"
)

// listen catches up whenever a change is announced, until ctx ends. What it
// does not hear waits for the next renewal.
func (n *Node) listen(ctx context.Context) {
	heard := make(chan struct{}, 1) // announcements that come meanwhile are one
	var following sync.WaitGroup
	following.Go(func() { n.heed(ctx, heard) })
	defer following.Wait()
	failing := false
	for {
		err := n.Store.Listen(ctx, func() {
			if failing {
				failing = false
				n.Log.Warn("announcements", "heard", true)
			}
			select {
			case heard <- struct{}{}:
			default:
			}
		})
		if err == nil || ctx.Err() != nil {
			return
		}
		if !failing {
			failing = true
			n.Log.Warn("announcements", "heard", false, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(n.every()):
		}
	}
}

func (n *Node) heed(ctx context.Context, heard <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-heard:
			_ = n.CatchUp(ctx) // the next renewal tries again, and tells
		}
	}
}
