package service

import (
	"context"
	"fmt"
	"strconv"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// unusedPage is how many tokens and accounts are looked at together.
const unusedPage = 200

// DisableUnused disables the tokens that have not been used for as long as the
// policies of their accounts say, and the grace after that.
func (s *Tokens) DisableUnused(ctx context.Context) error {
	page := repository.Page{Limit: unusedPage}
	for {
		accounts, err := s.Store.Events.MindingUnused(ctx, page)
		if err != nil {
			return fmt.Errorf("disable unused tokens: %w", err)
		}
		for i := range accounts {
			if !accounts[i].Policy.UnusedDisable {
				continue
			}
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
	before := now.AddDate(0, 0, -account.Policy.UnusedAfterDays).Add(-unusedGrace)
	filter := repository.TokenFilter{AccountID: account.ID, UnusedSince: &before, Statuses: []model.Status{model.StatusActive}, Now: now}
	page := repository.Page{Limit: unusedPage}
	for {
		tokens, err := s.Store.Tokens.List(ctx, filter, repository.ByLastUsedAt, page)
		if err != nil {
			return err
		}
		for i := range tokens {
			if !s.isUnused(account.Policy, &tokens[i]) {
				continue
			}
			if err := s.disableUnused(ctx, account, tokens[i].ID); err != nil {
				return err
			}
		}
		if len(tokens) < page.Limit {
			return nil
		}
		page.After = new(repository.PositionOf(&tokens[len(tokens)-1], repository.ByLastUsedAt))
	}
}

// isUnused reports whether the token is to be disabled by now.
func (s *Tokens) isUnused(policy model.Policy, tok *model.Token) bool {
	at := disableAt(policy, tok)
	return at != nil && !s.Now().Before(*at) && tok.Status(s.Now()) == model.StatusActive
}

// disableUnused disables a token, unless it was used or changed meanwhile.
func (s *Tokens) disableUnused(ctx context.Context, account *model.Account, id string) error {
	actor := system
	actor.AccountID = account.ID
	details := map[string]string{"cause": "unused", "unused_after_days": strconv.Itoa(account.Policy.UnusedAfterDays)}
	_, err := s.step(ctx, actor, id, "token.disabled", details, func(tok *model.Token) (bool, error) {
		if !s.isUnused(account.Policy, tok) {
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
