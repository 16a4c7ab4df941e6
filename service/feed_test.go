package service

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/repository"
)

// TestFeedIsBounded: whoever is too far behind is told to forget everything, and
// whoever is not misses nothing.
func TestFeedIsBounded(t *testing.T) {
	t.Parallel()
	n := &Node{}
	n.lease.Store(&lease{until: time.Now().Add(time.Hour), untilBoot: sinceBoot() + time.Hour})
	n.feed.restart(100)
	slow, err := n.Watch(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	last := int64(100)
	add := func(count int) {
		for range count {
			last++
			n.feed.add(repository.Change{Number: last, Kind: repository.ChangeToken, ObjectID: "x"})
		}
	}
	read := func(w *Watch, want int, everything bool) {
		t.Helper()
		heard, err := w.Next(t.Context())
		if err != nil || len(heard.Events) != want || heard.Position != last || (heard.Events[0].Kind == ChangeEverything) != everything {
			t.Errorf("%d events up to %d, error %v; want %d up to %d, everything %v", len(heard.Events), heard.Position, err, want, last, everything)
		}
	}
	add(keptEvents)
	quick, err := n.Watch(t.Context(), new(int64(110)))
	if err != nil {
		t.Fatal(err)
	}
	read(quick, keptEvents-10, false)
	add(keptEvents + 1)
	read(slow, 1, true)
	read(quick, keptEvents+1, false)
	if len(n.feed.kept) > 2*keptEvents {
		t.Errorf("%d events are kept", len(n.feed.kept))
	}
	add(3)
	read(slow, 3, false)
	n.feed.restart(last)
	read(slow, 1, true)
}
