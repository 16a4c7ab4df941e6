package service

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
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
	// redigestBatch is how many secrets get another digest at a time.
	redigestBatch = 50
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

// redigest is a new digest of a token's secret.
type redigest struct {
	id           string
	old, renewed model.Secret
}

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
		u.redigest[id+string(old.Digest)] = redigest{id, old, renewed}
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
	return errors.Join(u.writeUsed(ctx, used, written), u.writeRedigests(ctx, redigests))
}

func (u *Usage) writeUsed(ctx context.Context, used, written map[string]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	if err := u.Store.InTx(ctx, func(tx *repository.Store) error { return tx.Tokens.Used(ctx, used) }); err != nil {
		u.takeBack(used)
		return err
	}
	if len(written) > usageBound {
		clear(written)
	}
	maps.Copy(written, used)
	return nil
}

func (u *Usage) takeBack(used map[string]time.Time) {
	for id, at := range used {
		u.mu.Lock()
		_, later := u.used[id]
		u.mu.Unlock()
		if !later {
			u.Record(id, at)
		}
	}
}

// writeRedigests stores new digests and makes the nodes forget the old ones,
// which they would else make anew at each check. It does so a few at a time, as
// others wait for the change sequence.
func (u *Usage) writeRedigests(ctx context.Context, redigests map[string]redigest) error {
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(redigests)), redigestBatch) {
		err := u.Store.InTx(ctx, func(tx *repository.Store) error {
			for _, key := range keys {
				r := redigests[key]
				if err := tx.Tokens.Redigest(ctx, r.id, r.old, r.renewed); err != nil {
					return err
				}
			}
			for _, key := range keys {
				if _, err := tx.Changes.Append(ctx, repository.ChangeToken, redigests[key].id, Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			for _, r := range redigests {
				u.Redigest(r.id, r.old, r.renewed)
			}
			return err
		}
		for _, key := range keys {
			delete(redigests, key)
		}
	}
	return nil
}
