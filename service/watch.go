package service

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// ChangeEverything is the kind of an Event after which nothing that was kept
// before is good.
const ChangeEverything = "everything"

const (
	// heartbeatEvery is how often a Watch speaks when there is nothing to tell.
	heartbeatEvery = 250 * time.Millisecond
	// gather is the least time between two that tell something, so that a burst
	// of changes does not wake every reader for each.
	gather = 20 * time.Millisecond
	// maxWatches bounds how many may watch one node.
	maxWatches = 1000
	// keptEvents is how far back a slow reader of changes may be before it is
	// told to forget everything.
	keptEvents = 4096
)

// Event is a change that this node has applied.
type Event struct {
	Number   int64
	Kind, ID string
}

// feed is the changes that a node has applied, for those who watch it.
type feed struct {
	position atomic.Int64 // the last number applied

	mu     sync.Mutex
	era    int     // grows whenever everything was dropped
	before int64   // the number before the first that is kept
	kept   []Event // without a gap
	wake   chan struct{}
	open   int
	ended  bool
}

// restart tells that everything was dropped, up to a number.
func (f *feed) restart(number int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.era++
	f.before, f.kept = number, nil
	f.advance(number)
}

// add tells a change; it must be the next in order.
func (f *feed) add(change repository.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.kept) == 2*keptEvents {
		f.before += keptEvents
		f.kept = slices.Clone(f.kept[keptEvents:])
	}
	f.kept = append(f.kept, eventOf(change))
	f.advance(change.Number)
}

func (f *feed) advance(number int64) {
	f.position.Store(number)
	if f.wake != nil {
		close(f.wake)
		f.wake = nil
	}
}

func eventOf(change repository.Change) Event {
	switch change.Kind {
	case repository.ChangeToken, repository.ChangeAccount, repository.ChangeCatalog, repository.ChangePepper, repository.ChangeNothing:
		return Event{change.Number, change.Kind, change.ObjectID}
	}
	return Event{Number: change.Number, Kind: ChangeEverything} // of a signing key, too: others may keep answers about JWTs
}

// Applied is the number of the last change that is no longer in the cache. It
// may be asked before a check, whose answer is then no older.
func (n *Node) Applied() int64 { return n.feed.position.Load() }

// EndWatches ends all that watch the node, and lets no more begin, so that the
// server can stop.
func (n *Node) EndWatches() {
	n.feed.mu.Lock()
	defer n.feed.mu.Unlock()
	n.feed.ended = true
	n.feed.advance(n.feed.position.Load())
}

// Watch follows the changes that a node applies. It is for one goroutine.
type Watch struct {
	node     *Node
	era      int
	position int64 // all up to this number was told
	earlier  []Event
	wake     chan struct{}
	spoke    time.Time
}

// Watch begins to tell changes, those after a number or, with nil, those from
// now on. Close must follow. It is an error of KindUnavailable if the node
// holds no lease or has too many watches.
func (n *Node) Watch(ctx context.Context, after *int64) (*Watch, error) {
	if !n.Holds() {
		return nil, model.Unavailable()
	}
	w := &Watch{node: n}
	f := &n.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.ended:
		return nil, model.Unavailable()
	case f.open >= maxWatches:
		return nil, model.Errorf(model.KindUnavailable, "too_many_streams",
			"This node streams its changes to %d readers already. Try again, or start another node.", maxWatches)
	}
	f.open++
	w.era, w.position = f.era, f.position.Load()
	if after == nil || *after == w.position {
		return w, nil
	}
	before := f.before
	f.mu.Unlock() // the log is read without the lock
	earlier, ok := n.logged(ctx, *after, before)
	f.mu.Lock()
	if w.earlier, w.position = earlier, *after; !ok {
		w.era-- // has no beginning
	}
	return w, nil
}

// logged reads the changes after a number up to another one, and reports whether
// they are all there. What is kept in memory is not read.
func (n *Node) logged(ctx context.Context, after, upTo int64) ([]Event, bool) {
	if after > n.Applied() {
		return nil, false // of another history, or this node is behind
	}
	if after >= upTo {
		return nil, true
	}
	ctx, cancel := context.WithTimeout(ctx, n.patience())
	defer cancel()
	changes, err := n.Store.Changes.After(ctx, after, catchUpLimit)
	if err != nil || !follow(changes, after, upTo) {
		return nil, false
	}
	var events []Event
	for _, change := range changes {
		if change.Number <= upTo {
			events = append(events, eventOf(change))
		}
	}
	return events, true
}

// Watches is how many watch the node.
func (n *Node) Watches() int {
	n.feed.mu.Lock()
	defer n.feed.mu.Unlock()
	return n.feed.open
}

// Close ends the watch.
func (w *Watch) Close() {
	w.node.feed.mu.Lock()
	defer w.node.feed.mu.Unlock()
	w.node.feed.open--
}

// Heard is what a Watch tells. All changes that were acknowledged before At are
// in Events, or were told before.
type Heard struct {
	Events   []Event
	Position int64 // the number up to which all is told
	At       time.Time
}

// Position is the number after which the Watch tells changes.
func (w *Watch) Position() int64 { return w.position }

// Next waits for changes, or for a short while, and tells what there is. An
// error of KindUnavailable means that the node has lost its lease or stops.
func (w *Watch) Next(ctx context.Context) (Heard, error) {
	if err := w.wait(ctx); err != nil {
		return Heard{}, err
	}
	heard := Heard{At: time.Now()}
	if !w.node.Holds() { // after the time was taken, and before what is told is read
		return Heard{}, model.Unavailable()
	}
	return w.read(heard)
}

// wait waits until there may be something to tell; at first there is.
func (w *Watch) wait(ctx context.Context) error {
	if w.wake == nil {
		return nil
	}
	timer := time.NewTimer(heartbeatEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	case <-w.wake:
	}
	if pause := gather - time.Since(w.spoke); pause > 0 {
		timer.Reset(pause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
	}
	return nil
}

func (w *Watch) read(heard Heard) (Heard, error) {
	f := &w.node.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return Heard{}, model.Unavailable()
	}
	if f.wake == nil {
		f.wake = make(chan struct{})
	}
	w.wake = f.wake
	heard.Position = f.position.Load()
	first := w.position
	if w.earlier != nil {
		first = w.earlier[len(w.earlier)-1].Number
	}
	if w.era != f.era || first < f.before {
		heard.Events = []Event{{Number: heard.Position, Kind: ChangeEverything}}
	} else {
		heard.Events = slices.DeleteFunc(slices.Concat(w.earlier, f.kept[first-f.before:]), func(e Event) bool {
			return e.Kind == repository.ChangeNothing
		})
	}
	w.era, w.position, w.earlier, w.spoke = f.era, heard.Position, nil, heard.At
	return heard, nil
}
