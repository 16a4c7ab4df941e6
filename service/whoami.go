package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Self is what a program may do with the token it presents.
type Self struct {
	Tokens   *Tokens
	Verifier *Verifier
}

// Token is the presented token.
func (s *Self) Token(ctx context.Context, actor model.Actor) (model.Token, error) {
	if actor.Kind != model.ActorToken {
		return model.Token{}, errNoSelf()
	}
	return s.Tokens.Show(ctx, actor, actor.ID)
}

// IsPrevious reports whether the actor presented a secret that was replaced.
func IsPrevious(actor model.Actor, tok *model.Token) bool { return actor.Generation < tok.Generation }

// Revoke ends the presented token, or only the secret if that was replaced by a
// rotation.
func (s *Self) Revoke(ctx context.Context, actor model.Actor, reason string) (Changed, error) {
	tok, err := s.Token(ctx, actor)
	if err != nil {
		return Changed{}, err
	}
	if !IsPrevious(actor, &tok) {
		return s.Tokens.Revoke(ctx, actor, tok.ID, reason)
	}
	return s.Tokens.EndPrevious(ctx, actor, tok.ID)
}

// Rotate gives the presented token a new secret, where the account's policy
// allows it. It needs the current secret, and a grace of at least a minute.
func (s *Self) Rotate(ctx context.Context, actor model.Actor, grace *time.Duration, idempotencyKey string) (Issued, error) {
	tok, err := s.Token(ctx, actor)
	if err != nil {
		return Issued{}, err
	}
	in := RotateToken{ID: tok.ID, Grace: grace, IdempotencyKey: idempotencyKey}
	call := Repeatable{Key: idempotencyKey, Operation: "rotate " + tok.ID, Input: in}
	if kept, ok, err := s.Tokens.Idempotency.Kept(ctx, s.Tokens.Store, actor, call); ok || err != nil {
		return kept, err
	}
	account, err := s.Tokens.Cache.Account(ctx, actor.AccountID)
	switch {
	case err != nil:
		return Issued{}, err
	case !account.Policy.AllowSelfRotation:
		return Issued{}, model.Errorf(model.KindForbidden, "self_rotation_forbidden",
			"The account's policy does not let tokens rotate themselves.")
	case tok.LeakedAt != nil: // whoever found it could take the token over
		return Issued{}, model.Errorf(model.KindForbidden, "self_rotation_forbidden",
			"The secret was found where it does not belong. Somebody of the account must rotate the token.")
	case IsPrevious(actor, &tok):
		return Issued{}, model.Errorf(model.KindConflict, "secret_replaced",
			"This secret was already replaced. Rotate with the current one.")
	case grace != nil && *grace < minSelfGrace:
		return Issued{}, model.Invalid([]model.FieldError{{
			Field: "grace_seconds", Code: "out_of_range",
			Message: "A token that rotates itself needs a grace of at least 60 seconds, or a lost answer would lock it out.",
		}})
	}
	return s.Tokens.Rotate(ctx, actor, in)
}

// EndPrevious ends the replaced secrets of a token that still live.
func (s *Tokens) EndPrevious(ctx context.Context, actor model.Actor, id string) (Changed, error) {
	var changed Changed
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		before, err := tx.Tokens.ForUpdate(ctx, actor.AccountID, id)
		if err != nil {
			return err
		}
		changed.Token = before
		ended, err := tx.Secrets.End(ctx, id, s.Now())
		if err != nil {
			return err
		}
		if ended == 0 {
			changed.Taken, err = s.unchanged(ctx, tx)
			return err
		}
		changed.Token.RightsEpoch++
		changed.Taken, err = s.change(ctx, tx, actor, "token.previous_secret_ended", &before, &changed.Token, nil)
		return err
	})
	return changed, err
}

func errNoSelf() error {
	return model.Errorf(model.KindForbidden, "not_a_token", "This is only for programs that present a Tokenry secret.")
}
