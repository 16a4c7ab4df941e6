package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// maxPolicyLifetime is a hundred years, in seconds.
const maxPolicyLifetime = 100 * 365 * 24 * 3600

// Accounts keeps the accounts.
type Accounts struct {
	Store       *repository.Store
	Cache       *Cache
	Propagation *Propagation
	Now         func() time.Time
}

// AccountInput is the input of Accounts.Create and Update. In an update nil
// fields stay as they are.
type AccountInput struct {
	Type       *string // only when it is created
	Name       *string
	ExternalID **string // a pointer to nil takes it away
	State      *model.AccountState
	Policy     PolicyInput
}

// PolicyInput is a change of a policy. Nil fields stay as they are.
type PolicyInput struct {
	MaxLifetimeSeconds *int64 // 0 takes the bound away
	RequireExpiry      *bool
	RequireCIDRs       *bool
	AllowSelfRotation  *bool
	LeakPolicy         *model.LeakPolicy
	UnusedAfterDays    *int // 0 for never
	UnusedDisable      *bool
}

// ChangedAccount is an account after a change.
type ChangedAccount struct {
	Account model.Account
	Taken   int64 // the change to wait for; 0 if the call took no rights away
}

// Create adds an account. Its type must be one of the catalog.
func (s *Accounts) Create(ctx context.Context, actor model.Actor, in AccountInput) (model.Account, error) {
	now := s.Now()
	account := model.Account{ID: secret.NewID(), State: model.AccountActive, CreatedAt: now, UpdatedAt: now}
	faults := in.apply(&account)
	if in.Type != nil {
		account.Type = *in.Type
	}
	if _, err := s.Cache.Catalog(ctx, account.Type); model.IsKind(err, model.KindNotFound) {
		faults.Add("type", "unknown_type", "The catalog has no such account type.")
	} else if err != nil {
		return account, err
	}
	checkText(&faults, "name", account.Name, 1, maxName)
	if err := model.Invalid(faults); err != nil {
		return account, err
	}
	if mindsSooner(model.Policy{}, account.Policy) {
		account.Policy.UnusedSince = &now
	}
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Accounts.Insert(ctx, &account); err != nil {
			return err
		}
		return tx.Audit.Append(ctx, accountEntry(actor, now, "account.created", nil, &account))
	})
	if err != nil {
		return account, fmt.Errorf("create account: %w", err)
	}
	return account, nil
}

// Show is the account that the actor acts in.
func (s *Accounts) Show(ctx context.Context, actor model.Actor) (model.Account, error) {
	return s.Store.Accounts.ByID(ctx, actor.AccountID)
}

// Update changes the account that the actor acts in. Its own admins may change
// nothing but the policy.
func (s *Accounts) Update(ctx context.Context, actor model.Actor, in AccountInput) (ChangedAccount, error) {
	if !actor.Operator && (in.Name != nil || in.ExternalID != nil || in.State != nil) {
		return ChangedAccount{}, &model.Error{
			Kind: model.KindForbidden, Code: "insufficient_role", Need: "operator",
			Message: "Admins may change the policy of their account; the rest needs the role operator.",
		}
	}
	var changed ChangedAccount
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		var err error
		changed, err = s.update(ctx, tx, actor, in)
		return err
	})
	if err != nil {
		return ChangedAccount{}, fmt.Errorf("update account: %w", err)
	}
	return changed, nil
}

func (s *Accounts) update(ctx context.Context, tx *repository.Store, actor model.Actor, in AccountInput) (ChangedAccount, error) {
	before, err := tx.Accounts.ForUpdate(ctx, actor.AccountID)
	if err != nil {
		return ChangedAccount{}, err
	}
	after := before
	faults := in.apply(&after)
	if in.Name != nil {
		checkText(&faults, "name", after.Name, 1, maxName)
	}
	if before.IsOperator() && after.State != model.AccountActive {
		faults.Add("state", "operator_account", "The operator account cannot be disabled.")
	}
	if err := model.Invalid(faults); err != nil {
		return ChangedAccount{}, err
	}
	now := s.Now()
	after.UpdatedAt = now
	if mindsSooner(before.Policy, after.Policy) {
		after.Policy.UnusedSince = &now
	}
	entry := accountEntry(actor, now, "account.updated", &before, &after)
	takes := takesFromTokens(&before, &after)
	if len(entry.Changes) == 0 {
		if !takes {
			return ChangedAccount{Account: before}, nil
		}
		number, err := tx.Changes.Append(ctx, repository.ChangeNothing, "", now)
		return ChangedAccount{before, number}, err
	}
	if err := tx.Accounts.Update(ctx, &after); err != nil {
		return ChangedAccount{}, err
	}
	if err := tx.Audit.Append(ctx, entry); err != nil {
		return ChangedAccount{}, err
	}
	number, err := tx.Changes.Append(ctx, repository.ChangeAccount, after.ID, now)
	if !takes {
		number = 0
	}
	return ChangedAccount{after, number}, err
}

// takesFromTokens reports whether the tokens of the account may do less after
// the change: nothing, as it is disabled; not the paths that are bound to its
// external id; not rotate themselves.
func takesFromTokens(before, after *model.Account) bool {
	return after.State == model.AccountDisabled ||
		textFact(before.ExternalID) != textFact(after.ExternalID) ||
		before.Policy.AllowSelfRotation && !after.Policy.AllowSelfRotation
}

// apply sets what the input has.
func (in AccountInput) apply(account *model.Account) (faults model.Faults) {
	if in.Name != nil {
		account.Name = strings.TrimSpace(*in.Name)
	}
	if in.ExternalID != nil {
		account.ExternalID = trimmed(*in.ExternalID)
	}
	if in.State != nil {
		account.State = *in.State
	}
	untouched, policy := touched{}, &account.Policy
	set(untouched, "max_lifetime_seconds", &policy.MaxLifetimeSeconds, in.Policy.MaxLifetimeSeconds)
	set(untouched, "require_expiry", &policy.RequireExpiry, in.Policy.RequireExpiry)
	set(untouched, "require_cidrs", &policy.RequireCIDRs, in.Policy.RequireCIDRs)
	set(untouched, "allow_self_rotation", &policy.AllowSelfRotation, in.Policy.AllowSelfRotation)
	set(untouched, "leak_policy", &policy.LeakPolicy, in.Policy.LeakPolicy)
	set(untouched, "unused_after_days", &policy.UnusedAfterDays, in.Policy.UnusedAfterDays)
	set(untouched, "unused_disable", &policy.UnusedDisable, in.Policy.UnusedDisable)
	if seconds := policy.MaxLifetimeSeconds; seconds < 0 || seconds > maxPolicyLifetime {
		faults.Add("policy.max_lifetime_seconds", "out_of_range", "This must be between 0 and %d seconds.", maxPolicyLifetime)
	}
	if policy.UnusedDisable && policy.UnusedAfterDays == 0 {
		faults.Add("policy.unused_disable", "needs_unused_after_days", "Say after how many days a token counts as unused, with unused_after_days.")
	}
	return faults
}

// trimmed is the text without surrounding space; nothing is left as nil.
func trimmed(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return nil
	}
	return new(strings.TrimSpace(*text))
}

// List is a page of all accounts and the cursor of the next.
func (s *Accounts) List(ctx context.Context, filter AccountFilter, limit int, cursor string) ([]model.Account, string, error) {
	page, err := newPage("accounts", limit, cursor, false)
	if err != nil {
		return nil, "", err
	}
	accounts, err := s.Store.Accounts.List(ctx, filter, page)
	if err != nil {
		return nil, "", err
	}
	accounts, next := cutPage(accounts, page, "accounts", func(a *model.Account) repository.Position {
		return repository.Position{Time: a.CreatedAt, ID: a.ID}
	})
	return accounts, next, nil
}

func accountEntry(actor model.Actor, at time.Time, action string, before, after *model.Account) *model.AuditEntry {
	entry := newEntry(actor, at, action, "account", after.ID)
	entry.AccountID = after.ID
	entry.Changes = differences(accountFacts(before), accountFacts(after))
	return entry
}

func accountFacts(a *model.Account) map[string]any {
	if a == nil {
		return nil
	}
	return map[string]any{
		"type": a.Type, "name": a.Name, "external_id": textFact(a.ExternalID), "state": string(a.State), "policy": a.Policy,
	}
}

func textFact(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}
