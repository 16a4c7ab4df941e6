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

// What counts are told apart by.
const (
	UsageByScope  = "scope"
	UsageByCaller = "caller"
	// UsageOther is the name of all that were too many to be told apart.
	UsageOther = ""
)

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
	LastIP     string      // who presented the secret; empty if that is not known
	LastCaller string      // the id of who asked
	Parts      []UsagePart `gorm:"-"`
}

// UsagePart counts those of the answers that have the same scope or caller.
type UsagePart struct {
	By   string // UsageByScope or UsageByCaller
	Name string
	N    int64
}

// Usage is the tables of counts.
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

// countRow and partRow are rows as the statements below read them; times are in
// microseconds since 1970.
type countRow struct {
	TokenID    string `json:"token_id"`
	Start      int64  `json:"start"`
	Code       string `json:"code"`
	Previous   bool   `json:"previous"`
	N          int64  `json:"n"`
	LastAt     int64  `json:"last_at"`
	LastIP     string `json:"last_ip"`
	LastCaller string `json:"last_caller"`
}

type partRow struct {
	TokenID  string `json:"token_id"`
	Start    int64  `json:"start"`
	Code     string `json:"code"`
	Previous bool   `json:"previous"`
	Part     string `json:"part"`
	Name     string `json:"name"`
	N        int64  `json:"n"`
}

// Add adds hourly counts to those that are there. No two of them may be for the
// same token, hour and outcome.
func (r Usage) Add(ctx context.Context, counts []UsageCount) error {
	// Always in the same order, so that two nodes do not wait for each other.
	slices.SortFunc(counts, func(a, b UsageCount) int {
		return cmp.Or(cmp.Compare(a.TokenID, b.TokenID), a.Start.Compare(b.Start), cmp.Compare(a.Code, b.Code), ordered(a.Previous, b.Previous))
	})
	rows, parts := make([]countRow, len(counts)), []partRow{}
	for i := range counts {
		c := &counts[i]
		start := c.Start.UnixMicro()
		rows[i] = countRow{c.TokenID, start, c.Code, c.Previous, c.N, c.LastAt.UnixMicro(), c.LastIP, c.LastCaller}
		slices.SortFunc(c.Parts, func(a, b UsagePart) int { return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Name, b.Name)) })
		for _, p := range c.Parts {
			parts = append(parts, partRow{c.TokenID, start, c.Code, c.Previous, p.By, p.Name, p.N})
		}
	}
	if err := r.addRows(ctx, "token_usage", countColumns, rows); err != nil || len(parts) == 0 {
		return err
	}
	return r.addRows(ctx, "token_usage_parts", partColumns, parts)
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

// addRows adds rows in one statement, which gets them as JSON.
func (r Usage) addRows(ctx context.Context, table string, columns []usageColumn, rows any) error {
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode usage: %w", err)
	}
	return classify(r.with(ctx).Exec("INSERT INTO "+table+" ("+names(columns)+", resolution) SELECT "+
		r.readers(columns)+", 'hour' FROM "+r.rowsOf(columns)+" WHERE true "+merge(table), string(text)).Error)
}
