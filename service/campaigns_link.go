package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// acknowledging is what links to acknowledge by are signed for.
const acknowledging = "acknowledge"

// contact is who a link to acknowledge by is for.
type contact struct {
	AccountID string `json:"a"`
	Version   string `json:"v"`
	MemberID  string `json:"m,omitempty"` // of the primary contact; empty for developer e-mails
	Email     string `json:"e"`
	Name      string `json:"n,omitempty"`
	Language  string `json:"l"`
}

// key is what the contact's tokens name.
func (c contact) key() string {
	if c.MemberID != "" {
		return c.MemberID
	}
	return c.Email
}

// AcknowledgeURL is where the reader of a notice about a version says that they
// know; empty if the notice is about anything else, or to an admin, who may be
// contact of nothing.
func (s *Campaigns) AcknowledgeURL(n *model.Notice, event *model.Event) string {
	if event.Type != model.EventVersionDeprecated && event.Type != model.EventVersionSunsetNear || n.Role == model.NoticeAdmin {
		return ""
	}
	version, _ := event.Data["version"].(string)
	claims := contact{n.AccountID, version, n.MemberID, n.Email, n.Name, n.Language}
	return s.PublicURL + "/acknowledge?link=" + s.Keys.Links().Sign(acknowledging, claims)
}

// shownTokens is how many tokens a page names before it only counts them.
const shownTokens = 10

// Acknowledging is what a link from a mail is about.
type Acknowledging struct {
	Account  string // its name
	Version  model.Version
	Language string   // of the mail that the link was in
	Tokens   []string // names of some of the tokens that nobody has acknowledged
	Count    int      // of these tokens
}

// ByLink is what a link from a mail asks to acknowledge. A link that is not one
// of ours is not found.
func (s *Campaigns) ByLink(ctx context.Context, link string) (Acknowledging, error) {
	who, filter, err := s.linked(ctx, link)
	if err != nil {
		return Acknowledging{}, err
	}
	account, err := s.Cache.Account(ctx, who.AccountID)
	if err != nil {
		return Acknowledging{}, err
	}
	compiled, err := s.Cache.Catalog(ctx, account.Type)
	if err != nil {
		return Acknowledging{}, err
	}
	totals, err := s.Store.Campaigns.Totals(ctx, filter, filter.Now)
	if err != nil {
		return Acknowledging{}, err
	}
	tokens, err := s.Store.Campaigns.List(ctx, filter, repository.Page{Limit: shownTokens})
	if err != nil {
		return Acknowledging{}, err
	}
	version, _ := compiled.Version(who.Version)
	version.ID = who.Version
	out := Acknowledging{Account: account.Name, Version: version, Language: who.Language, Count: totals.Tokens}
	for _, tok := range tokens {
		out.Tokens = append(out.Tokens, tok.Name)
	}
	return out, nil
}

// acknowledgeBatch is how many tokens are acknowledged in a transaction.
const acknowledgeBatch = 200

// AcknowledgeByLink acknowledges the version of all tokens that the holder of a
// link is contact of. Doing it twice is no error.
func (s *Campaigns) AcknowledgeByLink(ctx context.Context, actor model.Actor, link string) error {
	who, filter, err := s.linked(ctx, link)
	if err != nil {
		return err
	}
	actor = model.Actor{Kind: "unknown", ID: actor.IP, IP: actor.IP, RequestID: actor.RequestID, AccountID: who.AccountID}
	for more := true; more; {
		err := s.Store.InTx(ctx, func(tx *repository.Store) error {
			tokens, err := tx.Campaigns.List(ctx, filter, repository.Page{Limit: acknowledgeBatch})
			if err != nil {
				return err
			}
			more = len(tokens) == acknowledgeBatch
			given := make([]model.Acknowledgement, len(tokens))
			for i, tok := range tokens {
				given[i] = who.acknowledges(&tok, filter)
			}
			return s.acknowledge(ctx, tx, actor, given...)
		})
		if err != nil {
			return fmt.Errorf("acknowledge version: %w", err)
		}
	}
	return nil
}

func (c contact) acknowledges(tok *repository.CampaignToken, f repository.CampaignFilter) model.Acknowledgement {
	a := model.Acknowledgement{TokenID: tok.ID, Version: c.Version, At: f.Now, ActorKind: "unknown", ActorID: c.Email, ActorName: c.Email}
	if c.MemberID != "" {
		a.ActorKind, a.ActorID, a.ActorName = model.ActorMember, c.MemberID, c.Name
	}
	return a
}

// linked is who a link is for, and the tokens that they can acknowledge by it. The
// link of a member ends when they are deactivated.
func (s *Campaigns) linked(ctx context.Context, link string) (contact, repository.CampaignFilter, error) {
	var who contact
	if err := s.Keys.Links().Read(acknowledging, link, &who); err != nil {
		return who, repository.CampaignFilter{}, errForeignLink()
	}
	if who.MemberID != "" {
		member, err := s.Store.Members.ByID(ctx, who.AccountID, who.MemberID)
		if err == nil && member.State != model.MemberActive {
			err = errForeignLink()
		}
		if err != nil {
			return who, repository.CampaignFilter{}, err
		}
	}
	account, err := s.Cache.Account(ctx, who.AccountID)
	if err != nil {
		return who, repository.CampaignFilter{}, err
	}
	return who, repository.CampaignFilter{
		AccountType: account.Type, Version: who.Version, AccountID: who.AccountID, Contact: who.key(),
		Acknowledged: new(false), Now: s.Now(),
	}, nil
}

func errForeignLink() error {
	return model.Errorf(model.KindNotFound, "bad_link", "This link is not one of ours, or was cut off. Open the one in the mail again.")
}
