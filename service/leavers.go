package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// reassignBatch is how many tokens a transaction hands over: others wait for it.
const reassignBatch = 200

// liveStatuses are those of tokens that somebody must answer for.
var liveStatuses = []model.Status{model.StatusActive, model.StatusDisabled, model.StatusExpired}

// Leaver is an inactive member who is still the contact of live tokens.
type Leaver = repository.Leaver

// Leavers is a page of leavers of the account that the actor acts in, or of all
// if it acts in none, and the cursor of the next.
func (s *Members) Leavers(ctx context.Context, actor model.Actor, limit int, cursor string) ([]Leaver, string, error) {
	page, err := newPage("leavers", limit, cursor, false)
	if err != nil {
		return nil, "", err
	}
	leavers, err := s.Store.Members.Leavers(ctx, actor.AccountID, page)
	if err != nil {
		return nil, "", err
	}
	leavers, next := cutPage(leavers, page, "leavers", func(l *Leaver) repository.Position {
		return repository.Position{Time: l.CreatedAt, ID: l.ID}
	})
	return leavers, next, nil
}

// Responsibilities is what a member is contact of.
type Responsibilities struct {
	Tokens []model.Token // a page of those that are not revoked, oldest first
	Total  int64
	Next   string // the cursor of the next page
}

// Responsibilities is what a member of the account is contact of.
func (s *Tokens) Responsibilities(ctx context.Context, actor model.Actor, memberID string, limit int, cursor string) (Responsibilities, error) {
	if _, err := s.Store.Members.ByID(ctx, actor.AccountID, memberID); err != nil {
		return Responsibilities{}, err
	}
	total, err := s.Store.Tokens.Held(ctx, actor.AccountID, memberID)
	if err != nil {
		return Responsibilities{}, err
	}
	in := ListTokens{Filter: TokenFilter{Contact: memberID, Statuses: liveStatuses}, Sort: "created_at", Limit: limit, Cursor: cursor}
	tokens, next, err := s.List(ctx, actor, in)
	return Responsibilities{tokens, total, next}, err
}

// Reassign makes another active member of the account the primary contact of
// every live token that has the given one, and tells how many there were. It does
// so in batches, each a transaction; after an error a repeat does the rest.
func (s *Tokens) Reassign(ctx context.Context, actor model.Actor, from, to string) (int, error) {
	if _, err := s.Store.Members.ByID(ctx, actor.AccountID, from); err != nil {
		return 0, err
	}
	if from == to {
		return 0, model.Invalid([]model.FieldError{{Field: "to", Code: "same_member", Message: "This must be another member."}})
	}
	done := 0
	for {
		moved, err := s.reassign(ctx, actor, from, to)
		if err != nil {
			return done, fmt.Errorf("reassign tokens: %w", err)
		}
		if done += moved; moved < reassignBatch {
			return done, nil
		}
	}
}

func (s *Tokens) reassign(ctx context.Context, actor model.Actor, from, to string) (moved int, err error) {
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		member, err := tx.Members.ForUpdate(ctx, actor.AccountID, to)
		if model.IsKind(err, model.KindNotFound) || err == nil && member.State != model.MemberActive {
			fault := repository.NotAContact()
			fault.Field = "to"
			return model.Invalid([]model.FieldError{fault})
		}
		if err != nil {
			return err
		}
		tokens, err := tx.Tokens.HeldForUpdate(ctx, actor.AccountID, from, reassignBatch)
		if err != nil {
			return err
		}
		for i := range tokens {
			after := tokens[i]
			after.PrimaryContact = to
			if _, err := s.change(ctx, tx, actor, "token.updated", &tokens[i], &after, map[string]string{"reassigned_from": from}); err != nil {
				return err
			}
		}
		moved = len(tokens)
		return nil
	})
	return moved, err
}
