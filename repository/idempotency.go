package repository

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// IdempotentAnswer is the answer to a call that may be repeated.
type IdempotentAnswer struct {
	Key         []byte `gorm:"primaryKey"` // a hash of who, what and the header's value
	Fingerprint []byte // a hash of the body
	Sealed      []byte // the answer
	ExpiresAt   time.Time
}

// Idempotency is the table of kept answers.
type Idempotency struct{ table }

// Claim stores an answer that is not known yet. It reports false if there is
// one for the key already; while another transaction holds the key, it waits
// for it. Answers that have expired do not count.
func (r Idempotency) Claim(ctx context.Context, a *IdempotentAnswer, now time.Time) (bool, error) {
	err := r.with(ctx).Where("key = ? AND expires_at <= ?", a.Key, now).Delete(&IdempotentAnswer{}).Error
	if err != nil {
		return false, classify(err)
	}
	done := r.with(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(a)
	return done.RowsAffected == 1, classify(done.Error)
}

// Fulfil stores the sealed answer for a claimed key.
func (r Idempotency) Fulfil(ctx context.Context, key, sealed []byte) error {
	return classify(r.with(ctx).Model(&IdempotentAnswer{}).Where("key = ?", key).Update("sealed", sealed).Error)
}

// ByKey is the answer kept for a key.
func (r Idempotency) ByKey(ctx context.Context, key []byte) (IdempotentAnswer, error) {
	var a IdempotentAnswer
	err := r.with(ctx).Where("key = ?", key).Take(&a).Error
	return a, classify(err)
}

// Forget removes answers that expired before a moment.
func (r Idempotency) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("expires_at < ?", before).Delete(&IdempotentAnswer{}).Error)
}
