package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// unsubscribing is what links to unsubscribe by are signed for.
const unsubscribing = "unsubscribe"

// subscriber is who a link to unsubscribe by is for.
type subscriber struct {
	AccountID string `json:"a"`
	Email     string `json:"e"`
	Language  string `json:"l"`
}

// Subscription is whether an address gets mail about the tokens of an account.
type Subscription struct {
	Account  string // its name
	Email    string
	Language string // of the mail that the link was in
	Wanted   bool
}

func (s *Notices) unsubscribeURL(n *model.Notice) string {
	return s.PublicURL + "/unsubscribe?link=" + s.Keys.Links().Sign(unsubscribing, subscriber{n.AccountID, n.Email, n.Language})
}

// Subscription is what a link from a mail is about. A link that is not one of
// ours is not found.
func (s *Notices) Subscription(ctx context.Context, link string) (Subscription, error) {
	who, err := s.subscriber(link)
	if err != nil {
		return Subscription{}, err
	}
	account, err := s.Store.Accounts.ByID(ctx, who.AccountID)
	if err != nil {
		return Subscription{}, err
	}
	gone, err := s.Store.Notices.HasUnsubscribed(ctx, who.reader())
	return Subscription{account.Name, who.Email, who.Language, !gone}, err
}

// Subscribe lets an address have mail about the tokens of an account, or no more
// of it, as the holder of a link wants. Doing it twice is no error.
func (s *Notices) Subscribe(ctx context.Context, actor model.Actor, link string, wanted bool) error {
	who, err := s.subscriber(link)
	if err != nil {
		return err
	}
	now := s.Now()
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		action, change := "notices.unsubscribed", func() (bool, error) { return tx.Notices.Unsubscribe(ctx, who.reader(), now) }
		if wanted {
			action, change = "notices.subscribed", func() (bool, error) { return tx.Notices.Resubscribe(ctx, who.reader()) }
		}
		if changed, err := change(); err != nil || !changed {
			return err
		}
		actor := model.Actor{Kind: "unknown", ID: actor.IP, IP: actor.IP, RequestID: actor.RequestID, AccountID: who.AccountID}
		entry := newEntry(actor, now, action, "address", who.Email)
		return tx.Audit.Append(ctx, entry)
	})
	if err != nil {
		return fmt.Errorf("change subscription: %w", err)
	}
	return nil
}

func (s *Notices) subscriber(link string) (subscriber, error) {
	var who subscriber
	if err := s.Keys.Links().Read(unsubscribing, link, &who); err != nil {
		return who, model.Errorf(model.KindNotFound, "bad_link", "This link is not one of ours, or was cut off. Open the one in the mail again.")
	}
	return who, nil
}

func (who subscriber) reader() repository.NoticeReader {
	return repository.NoticeReader{AccountID: who.AccountID, EmailFolded: model.Fold(who.Email)}
}
