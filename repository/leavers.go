package repository

import (
	"context"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// Leaver is an inactive member who is still a contact.
type Leaver struct {
	model.Member
	Tokens int64 // that are not revoked, of which they are the primary contact
}

// held are the live tokens whose primary contact a member is.
const held = "FROM tokens WHERE tokens.account_id = members.account_id AND tokens.primary_contact = members.id " +
	"AND tokens.deleted_at IS NULL AND tokens.revoked_at IS NULL"

// Leavers is a page of leavers, of one account or if it is empty of all, in the
// order in which they became members.
func (r Members) Leavers(ctx context.Context, accountID string, page Page) ([]Leaver, error) {
	query := r.with(ctx).Table("members").Select("members.*, (SELECT count(*) "+held+") AS tokens").
		Where("state <> ? AND EXISTS (SELECT 1 "+held+")", model.MemberActive)
	if accountID != "" {
		query = query.Where("account_id = ?", accountID)
	}
	var leavers []Leaver
	err := query.Scopes(page.byCreation).Scan(&leavers).Error
	return leavers, classify(err)
}

// Held counts the live tokens whose primary contact a member is.
func (r Tokens) Held(ctx context.Context, accountID, memberID string) (count int64, err error) {
	err = r.heldBy(ctx, accountID, memberID).Model(&model.Token{}).Count(&count).Error
	return count, classify(err)
}

// HeldForUpdate is some live tokens whose primary contact a member is, by id, at
// most limit, locked until the transaction ends.
func (r Tokens) HeldForUpdate(ctx context.Context, accountID, memberID string, limit int) ([]model.Token, error) {
	var tokens []model.Token
	err := r.whole(Tokens{r.locking()}.heldBy(ctx, accountID, memberID)).Order("id").Limit(limit).Find(&tokens).Error
	return tokens, classify(err)
}

func (r Tokens) heldBy(ctx context.Context, accountID, memberID string) *gorm.DB {
	return r.with(ctx).Where(
		"account_id = ? AND primary_contact = ? AND deleted_at IS NULL AND revoked_at IS NULL", accountID, memberID)
}
