package repository

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// TokenFilter narrows a list of an account's tokens. Zero fields do not.
type TokenFilter struct {
	AccountID      string         // always needed
	Query          string         // part of the name; below three characters its beginning
	Statuses       []model.Status // any of them
	CreatedAfter   *time.Time
	CreatedBefore  *time.Time
	Version        string
	Scope          string
	Contact        string // a member id, or the address of a developer
	ContactMissing *bool  // whether the primary contact is no active member
	UnusedSince    *time.Time
	Now            time.Time // for the status "expired"
}

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

// List is a page of an account's tokens that are not deleted.
func (r Tokens) List(ctx context.Context, filter TokenFilter, by TokenOrder, page Page) ([]model.Token, error) {
	var inactive []string
	if filter.ContactMissing != nil {
		var err error
		if inactive, err = (Members{r.table}).InactiveIDs(ctx, filter.AccountID); err != nil {
			return nil, err
		}
	}
	var tokens []model.Token
	err := r.planned(ctx, func(db *gorm.DB) error {
		query := r.filtered(db, filter)
		if missing := filter.ContactMissing; missing != nil && *missing {
			query = query.Where("primary_contact IN ?", append(inactive, ""))
		} else if missing != nil {
			query = query.Where("primary_contact NOT IN ?", append(inactive, ""))
		}
		expr := r.expression(by)
		if page.After != nil {
			var value any = page.After.Time
			if by == ByName {
				value = page.After.Text
			}
			query = query.Where("("+expr+", id) "+page.beyond()+" (?, ?)", value, page.After.ID)
		}
		return query.Order(expr + page.direction() + ", id" + page.direction()).Limit(page.Limit).Find(&tokens).Error
	})
	return tokens, classify(err)
}

// planned runs a query that PostgreSQL plans for its arguments each time: which
// index is best depends on how many rows a filter leaves.
func (r Tokens) planned(ctx context.Context, query func(db *gorm.DB) error) error {
	if r.dialect == SQLite {
		return query(r.with(ctx))
	}
	return r.with(ctx).Transaction(func(db *gorm.DB) error {
		if err := db.Exec("SET LOCAL plan_cache_mode = force_custom_plan").Error; err != nil {
			return err
		}
		return query(db)
	})
}

func (r Tokens) filtered(db *gorm.DB, f TokenFilter) *gorm.DB {
	query := db.Where("account_id = ? AND deleted_at IS NULL", f.AccountID)
	if f.Query != "" {
		query = r.named(query, model.Fold(f.Query))
	}
	if len(f.Statuses) > 0 {
		query = query.Where(statusIn(db, f.Statuses, f.Now))
	}
	if f.CreatedAfter != nil {
		query = query.Where("created_at >= ?", *f.CreatedAfter)
	}
	if f.CreatedBefore != nil {
		query = query.Where("created_at < ?", *f.CreatedBefore)
	}
	if f.Version != "" {
		query = query.Where("version = ?", f.Version)
	}
	if f.Scope != "" {
		query = query.Where(r.holds("scopes", f.Scope))
	}
	switch {
	case strings.Contains(f.Contact, "@"):
		query = query.Where(r.holds("developers", f.Contact))
	case f.Contact != "":
		query = query.Where("primary_contact = ?", f.Contact)
	}
	if f.UnusedSince != nil { // a younger token had no chance to be used before
		query = query.Where(r.expression(ByLastUsedAt)+" < ? AND created_at < ?", *f.UnusedSince, *f.UnusedSince)
	}
	return query
}

func (r Tokens) named(query *gorm.DB, folded string) *gorm.DB {
	if utf8.RuneCountInString(folded) < 3 {
		return query.Where("name_folded >= ? AND name_folded < ?", folded, folded+"\U0010FFFF")
	}
	return query.Where(`name_folded LIKE ? ESCAPE '\'`, "%"+likeEscaper.Replace(folded)+"%")
}

// holds is the condition that a list column has an element.
func (r Tokens) holds(column, element string) (string, any) {
	if r.dialect == SQLite {
		return "instr(" + column + ", ?) > 0", strings.Trim(arrayText([]string{element}), "{}")
	}
	return column + " @> CAST(? AS text[])", arrayText([]string{element})
}

// statusIn is the condition that a token has any of the statuses. It agrees
// with model.Token.Status.
func statusIn(db *gorm.DB, statuses []model.Status, now time.Time) *gorm.DB {
	in := db.Session(&gorm.Session{NewDB: true})
	for i, status := range statuses {
		one := db.Session(&gorm.Session{NewDB: true})
		switch status {
		case model.StatusRevoked:
			one = one.Where("revoked_at IS NOT NULL")
		case model.StatusDisabled:
			one = one.Where("disabled_at IS NOT NULL AND revoked_at IS NULL")
		case model.StatusExpired:
			one = one.Where("expires_at <= ? AND disabled_at IS NULL AND revoked_at IS NULL", now)
		default:
			one = one.Where("revoked_at IS NULL AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > ?)", now)
		}
		if i == 0 {
			in = in.Where(one)
		} else {
			in = in.Or(one)
		}
	}
	return in
}
