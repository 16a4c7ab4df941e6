package service

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	unusedEvery = time.Hour
	unusedBatch = 200 // tokens, and accounts
	// unusedTold is how long after a token began to count as unused that is told.
	// By then the event is still kept, and so not told again.
	unusedTold = keepEvents - 24*time.Hour
)

// scanUnused tells of tokens that have not been used for as long as the policies
// of their accounts say, each once until it is used again.
func (e *Events) scanUnused(ctx context.Context) error {
	if mine, err := e.turn(ctx, "unused", unusedEvery); err != nil || !mine {
		return err
	}
	page := repository.Page{Limit: unusedBatch}
	for {
		accounts, err := e.Store.Events.MindingUnused(ctx, page)
		if err != nil {
			return fmt.Errorf("unused: %w", err)
		}
		for i := range accounts {
			if err := e.scanUnusedOf(ctx, &accounts[i]); err != nil {
				return fmt.Errorf("unused: %w", err)
			}
		}
		if len(accounts) < page.Limit {
			return nil
		}
		last := &accounts[len(accounts)-1]
		page.After = &repository.Position{Time: last.CreatedAt, ID: last.ID}
	}
}

func (e *Events) scanUnusedOf(ctx context.Context, account *model.Account) error {
	days := account.Policy.UnusedAfterDays
	if days == 0 {
		return nil
	}
	now := e.Now()
	before := now.AddDate(0, 0, -days)
	filter := repository.TokenFilter{AccountID: account.ID, UnusedSince: &before, Statuses: []model.Status{model.StatusActive}, Now: now}
	page := repository.Page{Limit: unusedBatch}
	for {
		tokens, err := e.Store.Tokens.List(ctx, filter, repository.ByLastUsedAt, page)
		if err != nil || len(tokens) == 0 {
			return err
		}
		var events []*model.Event
		for i := range tokens {
			from := unusedFrom(account.Policy, &tokens[i])
			if !from.After(now) && now.Sub(from) < unusedTold && !tokens[i].Decoy {
				events = append(events, unusedEvent(&tokens[i], now, &account.Policy))
			}
		}
		if err := e.publishNew(ctx, events); err != nil {
			return err
		}
		if len(tokens) < page.Limit {
			return nil
		}
		page.After = new(repository.PositionOf(&tokens[len(tokens)-1], repository.ByLastUsedAt))
	}
}

func unusedEvent(tok *model.Token, now time.Time, policy *model.Policy) *model.Event {
	from := unusedFrom(*policy, tok)
	return &model.Event{
		Type: model.EventTokenUnused, AccountID: tok.AccountID, TokenID: tok.ID, At: now,
		Moment: fmt.Sprintf("%s:%s:%s", model.EventTokenUnused, tok.ID, from.UTC().Format(time.RFC3339Nano)),
		Data: map[string]any{
			"token": eventToken(tok), "last_used_at": eventTime(tok.LastUsedAt), "unused_after_days": policy.UnusedAfterDays,
			"disable_at": eventTime(disableAt(*policy, tok)),
		},
	}
}

// publishNew publishes those of the events whose moments have not been told,
// which is asked for all at once.
func (e *Events) publishNew(ctx context.Context, events []*model.Event) error {
	if len(events) == 0 {
		return nil
	}
	moments := make([]string, len(events))
	for i, event := range events {
		moments[i] = event.Moment
	}
	told, err := e.Store.Events.Told(ctx, moments)
	if err != nil || len(told) == len(events) {
		return err
	}
	return e.Store.InTx(ctx, func(tx *repository.Store) error {
		for _, event := range events {
			if told[event.Moment] {
				continue
			}
			if err := e.Publish(ctx, tx, event); err != nil {
				return err
			}
		}
		return nil
	})
}
