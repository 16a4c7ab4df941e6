package repository

import (
	"context"
	"math"
	"time"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// TokenOrder is what a list of tokens is ordered by.
type TokenOrder string

// The orders. Tokens that were never used count as used before all others, and
// those without expiry as expiring after all others.
const (
	ByCreatedAt  TokenOrder = "created_at"
	ByName       TokenOrder = "name"
	ByLastUsedAt TokenOrder = "last_used_at"
	ByExpiresAt  TokenOrder = "expires_at"
)

// Never used and never expiring, as the indexes write them.
var (
	longAgo = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// expression is the indexed expression of an order.
func (t table) expression(by TokenOrder) string {
	switch by {
	case ByName:
		return "name_folded"
	case ByLastUsedAt:
		return "coalesce(last_used_at, " + t.timeLiteral(longAgo) + ")"
	case ByExpiresAt:
		return "coalesce(expires_at, " + t.timeLiteral(farOff) + ")"
	}
	return "created_at"
}

func (t table) timeLiteral(at time.Time) string {
	if t.dialect == SQLite {
		return map[time.Time]string{longAgo: "-62135596800000000", farOff: "253402300799000000"}[at]
	}
	return "timestamptz '" + at.Format("2006-01-02 15:04:05-07") + "'"
}

// PositionOf is the place of a token in a list of that order.
func PositionOf(tok *model.Token, by TokenOrder) Position {
	p := Position{ID: tok.ID}
	switch by {
	case ByName:
		p.Text = tok.NameFolded
	case ByLastUsedAt:
		p.Time = longAgo
		if tok.LastUsedAt != nil {
			p.Time = *tok.LastUsedAt
		}
	case ByExpiresAt:
		p.Time = farOff
		if tok.ExpiresAt != nil {
			p.Time = *tok.ExpiresAt
		}
	default:
		p.Time = tok.CreatedAt
	}
	return p
}

// walked bounds how many tokens a list looks at in its order before it gathers
// all that the filter leaves and orders those. What is frequent is found on the
// walk, what is rare is gathered soon; PostgreSQL, left to guess which it is, at
// times walks over a million rows for a rare one.
const walked = 3000

// List is a page of an account's tokens that are not deleted.
func (r Tokens) List(ctx context.Context, filter TokenFilter, by TokenOrder, page Page) ([]model.Token, error) {
	stretch, rest, err := r.conditions(ctx, filter, by)
	if err != nil {
		return nil, err
	}
	if r.dialect == Postgres && by == ByLastUsedAt {
		return r.listByLastUse(ctx, filter, stretch, rest, page)
	}
	unusedNear, unused := r.unusedSince(filter)
	cursor := r.cursor(by, page)
	order := r.expression(by) + page.direction() + ", id" + page.direction()
	var tokens []model.Token
	err = r.planned(ctx, func(db *gorm.DB) error {
		db = db.Model(&tokens).Session(&gorm.Session{})
		// The cursor is the first condition: PostgreSQL begins to read at the first.
		if len(rest.text)+len(unused.text) == 0 {
			return r.whole(db).Scopes(cursor.where, stretch.where).Order(order).Limit(page.Limit).Find(&tokens).Error
		}
		near := db.Scopes(cursor.where, stretch.where).Order(order).Limit(walked)
		err := r.whole(db).Table("(?) AS tokens", near).Scopes(rest.where, unusedNear.where).Order(order).Limit(page.Limit).Find(&tokens).Error
		if err != nil || len(tokens) == page.Limit {
			return err
		}
		if all, err := walkedAll(db, near); err != nil || all {
			return err
		}
		// The limit, which is none, keeps the order and so another walk out of
		// the inner query.
		found := db.Scopes(stretch.where, rest.where, unused.where).Limit(math.MaxInt64)
		return r.whole(db).Table("(?) AS tokens", found).Scopes(cursor.where).Order(order).Limit(page.Limit).Find(&tokens).Error
	})
	return tokens, classify(err)
}

// walkedAll reports whether a walk came to the end of its order, so that nothing
// is left to be found.
func walkedAll(db, walk *gorm.DB) (bool, error) {
	var seen int64
	err := db.Session(&gorm.Session{NewDB: true}).Table("(?) AS near", walk).Count(&seen).Error
	return seen < walked, err
}

// planned runs queries that PostgreSQL plans for their arguments each time:
// which index is best depends on how many rows a filter leaves. To compile them
// would take longer than to run them.
func (r Tokens) planned(ctx context.Context, queries func(db *gorm.DB) error) error {
	if r.dialect == SQLite {
		return queries(r.with(ctx))
	}
	return r.with(ctx).Transaction(func(db *gorm.DB) error {
		err := db.Exec("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)").Error
		if err != nil {
			return err
		}
		return queries(db)
	})
}

// cursor is the condition that a token is beyond the place where a page begins.
func (r Tokens) cursor(by TokenOrder, page Page) *conditions {
	c := &conditions{}
	if page.After == nil {
		return c
	}
	var value any = page.After.Time
	if by == ByName {
		value = page.After.Text
	}
	c.add("("+r.expression(by)+", id) "+page.beyond()+" (?, ?)", value, page.After.ID)
	return c
}
