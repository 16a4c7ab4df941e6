package service

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// LinkLife is how long a link to sign in by can be used.
	LinkLife = time.Hour
	// firstLinkLife is that of the one that first start makes.
	firstLinkLife = 24 * time.Hour
)

// ByLink signs in the member that a one-time link is for, and gives the id of
// the session. Of several that use it at once, one is let in.
func (s *Sessions) ByLink(ctx context.Context, code string, from SignIn) (string, error) {
	digest := digestOf(code)
	if has, err := s.Store.Sessions.HasLink(ctx, digest); err != nil || !has { // no transaction for those who guess
		return "", cmp.Or(err, errBadLink())
	}
	var id string
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		link, err := tx.Sessions.TakeLink(ctx, digest)
		if model.IsKind(err, model.KindNotFound) || err == nil && !s.Now().Before(link.ExpiresAt) {
			return errBadLink()
		}
		if err != nil {
			return err
		}
		actor, err := s.member(ctx, tx, link.AccountID, link.MemberID)
		if err != nil {
			return err
		}
		id, err = s.begin(ctx, tx, actor, from, oidc.Claims{}, "link")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in by link: %w", err)
	}
	return id, nil
}

func errBadLink() error {
	return model.Errorf(model.KindUnauthenticated, "bad_sign_in_link",
		"This sign-in link has been used already, or has expired. Ask for another.")
}

// Candidates is the active members, of active accounts, that are named by id or
// e-mail address; without a name, those who are operators. The account, if one
// is named, is so by its id, external id or name.
func (s *Sessions) Candidates(ctx context.Context, account, member string) ([]model.Member, error) {
	return s.Store.Members.Candidates(ctx, account, member)
}

// MakeLink makes the code of a link that signs a member in, once.
func (s *Sessions) MakeLink(ctx context.Context, actor model.Actor, member model.Member) (string, error) {
	var code string
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if _, err := s.member(ctx, tx, member.AccountID, member.ID); err != nil {
			return err
		}
		var err error
		code, err = makeLink(ctx, tx, actor, member, s.Now(), LinkLife)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make sign-in link: %w", err)
	}
	return code, nil
}

// makeLink stores a link, with its audit entry, and gives its code.
func makeLink(ctx context.Context, tx *repository.Store, actor model.Actor, member model.Member, now time.Time, life time.Duration) (string, error) {
	code := newID()
	link := model.SignInLink{
		Digest: digestOf(code), AccountID: member.AccountID, MemberID: member.ID, ExpiresAt: now.Add(life),
	}
	if err := tx.Sessions.InsertLink(ctx, &link); err != nil {
		return "", err
	}
	entry := newEntry(actor, now, "member.sign_in_link_made", "member", member.ID)
	entry.AccountID = member.AccountID
	return code, tx.Audit.Append(ctx, entry)
}
