package repository

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Leaks is where secrets were found, and the reports that are still to be looked
// into.
type Leaks struct{ table }

// LeakReport is a report that was taken.
type LeakReport struct {
	ID       string `gorm:"primaryKey"`
	At       time.Time
	DueAt    time.Time // when it may be looked into
	Source   string
	Reporter string
	Sealed   []byte // what was found, and where
}

// InsertReport stores a report.
func (r Leaks) InsertReport(ctx context.Context, report *LeakReport) error {
	return classify(r.with(ctx).Create(report).Error)
}

// Reports counts the reports that are kept, up to a limit.
func (r Leaks) Reports(ctx context.Context, limit int) (count int64, err error) {
	waiting := r.with(ctx).Model(&LeakReport{}).Select("1").Limit(limit)
	err = r.with(ctx).Table("(?) AS waiting", waiting).Count(&count).Error
	return count, classify(err)
}

// Oldest is when the oldest report came; nil if there is none.
func (r Leaks) Oldest(ctx context.Context) (*time.Time, error) {
	var reports []LeakReport
	err := r.with(ctx).Select("at").Order("at").Limit(1).Find(&reports).Error
	if err != nil || len(reports) == 0 {
		return nil, classify(err)
	}
	return &reports[0].At, nil
}

// TakeReport is the oldest report that is due, if there is one. It is not due
// again before a moment, so that it is looked into again if it is still there
// then. It must be called in a transaction.
func (r Leaks) TakeReport(ctx context.Context, now, until time.Time) (report LeakReport, found bool, err error) {
	query := r.with(ctx)
	if r.dialect == Postgres {
		query = query.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
	}
	done := query.Where("due_at <= ?", now).Order("due_at").Limit(1).Find(&report)
	if done.Error != nil || done.RowsAffected == 0 {
		return report, false, classify(done.Error)
	}
	err = r.with(ctx).Model(&report).UpdateColumn("due_at", until).Error
	return report, true, classify(err)
}

// DeleteReport removes a report.
func (r Leaks) DeleteReport(ctx context.Context, id string) error {
	return classify(r.with(ctx).Where("id = ?", id).Delete(&LeakReport{}).Error)
}

// FoundSecret is whose a digest is.
type FoundSecret struct {
	TokenID    string
	AccountID  string
	Generation int
	Digest     []byte
}

// findAtOnce bounds the digests of one statement, which may have some 32,000
// parameters on SQLite.
const findAtOnce = 10_000

// Find is whose the digests are, of current secrets and of replaced ones.
func (r Leaks) Find(ctx context.Context, digests [][]byte) ([]FoundSecret, error) {
	var found []FoundSecret
	for some := range slices.Chunk(digests, findAtOnce) {
		secrets, err := r.find(ctx, some)
		if err != nil {
			return nil, err
		}
		found = append(found, secrets...)
	}
	return found, nil
}

func (r Leaks) find(ctx context.Context, digests [][]byte) ([]FoundSecret, error) {
	var current, replaced []FoundSecret
	err := r.with(ctx).Model(&model.Token{}).Select("id AS token_id, account_id, generation, digest").
		Where("digest IN ?", digests).Scan(&current).Error
	if err != nil {
		return nil, classify(err)
	}
	err = r.with(ctx).Table("previous_secrets AS p").Joins("JOIN tokens ON tokens.id = p.token_id").
		Select("p.token_id, tokens.account_id, p.generation, p.digest").Where("p.digest IN ?", digests).Scan(&replaced).Error
	return append(current, replaced...), classify(err)
}

// Places counts the places where a secret was found.
func (r Leaks) Places(ctx context.Context, tokenID string, generation int) (count int64, err error) {
	err = r.with(ctx).Model(&model.Leak{}).Where("token_id = ? AND generation = ?", tokenID, generation).Count(&count).Error
	return count, classify(err)
}

// Again notes that a secret was found once more at a place. It reports false if
// it was not found there before.
func (r Leaks) Again(ctx context.Context, leak *model.Leak) (bool, error) {
	done := r.with(ctx).Model(&model.Leak{}).
		Where("token_id = ? AND generation = ? AND place = ?", leak.TokenID, leak.Generation, leak.Place).
		UpdateColumns(map[string]any{"times": gorm.Expr("times + 1"), "last_at": leak.LastAt})
	return done.RowsAffected == 1, classify(done.Error)
}

// Insert stores a place where a secret was found.
func (r Leaks) Insert(ctx context.Context, leak *model.Leak) error {
	return classify(r.with(ctx).Create(leak).Error)
}

// OfToken is a page of where the secrets of a token were found, the latest first.
// Positions have the generation as their Text and the place, in hex, as their ID.
func (r Leaks) OfToken(ctx context.Context, tokenID string, page Page) ([]model.Leak, error) {
	query := r.with(ctx).Where("token_id = ?", tokenID)
	if page.After != nil {
		query = query.Where("(last_at, generation, "+r.hex("place")+") < (?, CAST(? AS integer), ?)",
			page.After.Time, page.After.Text, page.After.ID)
	}
	var leaks []model.Leak
	err := query.Order("last_at DESC, generation DESC, " + r.hex("place") + " DESC").Limit(page.Limit).Find(&leaks).Error
	return leaks, classify(err)
}

// hex is the expression of bytes in lower-case hex.
func (t table) hex(column string) string {
	if t.dialect == SQLite {
		return "lower(hex(" + column + "))"
	}
	return "encode(" + column + ", 'hex')"
}
