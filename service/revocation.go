package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
)

// RevokeSecret ends the token that a secret is of, or only the secret if it was
// replaced by a rotation. Programs may do so with their own token, operators
// with all. A secret that nobody has is no error, and neither is one that has
// ended.
func (s *Self) RevokeSecret(ctx context.Context, actor model.Actor, text string) (Changed, error) {
	if err := s.Verifier.Node.CatchUp(ctx); err != nil { // else a secret that another node has just made is unknown
		return Changed{}, fmt.Errorf("%w: catch up: %w", model.Unavailable(), err)
	}
	answer, err := s.Verifier.prove(ctx, text, Look{})
	if answer.Code == CodeMalformed {
		if answer, err = s.Verifier.proveJWT(ctx, text, Look{}); answer.JWT != nil {
			return Changed{}, model.Errorf(model.KindInvalid, "unsupported_token_type",
				"A JWT is not revoked alone: it ends within minutes, and at once with its secret or its token.")
		}
	}
	if answer.decoy != nil {
		s.Verifier.Decoys.Raise(answer.decoy, Question{Caller: callerOf(actor)}, answer.AsOf)
	}
	switch {
	case err != nil || answer.Token == nil:
		return Changed{}, err
	case !actor.Operator && actor.ID != answer.Token.ID:
		return Changed{}, model.Errorf(model.KindForbidden, "not_your_token", "A program may revoke only the token that it authenticates with.")
	}
	id := answer.Token.ID
	actor.AccountID = answer.Token.AccountID
	var changed Changed
	switch {
	case answer.Code == CodeRotated: // a later one may live
		changed.Taken, err = s.Tokens.unchangedAlone(ctx)
	case answer.Previous:
		changed, err = s.Tokens.EndPrevious(ctx, actor, id)
	default:
		changed, err = s.Tokens.Revoke(ctx, actor, id, "")
	}
	if model.IsKind(err, model.KindNotFound) { // deleted
		changed.Taken, err = s.Tokens.unchangedAlone(ctx)
	}
	return changed, err
}

// callerOf is the id of the token that calls; empty if it is none.
func callerOf(actor model.Actor) string {
	if actor.Kind != model.ActorToken {
		return ""
	}
	return actor.ID
}
