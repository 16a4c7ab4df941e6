package repository

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Resolution is how finely counts are kept.
type Resolution string

// The resolutions.
const (
	Hourly  Resolution = "hour"
	Daily   Resolution = "day"
	Monthly Resolution = "month"
)

// UsageOther is the name, of a scope or a caller, of all that were too many to be
// told apart.
const UsageOther = ""

// UsageCount counts the answers about a token with the same outcome in an hour,
// a day or a month, and tells of the last one.
type UsageCount struct {
	TokenID    string
	Resolution Resolution
	Start      time.Time // in UTC
	Code       string
	Previous   bool // whether it was a secret that a rotation replaced
	N          int64
	LastAt     time.Time
	LastIP     string           // who presented the secret; empty if that is not known
	LastCaller string           // the id of who asked
	Scopes     map[string]int64 `gorm:"serializer:json"` // the same answers, by scope
	Callers    map[string]int64 `gorm:"serializer:json"` // and by the id of who asked
}

// Usage is the table of counts.
type Usage struct{ table }

// Begin notes that a writer writes its batch of that number. It reports false if
// the batch has been written already, or a later one. It must be called in the
// transaction that writes the batch.
func (r Usage) Begin(ctx context.Context, writer string, batch int64, at time.Time) (bool, error) {
	done := r.with(ctx).Exec(`INSERT INTO usage_writers (id, batch, at) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at
		WHERE usage_writers.batch < excluded.batch`, writer, batch, at)
	return done.RowsAffected == 1, classify(done.Error)
}

// countRow is a row as the statement below reads it; times are in microseconds
// since 1970.
type countRow struct {
	TokenID    string           `json:"token_id"`
	Start      int64            `json:"start"`
	Code       string           `json:"code"`
	Previous   bool             `json:"previous"`
	N          int64            `json:"n"`
	LastAt     int64            `json:"last_at"`
	LastIP     string           `json:"last_ip"`
	LastCaller string           `json:"last_caller"`
	Scopes     map[string]int64 `json:"scopes"`
	Callers    map[string]int64 `json:"callers"`
}

// Add adds hourly counts to those that are there, in one statement, which gets
// them as JSON. No two of them may be for the same token, hour and outcome.
func (r Usage) Add(ctx context.Context, counts []UsageCount) error {
	// Always in the same order, so that two nodes do not wait for each other, and
	// in that of the index.
	slices.SortFunc(counts, func(a, b UsageCount) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.TokenID, b.TokenID), cmp.Compare(a.Code, b.Code), ordered(a.Previous, b.Previous))
	})
	rows := make([]countRow, len(counts))
	for i := range counts {
		c := &counts[i]
		rows[i] = countRow{
			c.TokenID, c.Start.UnixMicro(), c.Code, c.Previous, c.N, c.LastAt.UnixMicro(), c.LastIP, c.LastCaller,
			orEmpty(c.Scopes), orEmpty(c.Callers),
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode usage: %w", err)
	}
	return classify(r.with(ctx).Exec("INSERT INTO token_usage ("+names()+", resolution) SELECT "+
		r.readers()+", 'hour' FROM "+r.rows()+" WHERE true "+r.merge(), string(text)).Error)
}

func orEmpty(counts map[string]int64) map[string]int64 {
	if counts == nil {
		return map[string]int64{}
	}
	return counts
}

func ordered(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
