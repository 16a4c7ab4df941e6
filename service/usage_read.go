package service

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// Counts are kept by the hour for keepHourly, then by the day for keepDaily,
	// then by the month.
	keepHourly  = 7 * 24 * time.Hour
	keepDaily   = 92 * 24 * time.Hour
	keepMonthly = 13
	// usageDefault is how far back the usage goes unless it is asked for.
	usageDefault = 30 * 24 * time.Hour
)

// What is counted comes from the database as it is.
type (
	// Resolution is how finely counts are kept: "hour", "day" or "month".
	Resolution = repository.Resolution
	// UsageCount counts the answers with the same outcome in some time.
	UsageCount = repository.UsageCount
)

// UsageSum counts the answers with the same outcome and scope or caller; the
// Name of those that were too many to be told apart is empty.
type UsageSum struct {
	Name     string
	Code     string
	Previous bool
	N        int64
}

// UsageQuery asks how a token was used. Zero fields have defaults.
type UsageQuery struct {
	TokenID    string
	Since      *time.Time // nil for 30 days ago
	Until      *time.Time // nil for now
	Resolution Resolution // empty for days
}

// UsageReport is how a token was used in a stretch of time.
type UsageReport struct {
	Since      time.Time // the start of the first hour, day or month that is counted
	Until      time.Time
	Resolution Resolution
	Total      int64
	Counts     []UsageCount // by time and code, oldest first; where kept less finely, as kept
	Secrets    []UsageCount // by secret and code, with the last of each
	Scopes     []UsageSum   // by scope, code and secret, the most first
	Callers    []UsageSum   // by caller, code and secret, the most first
	Last       *UsageCount  // tells of the last use that was good, whenever; nil for none
}

// OfToken is how a token of the account was used. It outlives the token, and
// lacks the last seconds.
func (u *Usage) OfToken(ctx context.Context, actor model.Actor, q UsageQuery) (UsageReport, error) {
	tok, err := u.Store.Tokens.OfAccount(ctx, actor.AccountID, q.TokenID)
	if err != nil {
		return UsageReport{}, err
	}
	report, err := u.rangeOf(&tok, q)
	if err != nil {
		return UsageReport{}, err
	}
	within := repository.UsageRange{Since: report.Since, Until: report.Until}
	counts, err := u.Store.Usage.OfToken(ctx, tok.ID, within)
	if err != nil {
		return UsageReport{}, err
	}
	report.add(counts)
	report.Scopes = sums(counts, func(c *UsageCount) map[string]int64 { return c.Scopes })
	report.Callers = sums(counts, func(c *UsageCount) map[string]int64 { return c.Callers })
	last, err := u.Store.Usage.Last(ctx, tok.ID, CodeOK)
	switch {
	case err == nil:
		report.Last = &last
	case !model.IsKind(err, model.KindNotFound):
		return UsageReport{}, err
	}
	return report, nil
}

// rangeOf is an empty report of the stretch that is asked for, as far as it is
// kept.
func (u *Usage) rangeOf(tok *model.Token, q UsageQuery) (UsageReport, error) {
	now := u.Now()
	report := UsageReport{Since: now.Add(-usageDefault), Until: now, Resolution: cmp.Or(q.Resolution, repository.Daily)}
	if q.Until != nil {
		report.Until = q.Until.UTC()
		report.Since = report.Until.Add(-usageDefault)
	}
	if q.Since != nil {
		report.Since = q.Since.UTC()
	}
	if !report.Since.Before(report.Until) {
		return UsageReport{}, model.Invalid([]model.FieldError{
			{Field: "since", Code: "out_of_order", Message: "This must be before until, which is now unless it is given."},
		})
	}
	for _, bound := range []time.Time{tok.CreatedAt, oldestUsage(now)} {
		if report.Since.Before(bound) && bound.Before(report.Until) {
			report.Since = bound
		}
	}
	report.Since = report.Resolution.Start(report.Since)
	return report, nil
}

// oldestUsage is when the oldest month began that is kept.
func oldestUsage(now time.Time) time.Time {
	return repository.Monthly.Start(now).AddDate(0, -keepMonthly, 0)
}

// finer orders the resolutions.
var finer = map[Resolution]int{repository.Hourly: 1, repository.Daily: 2, repository.Monthly: 3}

// add adds counts up.
func (r *UsageReport) add(counts []UsageCount) {
	for i := range counts {
		c := counts[i]
		r.Total += c.N
		bySecret := c
		bySecret.Start, bySecret.Resolution = time.Time{}, ""
		r.Secrets = mergeCount(r.Secrets, bySecret)
		if finer[c.Resolution] < finer[r.Resolution] {
			c.Resolution = r.Resolution
		}
		c.Start, c.Previous = c.Resolution.Start(c.Start), false
		r.Counts = mergeCount(r.Counts, c)
	}
	slices.SortStableFunc(r.Counts, func(a, b UsageCount) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Resolution, b.Resolution))
	})
	slices.SortStableFunc(r.Secrets, func(a, b UsageCount) int { return cmp.Compare(b.N, a.N) })
}

// sums tells counts apart by scope or caller, the most first.
func sums(counts []UsageCount, by func(*UsageCount) map[string]int64) []UsageSum {
	totals := map[UsageSum]int64{}
	for i := range counts {
		c := &counts[i]
		for name, n := range by(c) {
			totals[UsageSum{Name: name, Code: c.Code, Previous: c.Previous}] += n
		}
	}
	list := make([]UsageSum, 0, len(totals))
	for sum, n := range totals {
		sum.N = n
		list = append(list, sum)
	}
	slices.SortFunc(list, func(a, b UsageSum) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code),
			cmp.Compare(strconv.FormatBool(a.Previous), strconv.FormatBool(b.Previous)))
	})
	return list
}

// mergeCount adds a count to the one of the same time and outcome.
func mergeCount(counts []UsageCount, c UsageCount) []UsageCount {
	for i := range slices.Backward(counts) {
		have := &counts[i]
		if have.Start.Equal(c.Start) && have.Resolution == c.Resolution && have.Code == c.Code && have.Previous == c.Previous {
			if n := have.N; c.LastAt.Before(have.LastAt) {
				have.N += c.N
			} else {
				*have = c
				have.N += n
			}
			return counts
		}
	}
	return append(counts, c)
}
