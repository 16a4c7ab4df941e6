package repository

import (
	"context"

	"github.com/tokenry/tokenry/model"
)

// Changelog is the table of what changes in the API.
type Changelog struct{ table }

// ChangelogFilter narrows a list of entries. Zero fields do not.
type ChangelogFilter struct {
	AccountType string // those that concern it
	Version     string // those of the version, and those of none
	Kind        model.ChangeKind
	Drafts      bool // in place of what is published
}

// Insert stores a new entry.
func (r Changelog) Insert(ctx context.Context, e *model.ChangelogEntry) error {
	return classify(r.with(ctx).Create(e).Error)
}

// Update stores everything of an entry.
func (r Changelog) Update(ctx context.Context, e *model.ChangelogEntry) error {
	return classify(r.with(ctx).Model(e).
		Select("account_types", "version", "kind", "title", "body", "updated_at", "published_at").Updates(e).Error)
}

// Delete removes an entry.
func (r Changelog) Delete(ctx context.Context, id string) error {
	return classify(r.with(ctx).Where("id = ?", id).Delete(&model.ChangelogEntry{}).Error)
}

// ByID is the entry of that id, published or not.
func (r Changelog) ByID(ctx context.Context, id string) (model.ChangelogEntry, error) {
	var e model.ChangelogEntry
	err := r.with(ctx).Where("id = ?", id).Take(&e).Error
	return e, classify(err)
}

// ForUpdate is ByID, locked until the transaction ends.
func (r Changelog) ForUpdate(ctx context.Context, id string) (model.ChangelogEntry, error) {
	return Changelog{r.locking()}.ByID(ctx, id)
}

// List is a page of entries, those published last first; of drafts, those made
// last.
func (r Changelog) List(ctx context.Context, f ChangelogFilter, page Page) ([]model.ChangelogEntry, error) {
	by, query := "published_at", r.with(ctx)
	if f.Drafts {
		by = "created_at"
		query = query.Where("published_at IS NULL")
	} else {
		query = query.Where("published_at IS NOT NULL")
	}
	if f.AccountType != "" {
		holds, element := Tokens{r.table}.holds("account_types", f.AccountType)
		query = query.Where("(account_types = '{}' OR "+holds+")", element)
	}
	if f.Version != "" {
		query = query.Where("version IN (?, '')", f.Version)
	}
	if f.Kind != "" {
		query = query.Where("kind = ?", f.Kind)
	}
	if page.After != nil {
		query = query.Where("("+by+", id) "+page.beyond()+" (?, ?)", page.After.Time, page.After.ID)
	}
	var entries []model.ChangelogEntry
	err := query.Order(by + page.direction() + ", id" + page.direction()).Limit(page.Limit).Find(&entries).Error
	return entries, classify(err)
}
