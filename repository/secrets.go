package repository

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
)

// Secrets is the table of secrets that rotations replaced.
type Secrets struct{ table }

// Insert stores a replaced secret.
func (r Secrets) Insert(ctx context.Context, s *model.PreviousSecret) error {
	return classify(r.with(ctx).Create(s).Error)
}

// OfToken is the replaced secrets of a token that are still kept, latest first.
func (r Secrets) OfToken(ctx context.Context, tokenID string) ([]model.PreviousSecret, error) {
	var secrets []model.PreviousSecret
	err := r.with(ctx).Where("token_id = ?", tokenID).Order("generation DESC").Find(&secrets).Error
	return secrets, classify(err)
}

// End makes the replaced secrets of a token that still live end now. It reports
// how many there were.
func (r Secrets) End(ctx context.Context, tokenID string, now time.Time) (int64, error) {
	done := r.with(ctx).Model(&model.PreviousSecret{}).Where("token_id = ? AND expires_at > ?", tokenID, now).
		Updates(map[string]any{"expires_at": now, "ended_at": now})
	return done.RowsAffected, classify(done.Error)
}

// Forget removes replaced secrets that ended before a moment.
func (r Secrets) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("expires_at < ?", before).Delete(&model.PreviousSecret{}).Error)
}
