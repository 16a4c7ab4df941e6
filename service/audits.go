package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Audits reads the audit log.
type Audits struct {
	Store *repository.Store
}

// List is a page of entries, newest first, and the cursor of the next. An actor
// who acts in an account sees only its entries.
func (s *Audits) List(ctx context.Context, actor model.Actor, filter AuditFilter, limit int, cursor string) ([]model.AuditEntry, string, error) {
	if actor.AccountID != "" {
		filter.AccountID = actor.AccountID
	}
	return s.list(ctx, filter, limit, cursor)
}

// History is a page of the entries of a token of the account, newest first, and
// the cursor of the next. It outlives the token.
func (s *Audits) History(ctx context.Context, actor model.Actor, tokenID string, limit int, cursor string) ([]model.AuditEntry, string, error) {
	if _, err := s.Store.Tokens.OfAccount(ctx, actor.AccountID, tokenID); err != nil {
		return nil, "", err
	}
	return s.list(ctx, repository.AuditFilter{AccountID: actor.AccountID, TokenID: tokenID}, limit, cursor)
}

func (s *Audits) list(ctx context.Context, filter AuditFilter, limit int, cursor string) ([]model.AuditEntry, string, error) {
	page, err := newPage("audit", limit, cursor, true)
	if err != nil {
		return nil, "", err
	}
	entries, err := s.Store.Audit.List(ctx, filter, page)
	if err != nil {
		return nil, "", err
	}
	entries, next := cutPage(entries, page, "audit", auditPosition)
	return entries, next, nil
}

// Export calls write for every entry, oldest first, until write gives an error.
func (s *Audits) Export(ctx context.Context, actor model.Actor, filter AuditFilter, write func(*model.AuditEntry) error) error {
	if actor.AccountID != "" {
		filter.AccountID = actor.AccountID
	}
	page := repository.Page{Limit: 1000}
	for {
		entries, err := s.Store.Audit.List(ctx, filter, page)
		if err != nil {
			return err
		}
		for i := range entries {
			if err := write(&entries[i]); err != nil {
				return err
			}
		}
		if len(entries) < page.Limit {
			return nil
		}
		page.After = new(auditPosition(&entries[len(entries)-1]))
	}
}

func auditPosition(e *model.AuditEntry) repository.Position {
	return repository.Position{Time: e.At, ID: e.ID}
}

// Now is the current time, as exact as both databases keep it.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
