package repository

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Announcements is the table of what all accounts concerned are told.
type Announcements struct{ table }

// Announcement is something that all accounts are told that have live tokens of
// an account type and version. It is told from DueAt on, account by account.
type Announcement struct {
	Key         string `gorm:"primaryKey"` // what is told; it is told once
	ID          string
	EventType   string
	AccountType string // empty for all
	Version     string // empty for all
	EntryID     string // of the changelog; empty for none
	Sunset      *time.Time
	DaysBefore  int  // the sunset
	Refused     bool // whether checks refuse the version then
	DueAt       time.Time
	ToldUpTo    string     // the last account that was told
	DoneAt      *time.Time // when all had been told
}

// Insert stores announcements, but for those whose keys are there.
func (r Announcements) Insert(ctx context.Context, announcements ...Announcement) error {
	if len(announcements) == 0 {
		return nil
	}
	return classify(r.with(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&announcements).Error)
}

// Keys is the keys of those about versions of an account type.
func (r Announcements) Keys(ctx context.Context, accountType string) ([]string, error) {
	var keys []string
	err := r.with(ctx).Model(&Announcement{}).Where("account_type = ? AND entry_id = ''", accountType).Pluck("key", &keys).Error
	return keys, classify(err)
}

// Withdraw removes announcements; what has been told stays told.
func (r Announcements) Withdraw(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	return classify(r.with(ctx).Where("key IN ?", keys).Delete(&Announcement{}).Error)
}

// Due is the announcement that was due first and is not done, locked until the
// transaction ends; it reports false if there is none that nobody else works on.
func (r Announcements) Due(ctx context.Context, now time.Time) (due Announcement, found bool, err error) {
	query := r.claiming(ctx).Where("done_at IS NULL AND due_at <= ?", now).Order("due_at, key").Limit(1)
	done := query.Find(&due)
	return due, done.RowsAffected == 1, classify(done.Error)
}

// claiming is for a row that one node at a time works on, and others pass by.
func (r Announcements) claiming(ctx context.Context) *gorm.DB {
	if r.dialect == SQLite {
		return r.with(ctx)
	}
	return r.with(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
}

// Told stores how far an announcement has come.
func (r Announcements) Told(ctx context.Context, a *Announcement) error {
	return classify(r.with(ctx).Model(a).Select("told_up_to", "done_at").Updates(a).Error)
}

// Unannounced is a catalog whose last revision has not become announcements,
// locked until the transaction ends; it reports false if there is none that
// nobody else works on.
func (r Announcements) Unannounced(ctx context.Context) (c Catalog, found bool, err error) {
	query := r.claiming(ctx).Where("announced_revision < revision").Order("account_type").Limit(1)
	done := query.Find(&c)
	return c, done.RowsAffected == 1, classify(done.Error)
}

// Announced stores that a revision of a catalog has become announcements.
func (r Announcements) Announced(ctx context.Context, c *Catalog) error {
	return classify(r.with(ctx).Model(&Catalog{}).Where("account_type = ?", c.AccountType).
		UpdateColumn("announced_revision", c.Revision).Error)
}

// Audience is the accounts of a type and version that an announcement is for,
// with how many tokens each has that are neither revoked nor expired: those
// after an account, by id, at most limit. Disabled accounts are left out.
func (r Announcements) Audience(ctx context.Context, a *Announcement, now time.Time, limit int) ([]Audience, error) {
	tokens := r.with(ctx).Model(&model.Token{}).Select("count(*)").
		Where("tokens.account_id = accounts.id AND deleted_at IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)", now)
	if a.Version != "" {
		tokens = tokens.Where("version = ?", a.Version)
	}
	accounts := r.with(ctx).Model(&model.Account{}).Select("id AS account_id, (?) AS tokens", tokens).
		Where("id > ? AND state = ? AND type <> ?", a.ToldUpTo, model.AccountActive, model.OperatorType)
	if a.AccountType != "" {
		accounts = accounts.Where("type = ?", a.AccountType)
	}
	var audience []Audience
	err := accounts.Order("id").Limit(limit).Scan(&audience).Error
	return audience, classify(err)
}

// Audience is an account and how many of its tokens something concerns.
type Audience struct {
	AccountID string
	Tokens    int
}
