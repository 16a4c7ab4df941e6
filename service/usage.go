package service

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// flushEvery is how much of the usage a crash can lose.
	flushEvery = 3 * time.Second
	// usageBound bounds what is gathered between two flushes.
	usageBound = 200_000
	// lastUseUnit is how exact the time of the last use is.
	lastUseUnit = time.Minute
)

// Usage gathers in memory when tokens are used, and writes it in batches, off
// the path of requests.
type Usage struct {
	Store *repository.Store
	Log   *slog.Logger

	mu       sync.Mutex
	used     map[string]time.Time
	redigest map[string]redigest
}

type redigest struct{ old, renewed model.Secret }

// Record notes that a token was used.
func (u *Usage) Record(id string, at time.Time) {
	at = at.Truncate(lastUseUnit)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.used == nil {
		u.used = map[string]time.Time{}
	}
	if _, ok := u.used[id]; ok || len(u.used) < usageBound {
		u.used[id] = at
	}
}

// Redigest notes that a secret, which was just proven, has a digest under the
// current pepper too.
func (u *Usage) Redigest(id string, old, renewed model.Secret) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.redigest == nil {
		u.redigest = map[string]redigest{}
	}
	if len(u.redigest) < usageBound {
		u.redigest[id+string(old.Digest)] = redigest{old, renewed}
	}
}

// Run writes what was gathered until ctx ends, and then once more.
func (u *Usage) Run(ctx context.Context) error {
	written := map[string]time.Time{}
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushEvery)
			defer cancel()
			return u.flush(last, written)
		case <-ticker.C:
		}
		if err := u.flush(ctx, written); err != nil && ctx.Err() == nil {
			u.Log.Warn("usage not written yet", "error", err)
		}
	}
}

// flush writes what was gathered. What the database does not take is gathered
// again.
func (u *Usage) flush(ctx context.Context, written map[string]time.Time) error {
	u.mu.Lock()
	used, redigests := u.used, u.redigest
	u.used, u.redigest = nil, nil
	u.mu.Unlock()
	for id, at := range used {
		if at.Equal(written[id]) {
			delete(used, id)
		}
	}
	if len(used)+len(redigests) == 0 {
		return nil
	}
	err := u.Store.InTx(ctx, func(tx *repository.Store) error { return write(ctx, tx, used, redigests) })
	if err != nil {
		u.takeBack(used, redigests)
		return err
	}
	if len(written) > usageBound {
		clear(written)
	}
	for id, at := range used {
		written[id] = at
	}
	return nil
}

func write(ctx context.Context, tx *repository.Store, used map[string]time.Time, redigests map[string]redigest) error {
	for key, r := range redigests {
		if err := tx.Tokens.Redigest(ctx, key[:len(key)-len(r.old.Digest)], r.old, r.renewed); err != nil {
			return err
		}
	}
	return tx.Tokens.Used(ctx, used)
}

func (u *Usage) takeBack(used map[string]time.Time, redigests map[string]redigest) {
	for id, at := range used {
		u.mu.Lock()
		_, later := u.used[id]
		u.mu.Unlock()
		if !later {
			u.Record(id, at)
		}
	}
	for key, r := range redigests {
		u.Redigest(key[:len(key)-len(r.old.Digest)], r.old, r.renewed)
	}
}
