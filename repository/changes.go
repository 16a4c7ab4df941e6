package repository

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/model"
)

// The kinds of change. A node that does not know a kind drops all it caches.
const (
	ChangeToken   = "token"
	ChangeAccount = "account"
	ChangeCatalog = "catalog"
	ChangePepper  = "pepper"
	// ChangeSigningKey is of the keys that sign JWTs. Nothing that is cached hangs
	// on them.
	ChangeSigningKey = "signing_key"
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

// channel is where PostgreSQL announces the numbers of changes.
const channel = "tokenry_changes"

// appendChange takes a number, logs the change and announces it in one round
// trip. PostgreSQL tells the listeners once the transaction has committed.
const appendChange = "WITH next AS (UPDATE change_sequence SET value = value + 1 RETURNING value), " +
	"logged AS (INSERT INTO change_log (number, kind, object_id, at) " +
	"SELECT value, ?::text, ?::text, ?::timestamptz FROM next) " +
	"SELECT value AS number, pg_notify('" + channel + "', value::text) FROM next"

// Append takes the next number for a change, which is announced on commit. The
// number is locked until the transaction ends, so numbers are in the order of
// commits: append last. It must be called in a transaction.
func (r Changes) Append(ctx context.Context, kind, id string, at time.Time) (int64, error) {
	if r.dialect == Postgres {
		var taken struct{ Number int64 }
		if err := r.with(ctx).Raw(appendChange, kind, id, at).Scan(&taken).Error; err != nil {
			return 0, fmt.Errorf("append change: %w", classify(err))
		}
		return taken.Number, nil
	}
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

// Position is the number of the last change, and the timeline it was read on.
func (r Changes) Position(ctx context.Context) (last int64, on Timeline, err error) {
	var row struct {
		Value    int64
		Timeline Timeline
	}
	err = r.with(ctx).Raw("SELECT value, " + r.timeline() + " AS timeline FROM change_sequence").Scan(&row).Error
	if err == nil && r.server != nil && !r.server.admit(row.Timeline) {
		return 0, "", fmt.Errorf("%w: the primary of timeline %s is deposed", model.Unavailable(), row.Timeline)
	}
	return row.Value, row.Timeline, classify(err)
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
