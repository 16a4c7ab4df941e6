package service

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// UnusedGrace is how long after people were told that a token is not used it is
// disabled.
const UnusedGrace = 14 * 24 * time.Hour

// DisableUnused disables the tokens that have not been used for as long as the
// policies of their accounts say, and the grace after that. A change of a token,
// such as to enable it, counts as a use, so that it is undone for good.
func (s *Tokens) DisableUnused(ctx context.Context) error {
	page := repository.Page{Limit: 200}
	for {
		accounts, err := s.Store.Accounts.DisablingUnused(ctx, page)
		if err != nil {
			return fmt.Errorf("disable unused tokens: %w", err)
		}
		for i := range accounts {
			if err := s.disableUnusedOf(ctx, &accounts[i]); err != nil {
				return fmt.Errorf("disable unused tokens of account %s: %w", accounts[i].ID, err)
			}
		}
		if len(accounts) < page.Limit {
			return nil
		}
		last := accounts[len(accounts)-1]
		page.After = &repository.Position{Time: last.CreatedAt, ID: last.ID}
	}
}

func (s *Tokens) disableUnusedOf(ctx context.Context, account *model.Account) error {
	now := s.Now()
	if since := account.Policy.UnusedDisableSince; since == nil || now.Sub(*since) < UnusedGrace {
		return nil
	}
	before := now.Add(-UnusedGrace - time.Duration(account.Policy.UnusedAfterDays)*24*time.Hour)
	filter := repository.TokenFilter{AccountID: account.ID, UnusedSince: &before, Statuses: []model.Status{model.StatusActive}, Now: now}
	page := repository.Page{Limit: 200}
	for {
		tokens, err := s.Store.Tokens.List(ctx, filter, repository.ByCreatedAt, page)
		if err != nil {
			return err
		}
		for i := range tokens {
			if tokens[i].Decoy || !tokens[i].UpdatedAt.Before(before) {
				continue
			}
			if err := s.disableUnused(ctx, &tokens[i], before, account.Policy.UnusedAfterDays); err != nil {
				return err
			}
		}
		if len(tokens) < page.Limit {
			return nil
		}
		page.After = new(repository.PositionOf(&tokens[len(tokens)-1], repository.ByCreatedAt))
	}
}

// disableUnused disables a token, unless it was used or changed meanwhile.
func (s *Tokens) disableUnused(ctx context.Context, tok *model.Token, before time.Time, days int) error {
	actor := system
	actor.AccountID = tok.AccountID
	details := map[string]string{"cause": "unused", "unused_after_days": strconv.Itoa(days)}
	_, err := s.step(ctx, actor, tok.ID, "token.disabled", details, func(tok *model.Token) (bool, error) {
		idle := tok.UpdatedAt.Before(before) && (tok.LastUsedAt == nil || tok.LastUsedAt.Before(before))
		if tok.Status(s.Now()) != model.StatusActive || !idle {
			return false, nil
		}
		tok.DisabledAt = new(s.Now())
		return true, nil
	})
	if model.IsKind(err, model.KindNotFound) { // deleted
		return nil
	}
	return err
}
