package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Margins for clocks that do not run at the same rate: a node's lease ends 5 %
// early for itself, and 5 % late for those who wait for it.
const marginDivisor = 20

// catchUpLimit is how many changes a node reads; if it is further behind, it
// empties its cache.
const catchUpLimit = 1000

// joinPatience is how long a node tries to take its first lease.
const joinPatience = 30 * time.Second

// Node is this server among those on the same database. While it holds a lease,
// its cache is no older than the last change that somebody waited for; without
// one it must not answer from it.
type Node struct {
	Store   *repository.Store
	Cache   *Cache
	Keys    *Keys
	ID      string // random, for the life of the process
	Name    string // for people
	Version string
	Lease   time.Duration
	Log     *slog.Logger

	lease   atomic.Pointer[lease]
	feed    feed // what was applied, for those who watch
	started time.Time

	applying  sync.Mutex // guards what follows, and the order of drops
	following bool       // whether the cache is as of applied; else it must be emptied
	applied   int64
	reported  int64
	timeline  repository.Timeline // that applied is a number of

	joined   bool
	renewals int64               // tried so far; a number is never used twice
	seen     map[string]sighting // other nodes, for the removal of dead ones
}

// lease ends by whichever clock says so first.
type lease struct {
	until     time.Time     // on the monotonic clock
	untilBoot time.Duration // on the one that runs on through suspend
}

type sighting struct {
	renewals int64
	first    time.Time
}

// Holds reports whether the node holds its lease. A check asks before it looks
// into the cache.
func (n *Node) Holds() bool {
	l := n.lease.Load()
	return l != nil && time.Until(l.until) > 0 && sinceBoot() < l.untilBoot
}

// Join registers the node and takes its first lease, so that it can answer from
// the start. If the database is slow to answer, it tries for a while. Run must
// follow.
func (n *Node) Join(ctx context.Context) error {
	for started := time.Now(); ; {
		err := n.renew(ctx)
		switch slow := errors.Is(err, context.DeadlineExceeded) || model.IsKind(err, model.KindUnavailable); {
		case err == nil:
			return nil
		case !slow || ctx.Err() != nil || time.Since(started) > joinPatience:
			return fmt.Errorf("take a lease: %w", err)
		}
		n.Log.Warn("lease", "renewed", false, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(n.every()):
		}
	}
}

// Run registers the node, unless it has joined, and renews its lease until ctx
// ends, then gives the lease back.
func (n *Node) Run(ctx context.Context) error {
	var listening sync.WaitGroup
	listening.Go(func() { n.listen(ctx) })
	defer listening.Wait()
	ticker := time.NewTicker(n.every())
	defer ticker.Stop()
	failing := false
	for {
		err := n.renew(ctx)
		if ctx.Err() != nil {
			return n.leave()
		}
		if (err != nil) != failing {
			failing = err != nil
			n.Log.Warn("lease", "renewed", !failing, "error", err)
		}
		select {
		case <-ctx.Done():
			return n.leave()
		case <-ticker.C:
		}
	}
}

// every is how often the lease is renewed.
func (n *Node) every() time.Duration { return min(time.Second, n.Lease/4) }

// patience is how long a step with the database may take, so that one hanging
// connection does not cost the lease.
func (n *Node) patience() time.Duration { return 3 * n.every() }

// renew takes the time, commits the new lease, then reads the sequence, catches
// up, and only then trusts the lease. The order matters: see
// docs/decisions/leases.md.
func (n *Node) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, n.patience())
	defer cancel()
	start, boot := time.Now(), askBoot()
	committed, err := n.commitLease(ctx, start)
	if err != nil {
		return err
	}
	read, err := n.catchUp(ctx)
	if err != nil {
		return err
	}
	if read != committed { // what was read may lack what others wait for
		return fmt.Errorf("the lease was committed on timeline %s, and the changes are of %s", committed, read)
	}
	length := n.Lease - n.Lease/marginDivisor
	n.lease.Store(&lease{until: start.Add(length), untilBoot: boot + length})
	return n.removeDead(ctx)
}

// commitLease commits a new lease, and gives the timeline that has it.
func (n *Node) commitLease(ctx context.Context, now time.Time) (repository.Timeline, error) {
	for {
		if !n.joined {
			if err := n.register(ctx, now); err != nil {
				return "", err
			}
			n.joined = true
		}
		n.renewals++
		there, on, err := n.Store.Nodes.Renew(ctx, n.ID, now)
		if err != nil || there {
			return on, err
		}
		// Others took this node for dead, and no longer wait for it.
		n.lease.Store(nil)
		n.joined = false
	}
}

// register makes the node's row, with an empty cache.
func (n *Node) register(ctx context.Context, now time.Time) error {
	if n.started.IsZero() {
		n.started = now
	}
	n.renewals++
	n.applying.Lock() // a report must come after the row
	defer n.applying.Unlock()
	n.Cache.DropAll()
	n.following, n.applied, n.reported = false, 0, 0
	return n.Store.Nodes.Register(ctx, &repository.Node{
		ID: n.ID, Name: n.Name, Version: n.Version, LeaseMs: n.Lease.Milliseconds(),
		StartedAt: n.started, RenewedAt: now, Renewals: n.renewals,
	})
}

// CatchUp drops from the cache all that has changed so far, and reports it.
func (n *Node) CatchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, n.patience())
	defer cancel()
	_, err := n.catchUp(ctx)
	return err
}

// catchUp is CatchUp, and gives the timeline it has read.
func (n *Node) catchUp(ctx context.Context) (repository.Timeline, error) {
	n.applying.Lock()
	defer n.applying.Unlock()
	last, on, err := n.Store.Changes.Position(ctx)
	if err != nil {
		return on, err
	}
	n.noticeFailover(last, on)
	if !n.following || last > n.applied {
		changes, err := n.Store.Changes.After(ctx, n.applied, catchUpLimit)
		if err != nil {
			return on, err
		}
		if err := n.apply(ctx, changes, last); err != nil {
			return on, err
		}
	}
	return on, n.report(ctx)
}

// noticeFailover forgets everything once another server has taken over: what
// was cached and applied may be of a history that is no more.
func (n *Node) noticeFailover(last int64, on repository.Timeline) {
	lost := last < n.applied
	if on == n.timeline && !lost {
		return
	}
	if lost {
		n.Log.Error("the database has lost changes that were acknowledged; rights that were taken away may be back",
			"applied", n.applied, "last", last, "timeline", on)
	} else if n.timeline != "" {
		n.Log.Warn("another database server has taken over; starting with an empty cache", "before", n.timeline, "timeline", on)
	}
	n.Cache.DropAll()
	n.following, n.applied, n.reported, n.timeline = false, 0, 0, on
}

func (n *Node) report(ctx context.Context) error {
	if n.reported == n.applied { // an earlier report may have got lost
		return nil
	}
	if err := n.Store.Nodes.Report(ctx, n.ID, n.applied); err != nil {
		return err
	}
	n.reported = n.applied
	return nil
}

func (n *Node) apply(ctx context.Context, changes []repository.Change, last int64) error {
	if !n.following || !follow(changes, n.applied, last) {
		n.Cache.DropAll()
		if err := n.Keys.Load(ctx); err != nil {
			return err
		}
		n.applied, n.following = last, true
		n.feed.restart(last)
		return nil
	}
	for _, change := range changes {
		n.Cache.Drop(change.Kind, change.ObjectID)
		if change.Kind == repository.ChangePepper || change.Kind == repository.ChangeSigningKey {
			// After the drop: what is loaded since needs none of the peppers that go.
			if err := n.Keys.Load(ctx); err != nil {
				return err
			}
		}
		n.applied = change.Number
		n.feed.add(change)
	}
	return nil
}

// follow reports whether changes are all those after applied, up to last.
func follow(changes []repository.Change, applied, last int64) bool {
	n := len(changes)
	return n > 0 && changes[0].Number == applied+1 && changes[n-1].Number == applied+int64(n) && changes[n-1].Number >= last
}

// removeDead removes the rows of nodes that have not renewed for a whole lease
// of theirs.
func (n *Node) removeDead(ctx context.Context) error {
	nodes, err := n.Store.Nodes.All(ctx)
	if err != nil {
		return err
	}
	seen := map[string]sighting{}
	for _, other := range nodes {
		before, ok := n.seen[other.ID]
		if !ok || before.renewals != other.Renewals {
			before = sighting{other.Renewals, time.Now()}
		}
		if time.Since(before.first) > waitFor(other) {
			if err := n.Store.Nodes.Remove(ctx, other.ID, other.Renewals); err != nil {
				return err
			}
			continue
		}
		seen[other.ID] = before
	}
	n.seen = seen
	return nil
}

// leave gives the lease back, so that nobody waits for it.
func (n *Node) leave() error {
	n.lease.Store(nil)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := n.Store.Nodes.Leave(ctx, n.ID); err != nil {
		return fmt.Errorf("give the lease back: %w", err)
	}
	return nil
}

// waitFor is how long somebody else must wait for a node that says nothing.
func waitFor(n repository.Node) time.Duration {
	length := time.Duration(n.LeaseMs) * time.Millisecond
	return length + length/marginDivisor
}
