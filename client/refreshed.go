package client

import (
	"context"
	"errors"
	"sync"
	"time"
)

// readAgain is the least time between two attempts to read something that is
// still good.
const readAgain = 250 * time.Millisecond

var errTooOld = errors.New("what the server gives is too old: look for a cache on the way")

// refreshed is something that the server publishes. It is read again by those who
// use it, when half its time is over.
type refreshed[T any] struct {
	mu      sync.Mutex
	value   T
	asOf    time.Time // the value is no older; the zero Time for none
	begun   time.Time // the last attempt to read it
	err     error     // of that attempt
	reading chan struct{}
}

// get is the value, which is then not older than bound. Who finds it older waits
// until it was read; all wait for the same attempt, though none is cut short by
// those who give up.
func (r *refreshed[T]) get(ctx context.Context, bound time.Duration, read func(context.Context) (T, time.Time, error)) (T, time.Time, error) {
	for waited := false; ; waited = true {
		r.mu.Lock()
		now := time.Now()
		value, asOf, err := r.value, r.asOf, r.err
		good := !asOf.IsZero() && before(now, asOf.Add(bound))
		if due := !before(now, asOf.Add(bound/2)) && (!good || now.Sub(r.begun) > readAgain); due && !waited && r.reading == nil {
			r.begun, r.reading = now, make(chan struct{})
			go r.read(context.WithoutCancel(ctx), read)
		}
		reading := r.reading
		r.mu.Unlock()
		switch {
		case good:
			return value, asOf, nil
		case waited && err == nil:
			return value, asOf, errTooOld
		case waited:
			return value, asOf, err
		}
		select {
		case <-ctx.Done():
			return value, asOf, ctx.Err()
		case <-reading:
		}
	}
}

func (r *refreshed[T]) read(ctx context.Context, read func(context.Context) (T, time.Time, error)) {
	value, asOf, err := read(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.value, r.asOf = value, asOf
	}
	r.err = err
	close(r.reading)
	r.reading = nil
}

// last is the value, however old it is, and when the last attempt to read it was
// begun.
func (r *refreshed[T]) last() (value T, begun time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.value, r.begun
}
