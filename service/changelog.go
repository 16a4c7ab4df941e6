package service

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Changelog tells people what changes in the API.
type Changelog struct {
	Store *repository.Store
	Cache *Cache
	Now   func() time.Time
}

// ListChangelog is the input of Changelog.List.
type ListChangelog struct {
	Filter ChangelogFilter
	Limit  int // 0 for 50
	Cursor string
}

// List is a page of entries, those published last first, and the cursor of the
// next. Who acts in an account sees those that concern it; only operators see
// drafts.
func (s *Changelog) List(ctx context.Context, actor model.Actor, in ListChangelog) ([]model.ChangelogEntry, string, error) {
	if in.Filter.Drafts && !actor.Operator {
		return nil, "", insufficientRole("operator")
	}
	own, err := s.typeOf(ctx, actor)
	switch {
	case err != nil:
		return nil, "", err
	case in.Filter.AccountType == "":
		in.Filter.AccountType = own
	case own != "" && own != in.Filter.AccountType && !actor.Foreign():
		return nil, "", model.NotFound()
	}
	order := map[bool]string{false: "changelog", true: "changelog drafts"}[in.Filter.Drafts]
	page, err := newPage(order, in.Limit, in.Cursor, true)
	if err != nil {
		return nil, "", err
	}
	entries, err := s.Store.Changelog.List(ctx, in.Filter, page)
	if err != nil {
		return nil, "", err
	}
	entries, next := cutPage(entries, page, order, func(e *model.ChangelogEntry) repository.Position {
		at := repository.Position{Time: e.CreatedAt, ID: e.ID}
		if !in.Filter.Drafts {
			at.Time = *e.PublishedAt
		}
		return at
	})
	return entries, next, nil
}

// typeOf is the type of the account that the actor acts in; empty for none.
func (s *Changelog) typeOf(ctx context.Context, actor model.Actor) (string, error) {
	if actor.AccountID == "" {
		return "", nil
	}
	account, err := s.Cache.Account(ctx, actor.AccountID)
	if err != nil {
		return "", err
	}
	return account.Type, nil
}

// Show is an entry that List would give.
func (s *Changelog) Show(ctx context.Context, actor model.Actor, id string) (model.ChangelogEntry, error) {
	e, err := s.Store.Changelog.ByID(ctx, id)
	if err != nil || actor.Operator {
		return e, err
	}
	own, err := s.typeOf(ctx, actor)
	if err == nil && (e.PublishedAt == nil || own != "" && !e.Concerns(own)) {
		err = model.NotFound()
	}
	return e, err
}

// Create adds an entry, and publishes it unless it is a draft.
func (s *Changelog) Create(ctx context.Context, actor model.Actor, in ChangelogInput, draft bool) (model.ChangelogEntry, error) {
	now := s.Now()
	e := model.ChangelogEntry{
		ID: secret.NewID(), AccountTypes: []string{}, CreatedAt: now, UpdatedAt: now, Title: model.Text{}, Body: model.Text{"": ""},
	}
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := in.apply(ctx, tx, &e); err != nil {
			return err
		}
		if err := tx.Changelog.Insert(ctx, &e); err != nil {
			return err
		}
		if err := tx.Audit.Append(ctx, changelogEntry(actor, now, "changelog.created", e.ID, nil, &e)); err != nil || draft {
			return err
		}
		return s.publish(ctx, tx, actor, &e)
	})
	if err != nil {
		return e, fmt.Errorf("create changelog entry: %w", err)
	}
	return e, nil
}

// Update changes an entry. Of one that is published, nobody is told again.
func (s *Changelog) Update(ctx context.Context, actor model.Actor, id string, in ChangelogInput) (model.ChangelogEntry, error) {
	return s.change(ctx, id, func(tx *repository.Store, e *model.ChangelogEntry) error {
		before := *e
		if err := in.apply(ctx, tx, e); err != nil {
			return err
		}
		entry := changelogEntry(actor, s.Now(), "changelog.updated", id, &before, e)
		if len(entry.Changes) == 0 {
			return nil
		}
		e.UpdatedAt = entry.At
		if err := tx.Changelog.Update(ctx, e); err != nil {
			return err
		}
		return tx.Audit.Append(ctx, entry)
	})
}

// Publish shows a draft to those whom it concerns, and tells them. Doing it twice
// is no error, and nobody is told again.
func (s *Changelog) Publish(ctx context.Context, actor model.Actor, id string) (model.ChangelogEntry, error) {
	return s.change(ctx, id, func(tx *repository.Store, e *model.ChangelogEntry) error {
		if e.PublishedAt != nil {
			return nil
		}
		return s.publish(ctx, tx, actor, e)
	})
}

// Delete removes an entry. Who has not been told of it yet is not.
func (s *Changelog) Delete(ctx context.Context, actor model.Actor, id string) error {
	_, err := s.change(ctx, id, func(tx *repository.Store, e *model.ChangelogEntry) error {
		if err := tx.Changelog.Delete(ctx, id); err != nil {
			return err
		}
		entry := changelogEntry(actor, s.Now(), "changelog.deleted", id, e, nil)
		return tx.Audit.Append(ctx, entry)
	})
	return err
}

func (s *Changelog) change(ctx context.Context, id string, change func(*repository.Store, *model.ChangelogEntry) error) (model.ChangelogEntry, error) {
	var e model.ChangelogEntry
	err := s.Store.InTx(ctx, func(tx *repository.Store) (err error) {
		if e, err = tx.Changelog.ForUpdate(ctx, id); err != nil {
			return err
		}
		return change(tx, &e)
	})
	if err != nil {
		return e, fmt.Errorf("change changelog entry: %w", err)
	}
	return e, nil
}

// publish publishes an entry; Campaigns tells the accounts whose tokens it
// concerns, one after the other.
func (s *Changelog) publish(ctx context.Context, tx *repository.Store, actor model.Actor, e *model.ChangelogEntry) error {
	now := s.Now()
	e.PublishedAt, e.UpdatedAt = &now, now
	if err := tx.Changelog.Update(ctx, e); err != nil {
		return err
	}
	types := e.AccountTypes
	if len(types) == 0 {
		types = []string{""}
	}
	for _, accountType := range types {
		err := tx.Announcements.Insert(ctx, repository.Announcement{
			Key: model.EventChangelogPublished + "/" + e.ID + "/" + accountType, ID: secret.NewID(), EventType: model.EventChangelogPublished,
			AccountType: accountType, Version: e.Version, EntryID: e.ID, DueAt: now,
		})
		if err != nil {
			return err
		}
	}
	entry := newEntry(actor, now, "changelog.published", "changelog", e.ID)
	entry.Details = map[string]string{"title": e.Title[""]}
	return tx.Audit.Append(ctx, entry)
}
