package repository

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/model"
)

// Catalog is the stored catalog of an account type.
type Catalog struct {
	AccountType string        `gorm:"primaryKey"`
	Document    model.Catalog `gorm:"serializer:json"`
	Revision    int64
	UpdatedAt   time.Time `gorm:"autoUpdateTime:false"`
}

// Catalogs is the table of catalogs.
type Catalogs struct{ table }

// ByType is the catalog of an account type.
func (r Catalogs) ByType(ctx context.Context, accountType string) (Catalog, error) {
	var c Catalog
	err := r.with(ctx).Where("account_type = ?", accountType).Take(&c).Error
	return c, classify(err)
}

// Types is the account types that have a catalog.
func (r Catalogs) Types(ctx context.Context) ([]string, error) {
	var types []string
	err := r.with(ctx).Model(&Catalog{}).Order("account_type").Pluck("account_type", &types).Error
	return types, classify(err)
}

// All is every catalog, by account type, locked until the transaction ends if
// lock is set.
func (r Catalogs) All(ctx context.Context, lock bool) ([]Catalog, error) {
	var all []Catalog
	query := r.with(ctx).Order("account_type")
	if lock && r.dialect == Postgres {
		query = query.Clauses(forUpdate)
	}
	err := query.Find(&all).Error
	return all, classify(err)
}

// Put stores a catalog in place of the one of its account type.
func (r Catalogs) Put(ctx context.Context, c *Catalog) error {
	if c.Revision == 1 {
		err := r.with(ctx).Create(c).Error
		if violates(err, "catalogs_pkey") { // there was no row to lock
			return fmt.Errorf("%w: %w", errLost, err)
		}
		return classify(err)
	}
	return classify(r.with(ctx).Model(c).Select("document", "revision", "updated_at").Updates(c).Error)
}
