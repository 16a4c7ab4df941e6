package service

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	followEvery = 500 * time.Millisecond
	followBatch = 100 // entries, and events
	scanEvery   = 15 * time.Second
	// keepEvents is how long events can be listed.
	keepEvents = 90 * 24 * time.Hour
)

// Subscriber is told of each event in the transaction that stores it. Its error
// undoes that, and the event comes again.
type Subscriber func(ctx context.Context, tx *repository.Store, event *model.Event) error

// Events tells of changes and of what time brings. Changes are read from the
// sealed audit log, so that none is missed and none waits for subscribers.
type Events struct {
	Store *repository.Store
	Log   *slog.Logger
	Now   func() time.Time
	// Leads is how long before its end people are told that a token expires.
	Leads       []time.Duration
	Subscribers []Subscriber

	told int64 // when Run last found nothing left to tell of the audit log, in Unix nanoseconds; atomic
}

// Behind is for how long Run has not been able to tell all of the audit log.
func (e *Events) Behind() time.Duration {
	if told := atomic.LoadInt64(&e.told); told != 0 {
		return time.Since(time.Unix(0, told))
	}
	return 0
}

// Publish stores an event and tells the subscribers, unless its moment has been
// told. It belongs into the transaction of what the event is about.
func (e *Events) Publish(ctx context.Context, tx *repository.Store, event *model.Event) error {
	event.ID = secret.NewID()
	if event.Data == nil {
		event.Data = map[string]any{}
	}
	if told, err := tx.Events.Insert(ctx, event); err != nil || !told {
		return err
	}
	for _, tell := range e.Subscribers {
		if err := tell(ctx, tx, event); err != nil {
			return err
		}
	}
	return nil
}

// Run follows the audit log and looks for what time has brought, until ctx ends.
func (e *Events) Run(ctx context.Context) error {
	var both sync.WaitGroup
	atomic.StoreInt64(&e.told, time.Now().UnixNano())
	both.Go(func() {
		e.repeat(ctx, followEvery, "tell of changes", func() error {
			for {
				more, err := e.Follow(ctx)
				if err != nil {
					return err
				}
				if !more {
					atomic.StoreInt64(&e.told, time.Now().UnixNano())
					return nil
				}
			}
		})
	})
	both.Go(func() { e.repeat(ctx, scanEvery, "tell what time brings", func() error { return e.Scan(ctx) }) })
	both.Wait()
	return nil
}

func (e *Events) repeat(ctx context.Context, every time.Duration, job string, do func() error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var doing spell
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := guarded(do); ctx.Err() == nil {
			doing.tell(e.Log, job, err)
		}
	}
}

// guarded makes an error of a panic, so that an event that cannot be told of does
// not end the server, and with it each that takes the event up next.
func guarded(do func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return do()
}

// ListEvents is the input of Events.List.
type ListEvents struct {
	Filter EventFilter
	Oldest bool // the oldest first, else the newest
	Limit  int  // 0 for 50
	Cursor string
}

// eventOrder names each order, for cursors.
var eventOrder = map[bool]string{true: "events", false: "-events"}

// List is a page of events and the cursor of the next. With the oldest first
// there is always one: after the last event it gives those that come later. An
// actor who acts in an account sees only its events.
func (e *Events) List(ctx context.Context, actor model.Actor, in ListEvents) ([]model.Event, string, error) {
	if actor.AccountID != "" {
		in.Filter.AccountID = actor.AccountID
	}
	order := eventOrder[in.Oldest]
	page, err := newPage(order, in.Limit, in.Cursor, !in.Oldest)
	if err != nil {
		return nil, "", err
	}
	if page.After != nil {
		if _, err := strconv.ParseInt(page.After.ID, 10, 64); err != nil {
			return nil, "", badCursor()
		}
	}
	events, err := e.Store.Events.List(ctx, in.Filter, page)
	if err != nil {
		return nil, "", err
	}
	events, next := cutPage(events, page, order, eventPosition)
	switch {
	case next != "" || !in.Oldest:
	case len(events) > 0:
		next = newCursor(order, eventPosition(&events[len(events)-1]))
	case in.Cursor != "":
		next = in.Cursor
	default:
		next = newCursor(order, repository.Position{ID: "0"})
	}
	return events, next, nil
}

func eventPosition(event *model.Event) repository.Position {
	return repository.Position{ID: strconv.FormatInt(*event.Seq, 10)}
}
