package service

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	previousEvery = time.Minute
	previousBatch = 200 // secrets
	// previousLead is how long before its end, at most, people are told that a
	// replaced secret is used, and previousUsed how long ago that may have been.
	previousLead = 24 * time.Hour
	previousUsed = 24 * time.Hour
)

// scanPrevious tells of replaced secrets that were used within the last day and
// are about to end: in less than a day, or than half of their grace if that is
// shorter.
func (e *Events) scanPrevious(ctx context.Context) error {
	if mine, err := e.turn(ctx, "previous", previousEvery); err != nil || !mine {
		return err
	}
	now := e.Now()
	after := repository.Position{Time: now}
	for {
		secrets, err := e.Store.Events.Ending(ctx, after, now.Add(previousLead), previousBatch)
		if err != nil || len(secrets) == 0 {
			return err
		}
		events, err := e.previousEvents(ctx, secrets, now)
		if err != nil {
			return fmt.Errorf("previous: %w", err)
		}
		if err := e.publishNew(ctx, events); err != nil {
			return fmt.Errorf("previous: %w", err)
		}
		if len(secrets) < previousBatch {
			return nil
		}
		last := &secrets[len(secrets)-1]
		after = repository.Position{Time: last.ExpiresAt, ID: last.TokenID}
	}
}

// previousEvents is the events of those of the secrets that are near their end
// and used.
func (e *Events) previousEvents(ctx context.Context, secrets []model.PreviousSecret, now time.Time) ([]*model.Event, error) {
	ids := make([]string, len(secrets))
	for i := range secrets {
		ids[i] = secrets[i].TokenID
	}
	uses, err := e.lastPreviousUses(ctx, ids, repository.UsageRange{Since: now.Add(-previousUsed), Until: now})
	if err != nil {
		return nil, err
	}
	var events []*model.Event
	for i := range secrets {
		old := &secrets[i]
		use, used := uses[old.TokenID]
		if !used || !isEnding(old, now) || old.ReplacedAt != nil && use.LastAt.Before(*old.ReplacedAt) {
			continue
		}
		event, err := e.previousEvent(ctx, old, use, now)
		if err != nil {
			return nil, err
		}
		if event != nil {
			events = append(events, event)
		}
	}
	return events, nil
}

// isEnding reports whether a replaced secret is near its end.
func isEnding(old *model.PreviousSecret, now time.Time) bool {
	lead := previousLead
	if old.ReplacedAt != nil {
		lead = min(lead, old.ExpiresAt.Sub(*old.ReplacedAt)/2)
	}
	return old.ExpiresAt.Sub(now) <= lead
}

// lastPreviousUses is the last use of a replaced secret of each token, for those
// that have one in that time.
func (e *Events) lastPreviousUses(ctx context.Context, ids []string, in repository.UsageRange) (map[string]repository.UsageCount, error) {
	counts, err := e.Store.Events.PreviousUses(ctx, ids, in)
	if err != nil {
		return nil, err
	}
	last := map[string]repository.UsageCount{}
	for _, count := range counts {
		if !count.LastAt.Before(in.Since) && count.LastAt.After(last[count.TokenID].LastAt) {
			last[count.TokenID] = count
		}
	}
	return last, nil
}

// previousEvent is nil for a token that is not active.
func (e *Events) previousEvent(ctx context.Context, old *model.PreviousSecret, use repository.UsageCount, now time.Time) (*model.Event, error) {
	tok, err := e.Store.Tokens.ByID(ctx, old.TokenID)
	if err != nil || tok.Status(now) != model.StatusActive {
		return nil, err
	}
	return &model.Event{
		Type: model.EventTokenPreviousSecretUsed, AccountID: tok.AccountID, TokenID: tok.ID, At: now,
		Moment: fmt.Sprintf("%s:%s:%d", model.EventTokenPreviousSecretUsed, tok.ID, old.Generation),
		Data: map[string]any{
			"token": eventToken(&tok), "previous_secret_hint": old.Secret.Hint, "previous_ends_at": eventTime(&old.ExpiresAt),
			"last_used_at": eventTime(&use.LastAt), "last_ip": use.LastIP,
		},
	}, nil
}
