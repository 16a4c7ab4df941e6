package repository

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Events is the table of events, and how far they have come.
type Events struct{ table }

// EventFilter narrows a list of events. Zero fields do not.
type EventFilter struct {
	AccountID string
	TokenID   string
	Types     []string
}

// Insert stores an event. It reports false, and stores nothing, if its moment
// has been told.
func (r Events) Insert(ctx context.Context, event *model.Event) (bool, error) {
	done := r.with(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "moment"}}, DoNothing: true}).Create(event)
	return done.RowsAffected == 1, classify(done.Error)
}

// List is a page of events in the order of Seq, which is the ID of positions.
// Those that have no place yet are not in it.
func (r Events) List(ctx context.Context, f EventFilter, page Page) ([]model.Event, error) {
	query := r.with(ctx).Where("seq IS NOT NULL")
	if f.AccountID != "" {
		query = query.Where("account_id = ?", f.AccountID)
	}
	if f.TokenID != "" {
		query = query.Where("token_id = ? AND token_id <> ''", f.TokenID)
	}
	if len(f.Types) > 0 {
		query = query.Where("type IN ?", f.Types)
	}
	if page.After != nil {
		query = query.Where("seq "+page.beyond()+" CAST(? AS bigint)", page.After.ID)
	}
	var events []model.Event
	err := query.Order("seq" + page.direction()).Limit(page.Limit).Find(&events).Error
	return events, classify(err)
}

// Forget removes events from before a moment.
func (r Events) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("at < ?", before).Delete(&model.Event{}).Error)
}

// EventCursor is how far the audit log has become events.
type EventCursor struct {
	Sealed   int64 // the last entry that has
	Numbered int64 // the last place that an event has got
}

// Pending reports whether there are entries that have not become events, or
// events without a place.
func (r Events) Pending(ctx context.Context) (pending bool, err error) {
	err = r.with(ctx).Raw("SELECT EXISTS (SELECT 1 FROM audit_entries WHERE seq > (SELECT sealed FROM event_cursor)) " +
		// The order makes SQLite use the index of those without a place.
		"OR EXISTS (SELECT 1 FROM (SELECT id FROM events WHERE seq IS NULL ORDER BY id LIMIT 1) AS unnumbered)").Scan(&pending).Error
	return pending, classify(err)
}

// LockCursor takes the right to go on until the transaction ends. It reports
// false if another node has it.
func (r Events) LockCursor(ctx context.Context) (cursor EventCursor, mine bool, err error) {
	done := r.with(ctx).Raw("SELECT sealed, numbered FROM event_cursor" + r.skipLocked()).Scan(&cursor)
	return cursor, done.RowsAffected == 1, classify(done.Error)
}

// MoveCursor stores how far the log has become events.
func (r Events) MoveCursor(ctx context.Context, to EventCursor) error {
	return classify(r.with(ctx).Exec("UPDATE event_cursor SET sealed = ?, numbered = ?", to.Sealed, to.Numbered).Error)
}

// Sealed is the entries of the audit log above a place, in order, at most limit.
func (r Events) Sealed(ctx context.Context, above int64, limit int) ([]model.AuditEntry, error) {
	var entries []model.AuditEntry
	err := r.with(ctx).Where("seq > ?", above).Order("seq").Limit(limit).Find(&entries).Error
	return entries, classify(err)
}

// Number gives the oldest events without a place, at most limit, those after
// last, and reports how many there were.
func (r Events) Number(ctx context.Context, last int64, limit int) (int64, error) {
	done := r.with(ctx).Exec(`UPDATE events SET seq = ? + o.place FROM (
		SELECT id, row_number() OVER (ORDER BY id) AS place FROM events WHERE seq IS NULL ORDER BY id LIMIT ?
	) AS o WHERE events.id = o.id`, last, limit)
	return done.RowsAffected, classify(done.Error)
}

// skipLocked ends a query for a row that one node at a time works on. A
// transaction of SQLite is alone anyway.
func (r Events) skipLocked() string {
	if r.dialect == SQLite {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}
