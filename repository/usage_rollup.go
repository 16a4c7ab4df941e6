package repository

import (
	"context"
	"fmt"
	"time"
)

// RollUp merges counts that began before a moment into the coarser resolution,
// at most limit rows. It reports how many it merged. It must be called in a
// transaction.
func (r Usage) RollUp(ctx context.Context, from, to Resolution, before time.Time, limit int) (int64, error) {
	merge := r.rollUp
	if r.dialect == SQLite {
		merge = r.rollUpSQLite
	}
	done, err := merge(ctx, from, to, before, limit)
	if err != nil {
		return 0, fmt.Errorf("roll up usage: %w", classify(err))
	}
	return done, nil
}

// rollUp passes over rows that another node has begun to merge. The new rows come
// in order, so that two nodes do not wait for each other.
func (r Usage) rollUp(ctx context.Context, from, to Resolution, before time.Time, limit int) (int64, error) {
	var done int64
	err := r.with(ctx).Raw(`WITH old AS (
			DELETE FROM token_usage WHERE ctid = ANY (ARRAY(
				SELECT ctid FROM token_usage WHERE resolution = ? AND start < ? ORDER BY start LIMIT ? FOR UPDATE SKIP LOCKED))
			RETURNING date_trunc('`+string(to)+`', start) AS coarse, *
		), merged AS (
			SELECT coarse AS start, token_id, code, previous, sum(n) AS n, max(last_at) AS last_at,
				(array_agg(last_ip ORDER BY last_at DESC))[1] AS last_ip, (array_agg(last_caller ORDER BY last_at DESC))[1] AS last_caller,
				array_agg(scopes) AS scopes, array_agg(callers) AS callers
			FROM old GROUP BY coarse, token_id, code, previous
		), kept AS (
			INSERT INTO token_usage (resolution, `+names()+`)
			SELECT CAST(? AS text), start, token_id, code, previous, n, last_at, last_ip, last_caller,
				`+r.sums("SELECT each.* FROM unnest(merged.scopes) AS one, jsonb_each_text(one) AS each")+`,
				`+r.sums("SELECT each.* FROM unnest(merged.callers) AS one, jsonb_each_text(one) AS each")+`
			FROM merged ORDER BY start, token_id, code, previous `+r.merge()+`
		) SELECT count(*) FROM old`, from, before, limit, to).Scan(&done).Error
	return done, err
}

// rollUpSQLite merges one row after another.
func (r Usage) rollUpSQLite(ctx context.Context, from, to Resolution, before time.Time, limit int) (int64, error) {
	const old = "SELECT rowid FROM token_usage WHERE resolution = ? AND start < ? ORDER BY start, rowid LIMIT ?"
	err := r.with(ctx).Exec("INSERT INTO token_usage (resolution, "+names()+") SELECT ?, "+sqliteStart[to]+
		", token_id, code, previous, n, last_at, last_ip, last_caller, scopes, callers FROM token_usage AS old WHERE rowid IN ("+old+") "+r.merge(),
		to, from, before, limit).Error
	if err != nil {
		return 0, err
	}
	done := r.with(ctx).Exec("DELETE FROM token_usage WHERE rowid IN ("+old+")", from, before, limit)
	return done.RowsAffected, done.Error
}

var sqliteStart = map[Resolution]string{
	Daily:   "old.start - old.start % 86400000000",
	Monthly: "CAST(strftime('%s', old.start / 1000000, 'unixepoch', 'start of month') AS integer) * 1000000",
}

// Forget removes monthly counts from before a moment, at most limit rows, and
// reports how many.
func (r Usage) Forget(ctx context.Context, before time.Time, limit int) (int64, error) {
	row := "rowid"
	if r.dialect == Postgres {
		row = "ctid"
	}
	done := r.with(ctx).Exec("DELETE FROM token_usage WHERE "+row+" IN (SELECT "+row+" FROM token_usage "+
		"WHERE resolution = ? AND start < ? LIMIT ?)", Monthly, before, limit)
	return done.RowsAffected, classify(done.Error)
}

// ForgetWriters forgets processes that have not written since a moment.
func (r Usage) ForgetWriters(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Exec("DELETE FROM usage_writers WHERE at < ?", before).Error)
}
