package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// usedLately is how long ago a token was used at most that counts as in use.
const usedLately = 30 * 24 * time.Hour

// Campaigns brings people from API versions that go away to newer ones: it tells
// them, and says who is late.
type Campaigns struct {
	Store  *repository.Store
	Cache  *Cache
	Events *Events
	Keys   *Keys
	// PublicURL is where people find this server, with no slash at its end.
	PublicURL string
	// AtSunset is what happens at the sunset of versions that do not say so.
	AtSunset model.AtSunset
	Log      *slog.Logger
	Now      func() time.Time
}

// CampaignQuery is the input of Campaigns.Show.
type CampaignQuery struct {
	AccountType  string // only for who acts in no account
	Version      string
	Acknowledged *bool // only tokens of which somebody has, or nobody
	Limit        int   // 0 for 50
	Cursor       string
}

// Campaign is which tokens still have an API version, and who was told.
type Campaign struct {
	AccountType string
	Version     model.Version
	Refused     bool // whether checks refuse it now
	Totals      repository.CampaignTotals
	Tokens      []CampaignToken
	Next        string // cursor of the next page
}

// CampaignToken is a token that still has the version, and who of its contacts
// was told that it goes away.
type CampaignToken struct {
	repository.CampaignToken
	Told []CampaignNotice
}

// CampaignNotice is the last mail to a contact about the version.
type CampaignNotice = repository.CampaignNotice

// Show is the campaign of a version: in the account that the actor acts in, or
// in all accounts of a type. The totals are of them all, whatever the page.
func (s *Campaigns) Show(ctx context.Context, actor model.Actor, q CampaignQuery) (Campaign, error) {
	now := s.Now()
	filter, err := s.filter(ctx, actor, q, now)
	if err != nil {
		return Campaign{}, err
	}
	compiled, err := s.Cache.Catalog(ctx, filter.AccountType)
	if err != nil {
		return Campaign{}, err
	}
	version, known := compiled.Version(q.Version)
	if !known {
		return Campaign{}, model.NotFound()
	}
	page, err := newPage("campaign", q.Limit, q.Cursor, false)
	if err != nil {
		return Campaign{}, err
	}
	c := Campaign{AccountType: filter.AccountType, Version: version, Refused: version.Refused(now)}
	if c.Totals, err = s.Store.Campaigns.Totals(ctx, filter, now.Add(-usedLately)); err != nil {
		return Campaign{}, err
	}
	filter.Acknowledged = q.Acknowledged
	tokens, err := s.Store.Campaigns.List(ctx, filter, page)
	if err != nil {
		return Campaign{}, err
	}
	tokens, c.Next = cutPage(tokens, page, "campaign", func(t *repository.CampaignToken) repository.Position {
		return repository.Position{Text: t.AccountID, Time: t.CreatedAt, ID: t.ID}
	})
	c.Tokens, err = s.told(ctx, version.ID, tokens)
	return c, err
}

// filter says whose tokens the actor may see.
func (s *Campaigns) filter(ctx context.Context, actor model.Actor, q CampaignQuery, now time.Time) (repository.CampaignFilter, error) {
	f := repository.CampaignFilter{AccountType: q.AccountType, Version: q.Version, AccountID: actor.AccountID, Now: now}
	if actor.AccountID == "" {
		switch {
		case q.AccountType == model.OperatorType && !actor.Operator:
			return f, model.NotFound()
		case q.AccountType == "":
			return f, model.Invalid([]model.FieldError{{
				Field: "account_type", Code: "required", Message: "Say which account type's version it is, or act in an account.",
			}})
		}
		return f, nil
	}
	account, err := s.Cache.Account(ctx, actor.AccountID)
	if err == nil && q.AccountType != "" && q.AccountType != account.Type {
		err = model.NotFound()
	}
	if err != nil {
		return f, err
	}
	f.AccountType = account.Type
	return f, nil
}

// told adds to tokens who of their contacts was told.
func (s *Campaigns) told(ctx context.Context, version string, tokens []repository.CampaignToken) ([]CampaignToken, error) {
	accounts := map[string]bool{}
	for i := range tokens {
		accounts[tokens[i].AccountID] = true
	}
	notices, err := s.Store.Campaigns.Notices(ctx, version, accounts)
	if err != nil {
		return nil, err
	}
	out := make([]CampaignToken, len(tokens))
	for i, tok := range tokens {
		out[i] = CampaignToken{CampaignToken: tok, Told: toldOf(&tok, notices)}
	}
	return out, nil
}

// toldOf is the notices to the contacts of a token.
func toldOf(tok *repository.CampaignToken, notices []CampaignNotice) []CampaignNotice {
	addresses := map[string]bool{}
	for _, address := range tok.Developers {
		addresses[model.Fold(address)] = true
	}
	var told []CampaignNotice
	for _, n := range notices {
		if n.AccountID == tok.AccountID && (n.MemberID != "" && n.MemberID == tok.PrimaryContact || addresses[n.EmailFolded]) {
			told = append(told, n)
		}
	}
	return told
}
