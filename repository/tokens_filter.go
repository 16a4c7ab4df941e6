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

// conditions are SQL conditions that must all hold.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) add(text string, args ...any) {
	c.text, c.args = append(c.text, text), append(c.args, args...)
}

func (c *conditions) where(query *gorm.DB) *gorm.DB {
	if len(c.text) == 0 {
		return query
	}
	return query.Where(strings.Join(c.text, " AND "), c.args...)
}

// conditions are what a filter demands, in two parts: what the index of the
// order judges without a look at the tokens, and the rest. On PostgreSQL the
// last use is in neither.
func (r Tokens) conditions(ctx context.Context, f TokenFilter, by TokenOrder) (inIndex, rest *conditions, err error) {
	inIndex, rest = &conditions{}, &conditions{}
	f.listed(inIndex, listColumns{"deleted_at IS NULL", r.expression(ByExpiresAt), state})
	if f.UnusedSince != nil && r.dialect == SQLite {
		inIndex.add(r.expression(ByLastUsedAt)+" < ?", *f.UnusedSince)
	}
	name := model.Fold(f.Query)
	switch short := utf8.RuneCountInString(name) < 3; {
	case name == "":
	case short && by == ByName:
		inIndex.add("name_folded >= ? AND name_folded < ?", name, name+"\U0010FFFF")
	case short:
		rest.add("name_folded >= ? AND name_folded < ?", name, name+"\U0010FFFF")
	default:
		rest.add(`name_folded LIKE ? ESCAPE '\'`, "%"+likeEscaper.Replace(name)+"%")
	}
	if f.Scope != "" {
		rest.add(r.holds("scopes", f.Scope))
	}
	switch {
	case f.Contact == "":
	case strings.Contains(f.Contact, "@"):
		rest.add(r.holds("developers", f.Contact))
	case by == ByCreatedAt: // the index of contacts has this order
		inIndex.add("primary_contact = ?", f.Contact)
	default:
		rest.add("primary_contact = ?", f.Contact)
	}
	if f.ContactMissing != nil {
		inactive, err := (Members{r.table}).InactiveIDs(ctx, f.AccountID)
		if err != nil {
			return nil, nil, err
		}
		rest.add(map[bool]string{true: "primary_contact IN ?", false: "primary_contact NOT IN ?"}[*f.ContactMissing], append(inactive, ""))
	}
	return inIndex, rest, nil
}

// listColumns is how a table with an order of lists writes what differs from
// other such tables.
type listColumns struct{ live, expires, state string }

// listed adds what the index of each order judges.
func (f TokenFilter) listed(c *conditions, columns listColumns) {
	c.add("account_id = ? AND "+columns.live, f.AccountID)
	if f.CreatedAfter != nil {
		c.add("created_at >= ?", *f.CreatedAfter)
	}
	if f.CreatedBefore != nil {
		c.add("created_at < ?", *f.CreatedBefore)
	}
	if f.UnusedSince != nil { // a younger token had no chance to be used before
		c.add("created_at < ?", *f.UnusedSince)
	}
	if len(f.Statuses) > 0 {
		columns.statusIn(c, f.Statuses, f.Now)
	}
	if f.Version != "" {
		c.add("version = ?", f.Version)
	}
}

// holds is the condition that a list column has an element.
func (r Tokens) holds(column, element string) (string, any) {
	if r.dialect == SQLite {
		return "instr(" + column + ", ?) > 0", strings.Trim(arrayText([]string{element}), "{}")
	}
	return column + " @> CAST(? AS text[])", arrayText([]string{element})
}

// state is the indexed expression of how a token was ended, if it was.
const state = "CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END"

// statusIn adds that a token has any of the statuses. It agrees with
// model.Token.Status.
func (columns listColumns) statusIn(c *conditions, statuses []model.Status, now time.Time) {
	in := &conditions{}
	for _, status := range statuses {
		switch status {
		case model.StatusRevoked:
			in.add(columns.state + " = 2")
		case model.StatusDisabled:
			in.add(columns.state + " = 1")
		case model.StatusExpired:
			in.add(columns.state+" = 0 AND "+columns.expires+" <= ?", now)
		default:
			in.add(columns.state+" = 0 AND "+columns.expires+" > ?", now)
		}
	}
	if len(in.text) == 1 {
		c.add(in.text[0], in.args...)
		return
	}
	c.add("("+strings.Join(in.text, " OR ")+")", in.args...)
}
