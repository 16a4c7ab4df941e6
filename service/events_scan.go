package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	scanBatch = 100 // tokens in a transaction
	// scanMove is how far a search that finds nothing stays behind, so that it
	// rarely writes.
	scanMove = 10 * time.Minute
)

// Scan tells what time has brought since the last scan of any node. A search
// that fails does not keep the others from being made.
func (e *Events) Scan(ctx context.Context) error {
	return errors.Join(e.scanExpiry(ctx), e.scanPrevious(ctx), e.scanUnused(ctx))
}

// turn takes the right to make a search that is made once in a while, for now.
func (e *Events) turn(ctx context.Context, kind string, every time.Duration) (mine bool, err error) {
	now := e.Now()
	err = e.Store.InTx(ctx, func(tx *repository.Store) error {
		at, locked, err := tx.Events.LockScan(ctx, kind, now.Add(-every))
		if mine = err == nil && locked && now.Sub(at.Time) >= every; !mine {
			return err
		}
		return tx.Events.MoveScan(ctx, kind, repository.Position{Time: now})
	})
	return mine && err == nil, err
}

// scanExpiry tells of tokens that have expired, and of those that are about to.
func (e *Events) scanExpiry(ctx context.Context) error {
	err := e.scanLead(ctx, 0)
	for _, lead := range e.Leads {
		err = errors.Join(err, e.scanLead(ctx, lead))
	}
	return err
}

// scanLead tells of tokens that expire when the lead has passed. It goes on from
// where the last scan of any node stopped, in batches, until it has reached the
// present or another node is at it. With a lead that is new it begins there.
func (e *Events) scanLead(ctx context.Context, lead time.Duration) error {
	now := e.Now()
	kind := fmt.Sprintf("expiry/%d", int64(lead.Seconds()))
	for more := true; more; {
		err := e.Store.InTx(ctx, func(tx *repository.Store) error {
			more = false
			at, mine, err := tx.Events.LockScan(ctx, kind, now)
			if err != nil || !mine || !at.Time.Before(now) {
				return err
			}
			tokens, err := tx.Events.Expiring(ctx, repository.Position{Time: at.Time.Add(lead), ID: at.ID}, now.Add(lead), scanBatch)
			if err != nil || len(tokens) == 0 && now.Sub(at.Time) < scanMove {
				return err
			}
			for i := range tokens {
				if err := e.tellExpiry(ctx, tx, &tokens[i], lead); err != nil {
					return err
				}
			}
			to := repository.Position{Time: now}
			if more = len(tokens) == scanBatch; more {
				last := &tokens[len(tokens)-1]
				to = repository.Position{Time: last.ExpiresAt.Add(-lead), ID: last.ID}
			}
			return tx.Events.MoveScan(ctx, kind, to)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// tellExpiry tells that a token has expired, if the lead is 0; else that it is
// about to, if it is active and no decoy, the lead suits its life, and no shorter lead is due
// as well.
func (e *Events) tellExpiry(ctx context.Context, tx *repository.Store, tok *model.Token, lead time.Duration) error {
	if lead == 0 && tok.Decoy {
		return nil
	}
	if lead == 0 {
		return e.publishExpiry(ctx, tx, tok, model.EventTokenExpired, lead)
	}
	nearest, due := e.nearestLead(tok)
	if !due || nearest != lead || lead > tok.ExpiresAt.Sub(tok.CreatedAt)/2 {
		return nil
	}
	return e.publishExpiry(ctx, tx, tok, model.EventTokenExpiring, lead)
}

// nearestLead is the shortest lead that is due for a token that is active.
func (e *Events) nearestLead(tok *model.Token) (time.Duration, bool) {
	now := e.Now()
	if tok.ExpiresAt == nil || tok.Decoy || tok.Status(now) != model.StatusActive {
		return 0, false
	}
	due := slices.DeleteFunc(slices.Clone(e.Leads), func(lead time.Duration) bool { return tok.ExpiresAt.Sub(now) > lead })
	if len(due) == 0 {
		return 0, false
	}
	return slices.Min(due), true
}

// mayHurry is after which actions a token can be one whose lead has passed
// already.
var mayHurry = map[string]bool{"token.created": true, "token.updated": true, "token.enabled": true}

// hurry tells at once that a token is about to expire if a lead had passed
// before it was made, got its expiry, or was enabled: the nearest of them.
func (e *Events) hurry(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) error {
	if _, moved := entry.Changes["expires_at"]; !moved && entry.Action == "token.updated" {
		return nil
	}
	tok, err := tx.Tokens.OfAccount(ctx, entry.AccountID, entry.TokenID)
	if err != nil {
		return err
	}
	lead, due := e.nearestLead(&tok)
	if !due {
		return nil
	}
	return e.publishExpiry(ctx, tx, &tok, model.EventTokenExpiring, lead)
}

func (e *Events) publishExpiry(ctx context.Context, tx *repository.Store, tok *model.Token, kind string, lead time.Duration) error {
	at := tok.ExpiresAt.UTC().Format(time.RFC3339Nano)
	data := map[string]any{"token": eventToken(tok)}
	if kind == model.EventTokenExpiring {
		data["lead_seconds"] = int64(lead.Seconds())
	}
	return e.Publish(ctx, tx, &model.Event{
		Type: kind, AccountID: tok.AccountID, TokenID: tok.ID, At: e.Now(), Data: data,
		Moment: fmt.Sprintf("%s:%s:%s:%d", kind, tok.ID, at, int64(lead.Seconds())),
	})
}
