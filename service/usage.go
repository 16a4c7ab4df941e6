package service

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// flushEvery, and the time that writing takes, is how much of the usage a
	// crash can lose.
	flushEvery = 3 * time.Second
	// flushPatience bounds a step with the database, and lastPatience all that is
	// written on a stop.
	flushPatience = 5 * time.Second
	lastPatience  = 15 * time.Second
)

// Use is one answer about a token whose secret was proven.
type Use struct {
	TokenID  string
	Code     string     // of the answer
	Scopes   []string   // what the token was to be good for
	Caller   string     // the id of who asked
	Previous bool       // whether it was a secret that a rotation replaced
	IP       netip.Addr // who presented the secret; the zero Addr if that is not known
	At       time.Time
}

// Usage counts in memory how tokens are used, and writes it in batches, off the
// path of requests. See docs/decisions/usage.md.
type Usage struct {
	Store *repository.Store
	Log   *slog.Logger
	Now   func() time.Time
	Ticks <-chan time.Time // when to write; nil for every three seconds

	counts counts

	writing sync.Mutex // guards writer
	writer  usageWriter

	mu       sync.Mutex
	redigest map[string]redigest
}

// Record counts a use. It does not block on the database, and allocates only for
// what has not been counted since the last batch.
func (u *Usage) Record(use Use) { u.counts.add(&use) }

// Pending is how many counters wait to be written.
func (u *Usage) Pending() int { return u.counts.size() + int(u.writer.waiting.Load()) }

// Lost is how many uses are not counted because the database refused them, or
// because it could not be written for so long that memory ran out.
func (u *Usage) Lost() int64 { return u.counts.lost.Load() }

// Run writes what was counted until ctx ends, and then once more.
func (u *Usage) Run(ctx context.Context) error {
	ticks := u.Ticks
	if ticks == nil {
		ticker := time.NewTicker(flushEvery)
		defer ticker.Stop()
		ticks = ticker.C
	}
	var writing spell
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastPatience)
			defer cancel()
			return u.flush(last)
		case <-ticks:
		}
		if err := u.flush(ctx); ctx.Err() == nil {
			writing.tell(u.Log, "write usage", err)
		}
	}
}

// flush writes what was counted, after what an earlier flush could not write.
func (u *Usage) flush(ctx context.Context) error {
	u.writing.Lock()
	defer u.writing.Unlock()
	return errors.Join(u.writeCounts(ctx), u.writeRedigests(ctx))
}

// gone reports whether the database was away, so that writing the same later may
// succeed.
func gone(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || model.IsKind(err, model.KindUnavailable)
}
