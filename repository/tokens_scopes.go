package repository

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// Holding is the live tokens of an account type that hold any of the scopes and
// have an id above after, by id, at most limit, locked until the transaction
// ends.
func (r Tokens) Holding(ctx context.Context, accountType string, scopes []string, after string, limit int) ([]model.Token, error) {
	query := r.locking().ofType(ctx, accountType).Where("id > ?", after)
	if r.dialect == Postgres {
		query = query.Where("scopes && CAST(? AS text[])", arrayText(scopes))
	} else {
		conditions := make([]string, len(scopes))
		args := make([]any, len(scopes))
		for i, scope := range scopes {
			conditions[i], args[i] = r.holds("scopes", scope)
		}
		query = query.Where(strings.Join(conditions, " OR "), args...)
	}
	var tokens []model.Token
	err := query.Order("id").Limit(limit).Find(&tokens).Error
	return tokens, classify(err)
}

// AnyWithVersion reports whether a live token of an account type has one of the
// versions.
func (r Tokens) AnyWithVersion(ctx context.Context, accountType string, versions []string) (bool, error) {
	var found []string
	err := r.ofType(ctx, accountType).Model(&model.Token{}).Where("version IN ?", versions).Limit(1).Pluck("id", &found).Error
	return len(found) > 0, classify(err)
}

func (t table) ofType(ctx context.Context, accountType string) *gorm.DB {
	return t.with(ctx).Where("account_id IN (SELECT id FROM accounts WHERE type = ?) AND revoked_at IS NULL", accountType)
}
