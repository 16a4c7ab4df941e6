package service

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// The length of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// ListTokens is the input of Tokens.List.
type ListTokens struct {
	Filter TokenFilter // its account and time are set by List
	Sort   string      // an order, with - in front to turn it round; empty for "-created_at"
	Limit  int         // 0 for 50
	Cursor string
}

// List is a page of the account's tokens and the cursor of the next, which is
// empty after the last. Each token that stays in the list and in its place is
// seen exactly once, whatever is added and removed meanwhile.
func (s *Tokens) List(ctx context.Context, actor model.Actor, in ListTokens) ([]model.Token, string, error) {
	in.Filter.AccountID, in.Filter.Now = actor.AccountID, s.Now()
	if in.Sort == "" {
		in.Sort = "-" + string(repository.ByCreatedAt)
	}
	name, desc := strings.CutPrefix(in.Sort, "-")
	by := repository.TokenOrder(name)
	page, err := newPage(in.Sort, in.Limit, in.Cursor, desc)
	if err != nil {
		return nil, "", err
	}
	tokens, err := s.Store.Tokens.List(ctx, in.Filter, by, page)
	if err != nil {
		return nil, "", err
	}
	tokens, next := cutPage(tokens, page, in.Sort, func(tok *model.Token) repository.Position {
		return repository.PositionOf(tok, by)
	})
	return tokens, next, nil
}

// cursor is where a page ends, and of which order.
type cursor struct {
	Order string              `json:"o"`
	At    repository.Position `json:"p"`
}

// newPage is the page that a cursor asks for, and one row more, which tells
// whether there is another.
func newPage(order string, limit int, text string, desc bool) (repository.Page, error) {
	if limit == 0 {
		limit = defaultLimit
	}
	page := repository.Page{Limit: min(limit, maxLimit) + 1, Desc: desc}
	if text == "" {
		return page, nil
	}
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Order != order || strings.ContainsRune(c.At.Text+c.At.ID, 0) {
		return page, badCursor()
	}
	page.After = &c.At
	return page, nil
}

func badCursor() error {
	return model.Invalid([]model.FieldError{{
		Field: "cursor", Code: "wrong_format",
		Message: "This is not the next_cursor of a list in the same order. Begin again without a cursor.",
	}})
}

// cutPage takes the row more away and makes the cursor of the next page.
func cutPage[T any](rows []T, page repository.Page, order string, at func(*T) repository.Position) ([]T, string) {
	if len(rows) < page.Limit {
		return rows, ""
	}
	rows = rows[:page.Limit-1]
	return rows, newCursor(order, at(&rows[len(rows)-1]))
}

func newCursor(order string, at repository.Position) string {
	text, err := json.Marshal(cursor{order, at})
	if err != nil {
		panic(err) // a struct of strings and a time in range
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
