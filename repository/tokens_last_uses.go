package repository

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// On SQLite the last use is a column of the token. On PostgreSQL, where to change
// that column would be to write to every index of the tokens, it has a table of
// its own, with what lists in its order are filtered by.

// lastUse is when a token was last used; NULL for never.
const lastUse = "(SELECT nullif(at, timestamptz '0001-01-01 00:00:00+00') FROM token_last_uses WHERE token_id = tokens.id)"

// whole makes a query of tokens read their last use too.
func (t table) whole(query *gorm.DB) *gorm.DB {
	if t.dialect == SQLite {
		return query
	}
	return query.Select("tokens.*, " + lastUse + " AS last_used_at")
}

// Used stores when tokens were last used, by id. A later time stays. If nodes
// may do so at the same time, it must be called in a transaction.
func (r Tokens) Used(ctx context.Context, used map[string]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(used)) // so that two nodes do not wait for each other
	if r.dialect == SQLite {
		for _, id := range ids {
			err := r.with(ctx).Exec("UPDATE tokens SET last_used_at = ? WHERE id = ? AND coalesce(last_used_at, 0) < ?", used[id], id, used[id]).Error
			if err != nil {
				return classify(err)
			}
		}
		return nil
	}
	times := make([]string, len(ids))
	for i, id := range ids {
		times[i] = used[id].Format(time.RFC3339Nano)
	}
	// Without other ways to join, the rows are found and locked in the order of the ids.
	err := r.with(ctx).Exec("SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)").Error
	if err != nil {
		return classify(err)
	}
	return classify(r.with(ctx).Exec(`UPDATE token_last_uses AS t SET at = used.at
		FROM unnest(CAST(? AS text[]), CAST(? AS timestamptz[])) AS used (id, at)
		WHERE t.token_id = used.id AND t.at < used.at`, arrayText(ids), arrayText(times)).Error)
}

// unusedSince is the condition, not found in the index of an order, that a token
// was last used before: for few tokens near each other, and for all of an
// account.
func (r Tokens) unusedSince(f TokenFilter) (near, all *conditions) {
	near, all = &conditions{}, &conditions{}
	if f.UnusedSince != nil && r.dialect == Postgres {
		near.add("(SELECT at FROM token_last_uses WHERE token_id = tokens.id) < ?", *f.UnusedSince)
		all.add("id IN (SELECT token_id FROM token_last_uses WHERE account_id = ? AND NOT deleted AND at < ?)", f.AccountID, *f.UnusedSince)
	}
	return near, all
}

// listByLastUse is List in the order of the last use, on PostgreSQL: the walk is
// over token_last_uses.
func (r Tokens) listByLastUse(ctx context.Context, f TokenFilter, stretch, rest *conditions, page Page) ([]model.Token, error) {
	cursor, walk := &conditions{}, &conditions{}
	if page.After != nil {
		cursor.add("(at, token_id) "+page.beyond()+" (?, ?)", page.After.Time, page.After.ID)
	}
	f.listed(walk, listColumns{"NOT deleted", "expires_at", "state"})
	if f.UnusedSince != nil {
		walk.add("at < ?", *f.UnusedSince)
	}
	_, unused := r.unusedSince(f)
	order := "at" + page.direction() + ", token_id" + page.direction()
	var tokens []model.Token
	err := r.planned(ctx, func(db *gorm.DB) error {
		limit := walked
		if len(rest.text) == 0 {
			limit = page.Limit
		}
		near := db.Table("token_last_uses").Select("token_id, at").Scopes(cursor.where, walk.where).Order(order).Limit(limit)
		err := r.whole(db).Table("(?) AS used JOIN tokens ON tokens.id = used.token_id", near).
			Scopes(rest.where).Order(order).Limit(page.Limit).Find(&tokens).Error
		if err != nil || len(rest.text) == 0 || len(tokens) == page.Limit {
			return err
		}
		if all, err := walkedAll(db, near); err != nil || all {
			return err
		}
		found := db.Table("tokens").Select("*, (SELECT at FROM token_last_uses WHERE token_id = tokens.id), id AS token_id").
			Scopes(stretch.where, rest.where, unused.where).Limit(math.MaxInt64)
		return r.whole(db).Table("(?) AS tokens", found).Scopes(cursor.where).Order(order).Limit(page.Limit).Find(&tokens).Error
	})
	return tokens, classify(err)
}
