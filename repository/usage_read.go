package repository

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// UsageRange is a stretch of time. Rows that lie in it in part are in it.
type UsageRange struct {
	Since, Until time.Time
}

// Start is when the hour, day or month began that the moment is in, in UTC.
func (r Resolution) Start(at time.Time) time.Time {
	at = at.UTC()
	switch r {
	case Monthly:
		return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	case Daily:
		return at.Truncate(24 * time.Hour)
	}
	return at.Truncate(time.Hour)
}

func (r Usage) within(ctx context.Context, tokenID string, in UsageRange) *gorm.DB {
	return r.with(ctx).Where("token_id = ?", tokenID).Where(
		"start < ? AND (resolution = 'hour' AND start >= ? OR resolution = 'day' AND start >= ? OR resolution = 'month' AND start >= ?)",
		in.Until, Hourly.Start(in.Since), Daily.Start(in.Since), Monthly.Start(in.Since))
}

// OfToken is the counts of a token, oldest first, without their parts.
func (r Usage) OfToken(ctx context.Context, tokenID string, in UsageRange) ([]UsageCount, error) {
	var counts []UsageCount
	err := r.within(ctx, tokenID, in).Table("token_usage").Order("start, code, previous").Find(&counts).Error
	return counts, classify(err)
}

// Last is the counts that tell of the last answer about a token with that code.
// The error is of KindNotFound if there was none in thirteen months.
func (r Usage) Last(ctx context.Context, tokenID, code string) (UsageCount, error) {
	var count UsageCount
	err := r.with(ctx).Table("token_usage").Where("token_id = ? AND code = ?", tokenID, code).Order("last_at DESC").Take(&count).Error
	return count, classify(err)
}

// UsageSum is how many answers with the same outcome have the same scope or
// caller.
type UsageSum struct {
	Name     string
	Code     string
	Previous bool
	N        int64
}

// Sums tells the counts of a token apart by UsageByScope or UsageByCaller, the
// most first.
func (r Usage) Sums(ctx context.Context, tokenID, by string, in UsageRange) ([]UsageSum, error) {
	var sums []UsageSum
	err := r.within(ctx, tokenID, in).Table("token_usage_parts").Where("part = ?", by).Group("name, code, previous").
		Select("name, code, previous, CAST(sum(n) AS bigint) AS n").Order("n DESC, name, code, previous").Find(&sums).Error
	return sums, classify(err)
}
