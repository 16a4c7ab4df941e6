package repository

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Admins is the active admins of an account, oldest first.
func (r Notices) Admins(ctx context.Context, accountID string) ([]model.Member, error) {
	var members []model.Member
	err := r.with(ctx).Where("account_id = ? AND role = ? AND state = ?", accountID, model.RoleAdmin, model.MemberActive).
		Order("created_at, id").Find(&members).Error
	return members, classify(err)
}

// ContactsOf is who is primary contact of live tokens of an account, and who is
// among their developer e-mails, sorted; of those of a version, unless it is
// empty.
func (r Notices) ContactsOf(ctx context.Context, accountID, version string) (memberIDs, developers []string, err error) {
	live := r.with(ctx).Model(&model.Token{}).Where("account_id = ? AND revoked_at IS NULL AND deleted_at IS NULL", accountID)
	if version != "" {
		live = live.Where("version = ?", version)
	}
	live = live.Session(&gorm.Session{})
	if err := live.Distinct("primary_contact").Order("primary_contact").Pluck("primary_contact", &memberIDs).Error; err != nil {
		return nil, nil, classify(err)
	}
	var lists []model.Token
	err = live.Distinct("developers").Where("developers <> '{}'").Find(&lists).Error
	for _, token := range lists {
		developers = append(developers, token.Developers...)
	}
	slices.Sort(developers)
	return memberIDs, slices.Compact(developers), classify(err)
}

// TokensOf is the live tokens of a version that somebody looks after, as primary
// contact or by a developer e-mail, by name; at most limit, and how many there
// are in all.
func (r Notices) TokensOf(ctx context.Context, n *model.Notice, version string, limit int) ([]model.Token, int64, error) {
	live := r.with(ctx).Model(&model.Token{}).
		Where("account_id = ? AND version = ? AND revoked_at IS NULL AND deleted_at IS NULL", n.AccountID, version)
	switch n.Role {
	case model.NoticeContact:
		live = live.Where("primary_contact = ?", n.MemberID)
	case model.NoticeDeveloper:
		live = live.Where(Tokens{r.table}.holds("developers", n.Email))
	}
	live = live.Session(&gorm.Session{})
	var count int64
	if err := live.Count(&count).Error; err != nil {
		return nil, 0, classify(err)
	}
	var tokens []model.Token
	err := live.Select("id", "name", "hint", "version").Order("name_folded, id").Limit(limit).Find(&tokens).Error
	return tokens, count, classify(err)
}

// Events is the events of those ids.
func (r Notices) Events(ctx context.Context, ids []string) (map[string]model.Event, error) {
	var events []model.Event
	err := r.with(ctx).Where("id IN ?", ids).Find(&events).Error
	byID := map[string]model.Event{}
	for _, event := range events {
		byID[event.ID] = event
	}
	return byID, classify(err)
}

// unsubscribed is a row of those who want no mail.
type unsubscribed struct {
	AccountID   string `gorm:"primaryKey"`
	EmailFolded string `gorm:"primaryKey"`
	At          time.Time
}

// TableName is the table of those who want no mail.
func (unsubscribed) TableName() string { return "unsubscribed" }

// Unsubscribe notes that an address wants no mail about the tokens of an account.
// It reports false if it is known.
func (r Notices) Unsubscribe(ctx context.Context, reader NoticeReader, at time.Time) (bool, error) {
	done := r.with(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&unsubscribed{reader.AccountID, reader.EmailFolded, at})
	return done.RowsAffected == 1, classify(done.Error)
}

// Resubscribe undoes Unsubscribe. It reports false if there is nothing to undo.
func (r Notices) Resubscribe(ctx context.Context, reader NoticeReader) (bool, error) {
	done := r.with(ctx).Where("account_id = ? AND email_folded = ?", reader.AccountID, reader.EmailFolded).Delete(&unsubscribed{})
	return done.RowsAffected == 1, classify(done.Error)
}

// HasUnsubscribed reports whether an address wants no mail about the tokens of an
// account.
func (r Notices) HasUnsubscribed(ctx context.Context, reader NoticeReader) (bool, error) {
	var rows int64
	err := r.with(ctx).Model(&unsubscribed{}).
		Where("account_id = ? AND email_folded = ?", reader.AccountID, reader.EmailFolded).Count(&rows).Error
	return rows > 0, classify(err)
}
