package repository

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
)

// LockScan takes the right to go on with a search until the transaction ends,
// and gives how far it has come. A search that is new has come to start. It
// reports false if another node has it.
func (r Events) LockScan(ctx context.Context, kind string, start time.Time) (at Position, mine bool, err error) {
	row := struct {
		At time.Time
		ID string
	}{At: start}
	done := r.with(ctx).Raw("SELECT at, id FROM event_scans WHERE kind = ?"+r.skipLocked(), kind).Scan(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		done = r.with(ctx).Exec("INSERT INTO event_scans (kind, at, id) VALUES (?, ?, '') ON CONFLICT DO NOTHING", kind, start)
	}
	return Position{Time: row.At, ID: row.ID}, done.RowsAffected == 1, classify(done.Error)
}

// MoveScan stores how far a search has come.
func (r Events) MoveScan(ctx context.Context, kind string, to Position) error {
	return classify(r.with(ctx).Exec("UPDATE event_scans SET at = ?, id = ? WHERE kind = ?", to.Time, to.ID, kind).Error)
}

// Expiring is the tokens that are not revoked and expire after a position and
// not after a moment, in that order, at most limit.
func (r Events) Expiring(ctx context.Context, after Position, until time.Time, limit int) ([]model.Token, error) {
	var tokens []model.Token
	err := r.whole(r.with(ctx)).Where("expires_at IS NOT NULL AND revoked_at IS NULL").
		Where("(expires_at, id) > (?, ?) AND expires_at <= ?", after.Time, after.ID, until).
		Order("expires_at, id").Limit(limit).Find(&tokens).Error
	return tokens, classify(err)
}

// InCareOf is tokens of an account that are not revoked and whose primary
// contact is that member, oldest first, at most limit, and how many there are in
// all.
func (r Events) InCareOf(ctx context.Context, accountID, memberID string, limit int) (tokens []model.Token, count int64, err error) {
	query := r.with(ctx).Model(&model.Token{}).
		Where("account_id = ? AND primary_contact = ? AND deleted_at IS NULL AND revoked_at IS NULL", accountID, memberID)
	if err := query.Count(&count).Error; err != nil || count == 0 {
		return nil, 0, classify(err)
	}
	err = r.whole(query).Order("created_at, id").Limit(limit).Find(&tokens).Error
	return tokens, count, classify(err)
}

// Told is which of the moments have been told.
func (r Events) Told(ctx context.Context, moments []string) (map[string]bool, error) {
	var known []string
	err := r.with(ctx).Model(&model.Event{}).Where("moment IN ?", moments).Pluck("moment", &known).Error
	told := make(map[string]bool, len(known))
	for _, moment := range known {
		told[moment] = true
	}
	return told, classify(err)
}

// MindingUnused is a page of the active accounts whose policy minds tokens that
// are not used, oldest first.
func (r Events) MindingUnused(ctx context.Context, page Page) ([]model.Account, error) {
	var accounts []model.Account
	err := r.with(ctx).Where("state = ? AND policy LIKE ?", model.AccountActive, `%"unused_after_days":%`).
		Scopes(page.byCreation).Find(&accounts).Error
	return accounts, classify(err)
}

// Ending is the replaced secrets that end by themselves after a position and not
// after a moment, in that order, at most limit. The ID of positions is the
// token's.
func (r Events) Ending(ctx context.Context, after Position, until time.Time, limit int) ([]model.PreviousSecret, error) {
	var secrets []model.PreviousSecret
	err := r.with(ctx).Where("(expires_at, token_id) > (?, ?) AND expires_at <= ? AND ended_at IS NULL", after.Time, after.ID, until).
		Order("expires_at, token_id").Limit(limit).Find(&secrets).Error
	return secrets, classify(err)
}

// PreviousUses is the counts, by the hour, of the good uses of replaced secrets
// of some tokens in a stretch of time.
func (r Events) PreviousUses(ctx context.Context, tokenIDs []string, in UsageRange) ([]UsageCount, error) {
	var hours []time.Time
	for hour := Hourly.Start(in.Since); hour.Before(in.Until); hour = hour.Add(time.Hour) {
		hours = append(hours, hour)
	}
	var counts []UsageCount
	err := r.with(ctx).Table("token_usage").
		Where("resolution = ? AND start IN ? AND token_id IN ? AND code = 'ok' AND previous", Hourly, hours, tokenIDs).Find(&counts).Error
	return counts, classify(err)
}
