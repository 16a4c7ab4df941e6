package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Disable makes checks refuse a token until Enable. Doing it twice is no error.
func (s *Tokens) Disable(ctx context.Context, actor model.Actor, id string) (Changed, error) {
	return s.step(ctx, actor, id, "token.disabled", nil, func(tok *model.Token) (bool, error) {
		if tok.RevokedAt != nil {
			return false, errRevoked()
		}
		if tok.DisabledAt != nil {
			return false, nil
		}
		tok.DisabledAt = new(s.Now())
		return true, nil
	})
}

// Enable undoes Disable. Doing it twice is no error. A token whose secret was
// reported as leaked must be rotated first.
func (s *Tokens) Enable(ctx context.Context, actor model.Actor, id string) (Changed, error) {
	changed, err := s.step(ctx, actor, id, "token.enabled", nil, func(tok *model.Token) (bool, error) {
		if tok.RevokedAt != nil {
			return false, errRevoked()
		}
		done := tok.DisabledAt != nil
		if done && tok.LeakedAt != nil {
			return false, model.Errorf(model.KindConflict, "rotation_required",
				"The secret was found where it does not belong. Rotate the token, then enable it.")
		}
		tok.DisabledAt = nil
		return done, nil
	})
	changed.Taken = 0
	return changed, err
}

// Revoke ends a token for good. Doing it twice is no error, and the first
// reason stays.
func (s *Tokens) Revoke(ctx context.Context, actor model.Actor, id, reason string) (Changed, error) {
	var details map[string]string
	if reason != "" {
		details = map[string]string{"reason": reason}
	}
	return s.step(ctx, actor, id, "token.revoked", details, func(tok *model.Token) (bool, error) {
		if tok.RevokedAt != nil {
			return false, nil
		}
		tok.RevokedAt, tok.RevokeReason = new(s.Now()), reason
		return true, nil
	})
}

// Delete revokes a token and takes it out of all lists. Doing it twice is no
// error.
func (s *Tokens) Delete(ctx context.Context, actor model.Actor, id string) (Changed, error) {
	changed, err := s.step(ctx, actor, id, "token.deleted", nil, func(tok *model.Token) (bool, error) {
		now := s.Now()
		if tok.RevokedAt == nil {
			tok.RevokedAt = &now
		}
		tok.DeletedAt = &now
		return true, nil
	})
	if !model.IsKind(err, model.KindNotFound) {
		return changed, err
	}
	gone, err := s.Store.Tokens.OfAccount(ctx, actor.AccountID, id)
	if err != nil {
		return Changed{}, err
	}
	taken, err := s.unchangedAlone(ctx)
	return Changed{gone, taken}, err
}

// step changes the state of a token by a function that reports whether there
// was anything to change.
func (s *Tokens) step(ctx context.Context, actor model.Actor, id, action string, details map[string]string,
	take func(tok *model.Token) (bool, error),
) (Changed, error) {
	var changed Changed
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		before, err := tx.Tokens.ForUpdate(ctx, actor.AccountID, id)
		if err != nil {
			return err
		}
		after := before
		done, err := take(&after)
		if err != nil {
			return err
		}
		changed.Token = after
		if !done {
			changed.Taken, err = s.unchanged(ctx, tx)
			return err
		}
		after.RightsEpoch++
		changed.Taken, err = s.change(ctx, tx, actor, action, &before, &after, details)
		changed.Token = after
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("%s: %w", action, err)
	}
	return changed, nil
}

func (s *Tokens) unchangedAlone(ctx context.Context) (number int64, err error) {
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		number, err = s.unchanged(ctx, tx)
		return err
	})
	return number, err
}
