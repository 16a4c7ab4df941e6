package repository

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Notices is the table of who is to be told of what by mail, and of who wants
// no mail.
type Notices struct{ table }

// NoticeFilter narrows a list of notices. Zero fields do not.
type NoticeFilter struct {
	AccountID    string
	NotOperators bool // those of all accounts but the operator account
	TokenID      string
	State        model.NoticeState
}

// Insert stores notices, but those that there are already for the same event and
// address.
func (r Notices) Insert(ctx context.Context, notices []model.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	return classify(r.with(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(notices, 200).Error)
}

// List is a page of notices, oldest first unless the page is turned round.
func (r Notices) List(ctx context.Context, f NoticeFilter, page Page) ([]model.Notice, error) {
	query := r.with(ctx).Scopes(page.byCreation)
	if f.AccountID != "" {
		query = query.Where("account_id = ?", f.AccountID)
	}
	if f.NotOperators {
		query = query.Where("account_id NOT IN (SELECT id FROM accounts WHERE type = ?)", model.OperatorType)
	}
	if f.TokenID != "" {
		query = query.Where("token_id = ? AND token_id <> ''", f.TokenID)
	}
	if f.State != "" {
		query = query.Where("state = ?", f.State)
	}
	var notices []model.Notice
	err := query.Find(&notices).Error
	return notices, classify(err)
}

// TryLock takes the right to put notices into mails until the transaction ends.
// It reports false if another node has it.
func (r Notices) TryLock(ctx context.Context) (bool, error) {
	if r.dialect == SQLite { // a transaction is alone there
		return true, nil
	}
	var got bool
	err := r.with(ctx).Raw("SELECT pg_try_advisory_xact_lock(7301, 9)").Scan(&got).Error
	return got, classify(err)
}

// NoticeReader is somebody who is told of what concerns an account.
type NoticeReader struct {
	AccountID   string
	EmailFolded string
}

// isUnmailed selects what is not in a mail yet; its index has the same words.
const isUnmailed = "state = 'waiting' AND mail_id = ''"

// Due is the readers with notices that are due and in no mail yet, at most
// limit.
func (r Notices) Due(ctx context.Context, now time.Time, limit int) ([]NoticeReader, error) {
	var readers []NoticeReader
	err := r.with(ctx).Model(&model.Notice{}).Select("account_id, email_folded").
		Where(isUnmailed+" AND due_at <= ?", now).Group("account_id, email_folded").
		Order("min(due_at)").Limit(limit).Scan(&readers).Error
	return readers, classify(err)
}

// Unmailed is all notices of a reader that are in no mail yet, oldest first.
func (r Notices) Unmailed(ctx context.Context, reader NoticeReader) ([]model.Notice, error) {
	var notices []model.Notice
	err := r.of(ctx, reader).Where(isUnmailed).Order("created_at, id").Find(&notices).Error
	return notices, classify(err)
}

// LastMails is how many mails were made for a reader since a moment, and when the
// last was.
func (r Notices) LastMails(ctx context.Context, reader NoticeReader, since time.Time) (int, time.Time, error) {
	var mails []struct {
		MailID string
		At     time.Time
	}
	err := r.of(ctx, reader).Model(&model.Notice{}).Select("DISTINCT mail_id, mailed_at AS at").Where("mailed_at > ?", since).
		Order("mailed_at").Scan(&mails).Error
	if err != nil || len(mails) == 0 {
		return 0, time.Time{}, classify(err)
	}
	return len(mails), mails[len(mails)-1].At, nil
}

// Postpone lets the notices of a reader that are in no mail yet wait.
func (r Notices) Postpone(ctx context.Context, reader NoticeReader, until time.Time) error {
	return classify(r.of(ctx, reader).Model(&model.Notice{}).Where(isUnmailed).Update("due_at", until).Error)
}

// Mail puts notices into a mail.
func (r Notices) Mail(ctx context.Context, ids []string, mailID string, at time.Time) error {
	return r.each(ctx, ids, map[string]any{"mail_id": mailID, "mailed_at": at})
}

// Waiting is the notices of a mail that have not been sent, oldest first.
func (r Notices) Waiting(ctx context.Context, mailID string) ([]model.Notice, error) {
	var notices []model.Notice
	err := r.with(ctx).Where("mail_id = ? AND mail_id <> '' AND state = ?", mailID, model.NoticeWaiting).
		Order("created_at, id").Find(&notices).Error
	return notices, classify(err)
}

// Settle gives waiting notices their final state. Those that have one keep it.
func (r Notices) Settle(ctx context.Context, ids []string, state model.NoticeState, reason string, at time.Time) error {
	return r.each(ctx, ids, map[string]any{"state": state, "reason": reason, "settled_at": at})
}

// Attempt notes that the mail of waiting notices could not be sent yet.
func (r Notices) Attempt(ctx context.Context, ids []string, attempts int, reason string) error {
	return r.each(ctx, ids, map[string]any{"attempts": attempts, "reason": reason})
}

// each changes those of the notices that are waiting.
func (r Notices) each(ctx context.Context, ids []string, values map[string]any) error {
	const batch = 1000
	for len(ids) > 0 {
		some := ids[:min(len(ids), batch)]
		ids = ids[len(some):]
		err := r.with(ctx).Model(&model.Notice{}).Where("id IN ? AND state = ?", some, model.NoticeWaiting).Updates(values).Error
		if err != nil {
			return classify(err)
		}
	}
	return nil
}

// NoticeBacklog is what has not been sent.
type NoticeBacklog struct {
	Waiting int64
	Oldest  *time.Time // when the oldest of them was queued
}

// Backlog counts what has not been sent.
func (r Notices) Backlog(ctx context.Context) (NoticeBacklog, error) {
	var b NoticeBacklog
	waiting := r.with(ctx).Model(&model.Notice{}).Where("state = 'waiting'")
	if err := waiting.Count(&b.Waiting).Error; err != nil || b.Waiting == 0 {
		return b, classify(err)
	}
	var oldest []model.Notice
	err := r.with(ctx).Select("created_at").Where("state = 'waiting'").Order("created_at").Limit(1).Find(&oldest).Error
	if len(oldest) > 0 {
		b.Oldest = &oldest[0].CreatedAt
	}
	return b, classify(err)
}

// Expire drops what has waited since before a moment, and reports how many that
// were.
func (r Notices) Expire(ctx context.Context, before, now time.Time, reason string) (int64, error) {
	done := r.with(ctx).Model(&model.Notice{}).Where("state = 'waiting' AND created_at < ?", before).
		Updates(map[string]any{"state": model.NoticeDropped, "reason": reason, "settled_at": now})
	return done.RowsAffected, classify(done.Error)
}

// Forget removes notices that were queued before a moment.
func (r Notices) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("created_at < ?", before).Delete(&model.Notice{}).Error)
}

func (r Notices) of(ctx context.Context, reader NoticeReader) *gorm.DB {
	return r.with(ctx).Where("account_id = ? AND email_folded = ?", reader.AccountID, reader.EmailFolded)
}
