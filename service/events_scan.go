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

// scanBatch is how many tokens are looked at in a transaction.
const scanBatch = 100

// Scan tells what time has brought since the last scan of any node. A search
// that fails does not keep the others from being made.
func (e *Events) Scan(ctx context.Context) error {
	return errors.Join(e.scanExpiry(ctx))
}

// scan goes on with a search from where it stopped, in batches, until it has
// reached the given time or another node is at it. A search that is new begins
// there.
func (e *Events) scan(ctx context.Context, kind string, until time.Time,
	batch func(tx *repository.Store, after repository.Position) (last *repository.Position, err error),
) error {
	for more := true; more; {
		err := e.Store.InTx(ctx, func(tx *repository.Store) error {
			more = false
			at, mine, err := tx.Events.LockScan(ctx, kind, until)
			if err != nil || !mine || !at.Time.Before(until) {
				return err
			}
			last, err := batch(tx, at)
			if err != nil {
				return err
			}
			if more = last != nil; !more {
				last = &repository.Position{Time: until}
			}
			return tx.Events.MoveScan(ctx, kind, *last)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// scanExpiry tells of tokens that have expired, and of those that are about to.
func (e *Events) scanExpiry(ctx context.Context) error {
	err := e.scanLead(ctx, 0)
	for _, lead := range e.Leads {
		err = errors.Join(err, e.scanLead(ctx, lead))
	}
	return err
}

// scanLead tells of tokens that expire when the lead has passed.
func (e *Events) scanLead(ctx context.Context, lead time.Duration) error {
	now := e.Now()
	kind := fmt.Sprintf("expiry/%d", int64(lead.Seconds()))
	return e.scan(ctx, kind, now, func(tx *repository.Store, after repository.Position) (*repository.Position, error) {
		after.Time = after.Time.Add(lead)
		tokens, err := tx.Events.Expiring(ctx, after, now.Add(lead), scanBatch)
		if err != nil {
			return nil, err
		}
		for i := range tokens {
			if err := e.tellExpiry(ctx, tx, &tokens[i], lead); err != nil {
				return nil, err
			}
		}
		if len(tokens) < scanBatch {
			return nil, nil //nolint:nilnil // that was all
		}
		end := &tokens[len(tokens)-1]
		return &repository.Position{Time: end.ExpiresAt.Add(-lead), ID: end.ID}, nil
	})
}

// tellExpiry tells that a token has expired, if the lead is 0; else that it is
// about to, if it is active, the lead suits its life, and no shorter lead is due
// as well.
func (e *Events) tellExpiry(ctx context.Context, tx *repository.Store, tok *model.Token, lead time.Duration) error {
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
	if tok.ExpiresAt == nil || tok.Status(now) != model.StatusActive {
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
