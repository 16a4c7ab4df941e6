package service

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// List is a page of notices, newest first, and the cursor of the next. An actor
// who acts in an account sees only its notices, and only operators those of the
// operator account.
func (s *Notices) List(ctx context.Context, actor model.Actor, filter NoticeFilter, limit int, cursor string) ([]model.Notice, string, error) {
	if actor.AccountID != "" {
		filter.AccountID = actor.AccountID
	}
	filter.NotOperators = actor.AccountID == "" && !actor.Operator
	page, err := newPage("notices", limit, cursor, true)
	if err != nil {
		return nil, "", err
	}
	notices, err := s.Store.Notices.List(ctx, filter, page)
	if err != nil {
		return nil, "", err
	}
	notices, next := cutPage(notices, page, "notices", func(n *model.Notice) repository.Position {
		return repository.Position{Time: n.CreatedAt, ID: n.ID}
	})
	return notices, next, nil
}

// OfToken is a page of the notices of a token of the account, newest first, and
// the cursor of the next.
func (s *Notices) OfToken(ctx context.Context, actor model.Actor, tokenID string, limit int, cursor string) ([]model.Notice, string, error) {
	if _, err := s.Store.Tokens.OfAccount(ctx, actor.AccountID, tokenID); err != nil {
		return nil, "", err
	}
	return s.List(ctx, actor, NoticeFilter{TokenID: tokenID}, limit, cursor)
}

// HasMail reports whether this server can send mail.
func (s *Notices) HasMail() bool { return s.Mail != nil }
