package repository

import (
	"context"
	"fmt"
	"time"
)

// The kinds of change. A node that does not know a kind drops all it caches.
const (
	ChangeToken   = "token"
	ChangeAccount = "account"
	ChangeCatalog = "catalog"
	ChangePepper  = "pepper"
	// ChangeNothing is a number taken by a call that found nothing to change.
	ChangeNothing = "nothing"
)

// Change is a line of the change log: what nodes must drop from their caches.
type Change struct {
	Number   int64 `gorm:"primaryKey;autoIncrement:false"`
	Kind     string
	ObjectID string
	At       time.Time
}

// TableName is the table of changes.
func (Change) TableName() string { return "change_log" }

// Changes is the change sequence and its log.
type Changes struct{ table }

// Append takes the next number for a change. The number is locked until the
// transaction ends, so numbers are in the order of commits: append last. It
// must be called in a transaction.
func (r Changes) Append(ctx context.Context, kind, id string, at time.Time) (int64, error) {
	var number int64
	err := r.with(ctx).Raw("UPDATE change_sequence SET value = value + 1 RETURNING value").Scan(&number).Error
	if err != nil {
		return 0, fmt.Errorf("next change: %w", classify(err))
	}
	change := Change{Number: number, Kind: kind, ObjectID: id, At: at}
	if err := r.with(ctx).Create(&change).Error; err != nil {
		return 0, fmt.Errorf("log change: %w", classify(err))
	}
	return number, nil
}

// Last is the number of the last change.
func (r Changes) Last(ctx context.Context) (int64, error) {
	var number int64
	err := r.with(ctx).Raw("SELECT value FROM change_sequence").Scan(&number).Error
	return number, classify(err)
}

// After is the changes with numbers above number, in order, at most limit.
func (r Changes) After(ctx context.Context, number int64, limit int) ([]Change, error) {
	var changes []Change
	err := r.with(ctx).Where("number > ?", number).Order("number").Limit(limit).Find(&changes).Error
	return changes, classify(err)
}

// Trim removes changes from before a moment; nodes that need them empty their
// caches instead.
func (r Changes) Trim(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("at < ?", before).Delete(&Change{}).Error)
}
