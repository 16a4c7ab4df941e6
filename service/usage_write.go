package service

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/repository"
)

const (
	// usageBatch is about how many counters are written in one transaction.
	usageBatch = 6000
	// lastUseUnit is how exact the stored last use of a token is.
	lastUseUnit = time.Minute
	// usedBound bounds the tokens whose last use is remembered.
	usedBound = 200_000
)

// usageWriter is what is on its way from the counts to the database.
type usageWriter struct {
	id      string // random, for the life of the process
	number  int64  // of batch
	batch   []repository.UsageCount
	rows    []repository.UsageCount // for the batches after it
	next    int                     // the shard whose turn it is
	used    map[string]int64        // the last uses that are known to be stored, in seconds since 1970
	waiting atomic.Int64            // counters on their way
}

// writeCounts writes what an earlier call could not write, and what has been
// counted since. While the database is away the counts stay where they are,
// where further uses of the same token in the same hour take no more room.
func (u *Usage) writeCounts(ctx context.Context) error {
	w := &u.writer
	for range usageShards {
		for w.batch != nil || size(w.rows) >= usageBatch {
			if err := u.writeBatch(ctx); err != nil {
				return err
			}
		}
		for id, first := range u.counts.take(w.next) {
			for t := first; t != nil; t = t.next {
				w.rows = append(w.rows, t.row(id))
			}
		}
		w.next = (w.next + 1) % usageShards
		w.waiting.Store(int64(size(w.rows)))
	}
	for w.batch != nil || len(w.rows) > 0 {
		if err := u.writeBatch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// writeBatch writes the batch, or the next one. It has the same number and
// content each time it is tried, so that it counts once, even if the answer to
// the commit was lost.
func (u *Usage) writeBatch(ctx context.Context) error {
	w := &u.writer
	if w.id == "" {
		w.id = secret.NewID()
	}
	if w.batch == nil {
		w.batch, w.rows = cutBatch(w.rows)
		w.number++
	}
	ctx, cancel := context.WithTimeout(ctx, flushPatience)
	defer cancel()
	used := w.lastUses()
	err := u.Store.InTx(ctx, func(tx *repository.Store) error {
		fresh, err := tx.Usage.Begin(ctx, w.id, w.number, u.Now())
		if err != nil || !fresh {
			return err
		}
		if err := tx.Usage.Add(ctx, w.batch); err != nil {
			return err
		}
		return tx.Tokens.Used(ctx, used)
	})
	if err != nil && gone(ctx, err) {
		return err
	}
	if err != nil { // it would stand in the way of all others for ever
		for _, row := range w.batch {
			u.counts.lost.Add(row.N)
		}
	} else {
		w.remember(used)
	}
	w.batch = nil
	w.waiting.Store(int64(size(w.rows)))
	return err
}

// lastUses is the tokens of the batch whose stored last use is older.
func (w *usageWriter) lastUses() map[string]time.Time {
	used := map[string]time.Time{}
	for i := range w.batch {
		row := &w.batch[i]
		at := row.LastAt.Truncate(lastUseUnit)
		if row.Code == CodeOK && at.After(used[row.TokenID]) && at.Unix() > w.used[row.TokenID] {
			used[row.TokenID] = at
		}
	}
	return used
}

func (w *usageWriter) remember(used map[string]time.Time) {
	if w.used == nil || len(w.used) > usedBound {
		w.used = map[string]int64{}
	}
	for id, at := range used {
		w.used[id] = at.Unix()
	}
}

// cutBatch cuts off a batch from the rows.
func cutBatch(rows []repository.UsageCount) (batch, rest []repository.UsageCount) {
	count := 0
	for i := range rows {
		if count += counters(&rows[i]); count >= usageBatch {
			return rows[:i+1], rows[i+1:]
		}
	}
	return rows, nil
}

// size is how many counters are in those rows.
func size(rows []repository.UsageCount) int {
	count := 0
	for i := range rows {
		count += counters(&rows[i])
	}
	return count
}

func counters(row *repository.UsageCount) int { return 1 + len(row.Scopes) + len(row.Callers) }

// row is what is written of a total.
func (t *total) row(id string) repository.UsageCount {
	row := repository.UsageCount{
		TokenID: id, Start: time.Unix(int64(t.hour)*3600, 0).UTC(), Code: t.code, Previous: t.previous, N: int64(t.n),
		LastAt: time.UnixMicro(t.at).UTC(), LastIP: t.address(), LastCaller: t.caller.Value(),
		Scopes: map[string]int64{}, Callers: map[string]int64{},
	}
	parts := [...]map[string]int64{byScope: row.Scopes, byCaller: row.Callers}
	for _, c := range t.cells {
		parts[c.by][c.name.Value()] += int64(c.n)
	}
	for by, n := range t.other {
		if n > 0 {
			parts[by][repository.UsageOther] += int64(n)
		}
	}
	return row
}
