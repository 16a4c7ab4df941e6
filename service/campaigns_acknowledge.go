package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Acknowledge notes that the actor knows that the API version of a token goes
// away. Doing it twice is no error, and the first time stays. Of a version that
// does not go away the error has code "version_stays".
func (s *Campaigns) Acknowledge(ctx context.Context, actor model.Actor, tokenID string) (model.Acknowledgement, error) {
	var given model.Acknowledgement
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		tok, err := tx.Tokens.ForUpdate(ctx, actor.AccountID, tokenID)
		if err != nil {
			return err
		}
		if err := s.mayAcknowledge(ctx, &tok); err != nil {
			return err
		}
		given, err = tx.Campaigns.Acknowledgement(ctx, tok.ID, tok.Version)
		if !model.IsKind(err, model.KindNotFound) {
			return err
		}
		given = model.Acknowledgement{
			TokenID: tok.ID, Version: tok.Version, At: s.Now(), ActorKind: actor.Kind, ActorID: actor.ID, ActorName: actor.Name,
		}
		return s.acknowledge(ctx, tx, actor, given)
	})
	if err != nil {
		return given, fmt.Errorf("acknowledge version: %w", err)
	}
	return given, nil
}

func (s *Campaigns) mayAcknowledge(ctx context.Context, tok *model.Token) error {
	if tok.RevokedAt != nil {
		return errRevoked()
	}
	account, err := s.Cache.Account(ctx, tok.AccountID)
	if err != nil {
		return err
	}
	compiled, err := s.Cache.Catalog(ctx, account.Type)
	if err != nil {
		return err
	}
	if version, known := compiled.Version(tok.Version); known && version.StateAt(s.Now()) == model.VersionCurrent {
		return model.Errorf(model.KindConflict, "version_stays", "API version %s does not go away; there is nothing to acknowledge.", tok.Version)
	}
	return nil
}

func (s *Campaigns) acknowledge(ctx context.Context, tx *repository.Store, actor model.Actor, given ...model.Acknowledgement) error {
	if err := tx.Campaigns.Acknowledge(ctx, given...); err != nil {
		return err
	}
	for _, a := range given {
		entry := newEntry(actor, a.At, "token.version_acknowledged", "token", a.TokenID)
		entry.TokenID, entry.Details = a.TokenID, map[string]string{"version": a.Version}
		if a.ActorKind != actor.Kind || a.ActorID != actor.ID {
			entry.Details["contact"] = a.ActorName
		}
		if err := tx.Audit.Append(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}
