package repository

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Key is a sealed key as it is stored.
type Key struct {
	Kind      string `gorm:"primaryKey"` // pepper, audit, idempotency, signing
	Number    int    `gorm:"primaryKey;autoIncrement:false"`
	Sealed    []byte // by the root key, with the kind and number as context
	CreatedAt time.Time
	RetiredAt *time.Time
}

// Keys is the table of sealed keys.
type Keys struct{ table }

// All is every key, retired ones too, by kind and number.
func (r Keys) All(ctx context.Context) ([]Key, error) {
	var keys []Key
	err := r.with(ctx).Order("kind, number").Find(&keys).Error
	return keys, classify(err)
}

// Insert stores a new key. Of two that insert the same number one gets an error
// with code "key_exists".
func (r Keys) Insert(ctx context.Context, key *Key) error {
	err := r.with(ctx).Create(key).Error
	if violates(err, "keys_pkey") {
		return model.Errorf(model.KindConflict, "key_exists", "There is a %s %d already.", key.Kind, key.Number)
	}
	return classify(err)
}

// Reseal replaces the sealed form of a key.
func (r Keys) Reseal(ctx context.Context, key Key) error {
	err := r.with(ctx).Model(&Key{}).Where("kind = ? AND number = ?", key.Kind, key.Number).
		Update("sealed", key.Sealed).Error
	return classify(err)
}

// Retire marks a key as retired. It reports whether the key was there and not
// retired yet.
func (r Keys) Retire(ctx context.Context, kind string, number int, at time.Time) (bool, error) {
	done := r.with(ctx).Model(&Key{}).Where("kind = ? AND number = ? AND retired_at IS NULL", kind, number).
		Update("retired_at", at)
	return done.RowsAffected == 1, classify(done.Error)
}

// Lock makes other transactions that lock the keys wait until this one ends.
func (r Keys) Lock(ctx context.Context) error {
	if r.dialect == SQLite { // a transaction is alone there
		return nil
	}
	if err := r.with(ctx).Exec("LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
		return fmt.Errorf("lock keys: %w", classify(err))
	}
	return nil
}

// forUpdate locks the rows that a query in a transaction reads.
var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}
