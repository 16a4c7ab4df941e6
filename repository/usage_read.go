package repository

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tokenry/tokenry/model"
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

// ofToken goes from one hour, day or month that is there to the next, as the
// index begins with those, and looks for the token in each.
const ofToken = `WITH RECURSIVE starts (start) AS (
		SELECT min(start) FROM token_usage WHERE resolution = ? AND start >= ?
		UNION ALL
		SELECT (SELECT min(u.start) FROM token_usage AS u WHERE u.resolution = ? AND u.start > starts.start)
		FROM starts WHERE starts.start < ?
	)
	SELECT u.* FROM starts JOIN token_usage AS u ON u.resolution = ? AND u.start = starts.start AND u.token_id = ?
	WHERE starts.start < ?`

// OfToken is the counts of a token, oldest first.
func (r Usage) OfToken(ctx context.Context, tokenID string, in UsageRange) ([]UsageCount, error) {
	var all []UsageCount
	for _, by := range []Resolution{Monthly, Daily, Hourly} {
		var counts []UsageCount
		err := r.with(ctx).Raw(ofToken, by, by.Start(in.Since), by, in.Until, by, tokenID, in.Until).Scan(&counts).Error
		if err != nil {
			return nil, classify(err)
		}
		all = append(all, counts...)
	}
	slices.SortFunc(all, func(a, b UsageCount) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Code, b.Code), ordered(a.Previous, b.Previous))
	})
	return all, nil
}

// Last is the counts that tell of the last answer about a token with that code.
// The error is of KindNotFound if there was none in thirteen months.
func (r Usage) Last(ctx context.Context, tokenID, code string) (UsageCount, error) {
	counts, err := r.OfToken(ctx, tokenID, UsageRange{Until: farOff})
	if err != nil {
		return UsageCount{}, err
	}
	counts = slices.DeleteFunc(counts, func(c UsageCount) bool { return c.Code != code })
	if len(counts) == 0 {
		return UsageCount{}, model.NotFound()
	}
	return slices.MaxFunc(counts, func(a, b UsageCount) int { return a.LastAt.Compare(b.LastAt) }), nil
}
