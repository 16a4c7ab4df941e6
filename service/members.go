package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Members keeps the people of accounts. All its methods act in the account that
// the actor acts in.
type Members struct {
	Store *repository.Store
	Now   func() time.Time
}

// MemberInput is the input of Members.Create and Update. In an update nil
// fields stay as they are.
type MemberInput struct {
	Name       *string
	Email      *string
	Role       *model.Role
	State      *model.MemberState
	Language   *string
	ExternalID **string // a pointer to nil takes it away
	Operator   *bool    // only from local commands
}

// Create adds a member to the account.
func (s *Members) Create(ctx context.Context, actor model.Actor, in MemberInput) (model.Member, error) {
	now := s.Now()
	member := model.Member{
		ID: secret.NewID(), AccountID: actor.AccountID, State: model.MemberActive, Language: "en", CreatedAt: now, UpdatedAt: now,
	}
	if err := model.Invalid(in.apply(&member)); err != nil {
		return member, err
	}
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Members.Insert(ctx, &member); err != nil {
			return err
		}
		return tx.Audit.Append(ctx, memberEntry(actor, now, "member.created", nil, &member))
	})
	if err != nil {
		return member, fmt.Errorf("create member: %w", err)
	}
	return member, nil
}

// Show is a member of the account.
func (s *Members) Show(ctx context.Context, actor model.Actor, id string) (model.Member, error) {
	return s.Store.Members.ByID(ctx, actor.AccountID, id)
}

// Update changes a member of the account; one who is an operator, for operators
// alone. Whom it deactivates it signs out.
// Tokens that name a deactivated member stay as they are, and are found by their
// missing contact.
func (s *Members) Update(ctx context.Context, actor model.Actor, id string, in MemberInput) (model.Member, error) {
	var after model.Member
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		before, err := tx.Members.ForUpdate(ctx, actor.AccountID, id)
		if err != nil {
			return err
		}
		if before.Operator && !actor.Operator { // whoever sets the external id is that member at the next sign-in
			return insufficientRole("operator")
		}
		after = before
		if err := model.Invalid(in.apply(&after)); err != nil {
			return err
		}
		now := s.Now()
		entry := memberEntry(actor, now, "member.updated", &before, &after)
		if len(entry.Changes) == 0 {
			return nil
		}
		after.UpdatedAt = now
		if err := tx.Members.Update(ctx, &after); err != nil {
			return err
		}
		if after.State != model.MemberActive {
			if err := tx.Sessions.EndOf(ctx, after.ID); err != nil {
				return err
			}
		}
		return tx.Audit.Append(ctx, entry)
	})
	if err != nil {
		return after, fmt.Errorf("update member: %w", err)
	}
	return after, nil
}

// apply sets what the input has, and judges the result.
func (in MemberInput) apply(m *model.Member) (faults model.Faults) {
	untouched := touched{}
	set(untouched, "role", &m.Role, in.Role)
	set(untouched, "state", &m.State, in.State)
	set(untouched, "operator", &m.Operator, in.Operator)
	if in.Name != nil {
		m.Name = strings.TrimSpace(*in.Name)
	}
	checkText(&faults, "name", m.Name, 1, maxName)
	if in.Email != nil {
		m.Email = strings.TrimSpace(*in.Email)
	}
	if !isAddress(m.Email) {
		faults.Add("email", "not_an_email", "This is not an e-mail address.")
	}
	if in.ExternalID != nil {
		m.ExternalID = trimmed(*in.ExternalID)
	}
	if in.Language != nil {
		tag, err := language.Parse(*in.Language)
		if err != nil {
			faults.Add("language", "wrong_format", `This must be a language tag such as "en" or "zh-CN".`)
		}
		m.Language = tag.String()
	}
	if ranks[string(m.Role)] == 0 {
		faults.Add("role", "not_one_of", "The role must be admin, specialist or viewer.")
	}
	return faults
}

// List is a page of the account's members and the cursor of the next.
func (s *Members) List(ctx context.Context, actor model.Actor, filter MemberFilter, limit int, cursor string) ([]model.Member, string, error) {
	page, err := newPage("members", limit, cursor, false)
	if err != nil {
		return nil, "", err
	}
	members, err := s.Store.Members.List(ctx, actor.AccountID, filter, page)
	if err != nil {
		return nil, "", err
	}
	members, next := cutPage(members, page, "members", func(m *model.Member) repository.Position {
		return repository.Position{Time: m.CreatedAt, ID: m.ID}
	})
	return members, next, nil
}

// Contacts is a page of the members that may be primary contact.
func (s *Members) Contacts(ctx context.Context, actor model.Actor, query string, limit int, cursor string) ([]model.Member, string, error) {
	return s.List(ctx, actor, repository.MemberFilter{State: model.MemberActive, Query: query}, limit, cursor)
}

func memberEntry(actor model.Actor, at time.Time, action string, before, after *model.Member) *model.AuditEntry {
	entry := newEntry(actor, at, action, "member", after.ID)
	entry.AccountID = after.AccountID
	entry.Changes = differences(memberFacts(before), memberFacts(after))
	return entry
}

func memberFacts(m *model.Member) map[string]any {
	if m == nil {
		return nil
	}
	return map[string]any{
		"name": m.Name, "email": m.Email, "role": string(m.Role), "state": string(m.State), "language": m.Language,
		"external_id": textFact(m.ExternalID), "operator": m.Operator,
	}
}
