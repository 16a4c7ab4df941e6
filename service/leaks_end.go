package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// What a leaked secret was, and what was done about it.
const (
	secretCurrent  = "current"
	secretPrevious = "previous"
	secretEnded    = "ended"

	outcomeDisabled      = "disabled"
	outcomeRevoked       = "revoked"
	outcomePreviousEnded = "previous_secret_ended"
	outcomeTold          = "told"

	// causeLeak is why something was ended, as audit entries and events have it.
	causeLeak = "leak"
)

// maxPlaces bounds the places that people are told of for one secret: who has it
// could else make up as many as they like.
const maxPlaces = 20

// leaked is a secret of ours in a report.
type leaked struct {
	repository.FoundSecret
	report *repository.LeakReport
	url    string
}

// end does about a leaked secret what the policy of its account says, and notes
// where it was found. It gives the change to wait for, 0 for none.
func (s *Leaks) end(ctx context.Context, found leaked) (taken int64, err error) {
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		taken = 0
		tok, err := tx.Tokens.ForUpdate(ctx, found.AccountID, found.TokenID)
		if model.IsKind(err, model.KindNotFound) { // deleted
			return nil
		}
		if err != nil {
			return err
		}
		account, err := tx.Accounts.ByID(ctx, tok.AccountID)
		if err != nil {
			return err
		}
		leak := found.leak(s.Now())
		if leak.Secret, err = stateOfSecret(ctx, tx, &tok, found.Generation, leak.FirstAt); err != nil {
			return err
		}
		after, action := tok, ""
		leak.Outcome, action = take(&after, &leak, account.Policy.LeakPolicy)
		if action != "" {
			after.RightsEpoch++
			if leak.Outcome == outcomePreviousEnded {
				if _, err := tx.Secrets.End(ctx, tok.ID, leak.FirstAt); err != nil {
					return err
				}
			}
			if taken, err = s.Tokens.change(ctx, tx, system, action, &tok, &after, map[string]string{"cause": causeLeak}); err != nil {
				return err
			}
		}
		return s.tell(ctx, tx, &tok, &after, &leak, action == "")
	})
	return taken, err
}

func (l leaked) leak(now time.Time) model.Leak {
	place := sha256.Sum256([]byte(l.url))
	return model.Leak{
		TokenID: l.TokenID, Generation: l.Generation, Place: place[:], URL: l.url,
		Source: l.report.Source, Reporter: l.report.Reporter, FirstAt: now, LastAt: now, Times: 1,
	}
}

// stateOfSecret is whether a secret of that generation is accepted, and as what.
func stateOfSecret(ctx context.Context, tx *repository.Store, tok *model.Token, generation int, now time.Time) (string, error) {
	switch {
	case tok.RevokedAt != nil:
		return secretEnded, nil
	case tok.Generation == generation:
		return secretCurrent, nil
	}
	kept, err := tx.Secrets.OfToken(ctx, tok.ID)
	for _, replaced := range kept {
		if replaced.Generation == generation && now.Before(replaced.ExpiresAt) {
			return secretPrevious, nil
		}
	}
	return secretEnded, err
}

// take takes from the token what the policy says, and tells the outcome and the
// action that took rights away; the action is empty if there were none to take.
// A decoy is meant to be found.
func take(tok *model.Token, leak *model.Leak, policy model.LeakPolicy) (outcome, action string) {
	switch {
	case leak.Secret == secretPrevious:
		return outcomePreviousEnded, "token.previous_secret_ended"
	case leak.Secret == secretEnded || tok.Decoy:
		return outcomeTold, ""
	}
	if tok.LeakedAt == nil {
		tok.LeakedAt = &leak.FirstAt
	}
	switch {
	case policy == model.LeakTell:
		return outcomeTold, ""
	case policy == model.LeakRevoke:
		tok.RevokedAt, tok.RevokeReason = &leak.FirstAt, "The secret was found where it does not belong."
		return outcomeRevoked, "token.revoked"
	case tok.DisabledAt != nil:
		return outcomeDisabled, ""
	}
	tok.DisabledAt = &leak.FirstAt
	return outcomeDisabled, "token.disabled"
}

// tell notes where a secret was found. Each place is told of once.
func (s *Leaks) tell(ctx context.Context, tx *repository.Store, before, after *model.Token, leak *model.Leak, unchanged bool) error {
	if again, err := tx.Leaks.Again(ctx, leak); again || err != nil {
		return err
	}
	places, err := tx.Leaks.Places(ctx, leak.TokenID, leak.Generation)
	if err != nil || places >= maxPlaces {
		return err
	}
	if err := tx.Leaks.Insert(ctx, leak); err != nil {
		return err
	}
	details := map[string]string{
		"url": leak.URL, "source": leak.Source, "reported_by": leak.Reporter,
		"secret": leak.Secret, "outcome": leak.Outcome, "generation": strconv.Itoa(leak.Generation),
	}
	if unchanged && before.LeakedAt == nil && after.LeakedAt != nil {
		_, err := s.Tokens.change(ctx, tx, system, "token.leaked", before, after, details)
		return err
	}
	entry := tokenEntry(system, leak.FirstAt, "token.leaked", after, after)
	entry.Details = details
	return tx.Audit.Append(ctx, entry)
}

// ListLeaks is a page of where the secrets of a token of the account were found,
// the latest first, and the cursor of the next.
func (s *Tokens) ListLeaks(ctx context.Context, actor model.Actor, id string, limit int, cursor string) ([]model.Leak, string, error) {
	if _, err := s.Show(ctx, actor, id); err != nil {
		return nil, "", err
	}
	page, err := newPage("leaks", limit, cursor, true)
	if err != nil {
		return nil, "", err
	}
	if page.After != nil {
		if _, err := strconv.ParseInt(page.After.Text, 10, 32); err != nil {
			return nil, "", badCursor()
		}
	}
	leaks, err := s.Store.Leaks.OfToken(ctx, id, page)
	if err != nil {
		return nil, "", err
	}
	leaks, next := cutPage(leaks, page, "leaks", func(l *model.Leak) repository.Position {
		return repository.Position{Time: l.LastAt, Text: strconv.Itoa(l.Generation), ID: hex.EncodeToString(l.Place)}
	})
	return leaks, next, nil
}
