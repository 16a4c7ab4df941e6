package repository

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// Decoys is who has tried decoys.
type Decoys struct{ table }

// Again adds to an hour of an address. It reports false if there is none yet.
func (r Decoys) Again(ctx context.Context, use *model.DecoyUse) (bool, error) {
	done := r.with(ctx).Model(&model.DecoyUse{}).
		Where("token_id = ? AND hour = ? AND address = ?", use.TokenID, use.Hour, use.Address).
		UpdateColumns(map[string]any{"times": gorm.Expr("times + ?", use.Times), "last_at": use.LastAt})
	return done.RowsAffected == 1, classify(done.Error)
}

// Addresses counts the addresses of an hour.
func (r Decoys) Addresses(ctx context.Context, tokenID string, hour time.Time) (count int64, err error) {
	err = r.with(ctx).Model(&model.DecoyUse{}).Where("token_id = ? AND hour = ?", tokenID, hour).Count(&count).Error
	return count, classify(err)
}

// Insert stores the first use of an address in an hour.
func (r Decoys) Insert(ctx context.Context, use *model.DecoyUse) error {
	return classify(r.with(ctx).Create(use).Error)
}

// OfToken is a page of who has tried a decoy, the latest hour first. Positions
// have the address as their ID.
func (r Decoys) OfToken(ctx context.Context, tokenID string, page Page) ([]model.DecoyUse, error) {
	query := r.with(ctx).Where("token_id = ?", tokenID)
	if page.After != nil {
		query = query.Where("(hour, address) < (?, ?)", page.After.Time, page.After.ID)
	}
	var uses []model.DecoyUse
	err := query.Order("hour DESC, address DESC").Limit(page.Limit).Find(&uses).Error
	return uses, classify(err)
}

// Forget removes what was before a moment.
func (r Decoys) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("hour < ?", before).Delete(&model.DecoyUse{}).Error)
}
