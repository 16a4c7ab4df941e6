package repository

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// usageTable is what the roll-up needs to know of a table of counts.
type usageTable struct {
	name string
	key  string // beside the resolution and the start
	rest string // the columns that are merged
	// merged is rest of a group of rows, in each dialect. SQLite takes columns
	// that stand alone from the row with the latest last_at.
	postgres, sqlite string
}

var usageTables = []usageTable{
	{
		name: "token_usage", key: "token_id, code, previous", rest: "n, last_at, last_ip, last_caller",
		postgres: "sum(n), max(last_at), (array_agg(last_ip ORDER BY last_at DESC))[1], (array_agg(last_caller ORDER BY last_at DESC))[1]",
		sqlite:   "sum(n), max(last_at), last_ip, last_caller",
	},
	{
		name: "token_usage_parts", key: "token_id, code, previous, part, name", rest: "n",
		postgres: "sum(n)", sqlite: "sum(n)",
	},
}

// RollUp merges counts that began before a moment into the coarser resolution,
// at most limit rows of each table. It reports how many it merged.
func (r Usage) RollUp(ctx context.Context, from, to Resolution, before time.Time, limit int) (int64, error) {
	merged := int64(0)
	for _, t := range usageTables {
		done, err := r.rollUp(ctx, t, from, to, before, limit)
		if err != nil {
			return 0, fmt.Errorf("roll up %s: %w", t.name, classify(err))
		}
		merged += done
	}
	return merged, nil
}

// rollUp must be called in a transaction.
func (r Usage) rollUp(ctx context.Context, t usageTable, from, to Resolution, before time.Time, limit int) (int64, error) {
	insert := "INSERT INTO " + t.name + " (" + t.key + ", resolution, start, " + t.rest + ")"
	if r.dialect == SQLite {
		old := "SELECT rowid FROM " + t.name + " WHERE resolution = ? AND start < ? ORDER BY start, rowid LIMIT ?"
		err := r.with(ctx).Exec(insert+" SELECT "+t.key+", ?, "+sqliteStart[to]+" AS start, "+t.sqlite+" FROM "+t.name+
			" AS old WHERE rowid IN ("+old+") GROUP BY "+t.key+", "+sqliteStart[to]+" "+merge(t.name), to, from, before, limit).Error
		if err != nil {
			return 0, err
		}
		done := r.with(ctx).Exec("DELETE FROM "+t.name+" WHERE rowid IN ("+old+")", from, before, limit)
		return done.RowsAffected, done.Error
	}
	// Rows that another node has begun to merge are passed over. The new rows come
	// in order, so that two nodes do not wait for each other.
	var done int64
	start := "date_trunc('" + string(to) + "', start)"
	key := strings.ReplaceAll(t.key, "token_id, ", "token_id, start, ")
	err := r.with(ctx).Raw("WITH old AS (DELETE FROM "+t.name+" WHERE ctid = ANY (ARRAY("+
		"SELECT ctid FROM "+t.name+" WHERE resolution = ? AND start < ? ORDER BY start LIMIT ? FOR UPDATE SKIP LOCKED)) RETURNING *), "+
		"coarse AS ("+insert+" SELECT "+t.key+", CAST(? AS text), "+start+" AS start, "+t.postgres+
		" FROM old GROUP BY "+t.key+", "+start+" ORDER BY "+key+" "+merge(t.name)+") SELECT count(*) FROM old",
		from, before, limit, to).Scan(&done).Error
	return done, err
}

var sqliteStart = map[Resolution]string{
	Daily:   "old.start - old.start % 86400000000",
	Monthly: "CAST(strftime('%s', old.start / 1000000, 'unixepoch', 'start of month') AS integer) * 1000000",
}

// Forget removes monthly counts from before a moment, at most limit rows of each
// table, and reports how many.
func (r Usage) Forget(ctx context.Context, before time.Time, limit int) (int64, error) {
	row := "rowid"
	if r.dialect == Postgres {
		row = "ctid"
	}
	removed := int64(0)
	for _, t := range usageTables {
		done := r.with(ctx).Exec("DELETE FROM "+t.name+" WHERE "+row+" IN (SELECT "+row+" FROM "+t.name+
			" WHERE resolution = ? AND start < ? LIMIT ?)", Monthly, before, limit)
		if done.Error != nil {
			return 0, classify(done.Error)
		}
		removed += done.RowsAffected
	}
	return removed, nil
}

// ForgetWriters forgets processes that have not written since a moment.
func (r Usage) ForgetWriters(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Exec("DELETE FROM usage_writers WHERE at < ?", before).Error)
}
