package repository

import (
	"context"

	"github.com/tokenry/tokenry/model"
)

// Members is the table of members.
type Members struct{ table }

// MemberFilter narrows a list of members. Zero fields do not.
type MemberFilter struct {
	State      model.MemberState
	ExternalID string
	Query      string // part of the name or the e-mail address
}

// memberRow is a member as it is stored.
type memberRow struct {
	model.Member
	NameFolded  string // for search
	EmailFolded string // for search, and unique among an account's active members
}

// TableName is the table of members.
func (memberRow) TableName() string { return "members" }

func newMemberRow(m *model.Member) *memberRow {
	return &memberRow{*m, model.Fold(m.Name), model.Fold(m.Email)}
}

// Insert stores a new member. If the account has an active one with the same
// e-mail address, or any with the same external id, the error has code
// "email_taken" or "external_id_taken".
func (r Members) Insert(ctx context.Context, m *model.Member) error {
	return memberTaken(r.with(ctx).Create(newMemberRow(m)).Error)
}

// memberSettings are the columns that Update stores.
var memberSettings = []string{
	"name", "name_folded", "email", "email_folded", "role", "state", "language", "external_id", "operator", "updated_at",
}

// Update stores the settings of a member; its errors are those of Insert.
func (r Members) Update(ctx context.Context, m *model.Member) error {
	row := newMemberRow(m)
	return memberTaken(r.with(ctx).Model(row).Select(memberSettings).Updates(row).Error)
}

func memberTaken(err error) error {
	switch {
	case violates(err, "members_account_external_id_key"):
		return model.Errorf(model.KindConflict, "external_id_taken", "Another member of the account has this external id.")
	case violates(err, "members_account_email_key"):
		return model.Errorf(model.KindConflict, "email_taken", "Another active member of the account has this e-mail address.")
	}
	return classify(err)
}

// ByID is a member of an account.
func (r Members) ByID(ctx context.Context, accountID, id string) (model.Member, error) {
	return r.one(ctx, "account_id = ? AND id = ?", accountID, id)
}

// ForUpdate is a member of an account, locked until the transaction ends.
func (r Members) ForUpdate(ctx context.Context, accountID, id string) (model.Member, error) {
	return Members{r.locking()}.one(ctx, "account_id = ? AND id = ?", accountID, id)
}

// ByExternalID is the member of an account that the identity provider calls so.
func (r Members) ByExternalID(ctx context.Context, accountID, id string) (model.Member, error) {
	return r.one(ctx, "account_id = ? AND external_id = ?", accountID, id)
}

func (r Members) one(ctx context.Context, where string, args ...any) (model.Member, error) {
	var m model.Member
	err := r.with(ctx).Where(where, args...).Take(&m).Error
	return m, classify(err)
}

// Candidates is the active members, of active accounts, of that id or e-mail
// address, or if it is empty those who are operators; of the account of that id,
// external id or name, unless it is empty. Ten at most.
func (r Members) Candidates(ctx context.Context, account, member string) ([]model.Member, error) {
	query := r.with(ctx).Select("members.*").Joins("JOIN accounts ON accounts.id = members.account_id").
		Where("members.state = ? AND accounts.state = ?", model.MemberActive, model.AccountActive)
	if member == "" {
		query = query.Where("members.operator")
	} else {
		query = query.Where("(members.id = ? OR members.email_folded = ?)", member, model.Fold(member))
	}
	if account != "" {
		query = query.Where("(accounts.id = ? OR accounts.external_id = ? OR accounts.name = ?)", account, account, account)
	}
	var members []model.Member
	err := query.Order("members.created_at").Limit(10).Find(&members).Error
	return members, classify(err)
}

// List is a page of an account's members, oldest first.
func (r Members) List(ctx context.Context, accountID string, filter MemberFilter, page Page) ([]model.Member, error) {
	query := r.with(ctx).Where("account_id = ?", accountID).Scopes(page.byCreation)
	if filter.State != "" {
		query = query.Where("state = ?", filter.State)
	}
	if filter.ExternalID != "" {
		query = query.Where("external_id = ?", filter.ExternalID)
	}
	if filter.Query != "" {
		part := "%" + likeEscaper.Replace(model.Fold(filter.Query)) + "%"
		query = query.Where(`(name_folded LIKE ? ESCAPE '\' OR email_folded LIKE ? ESCAPE '\')`, part, part)
	}
	var members []model.Member
	err := query.Find(&members).Error
	return members, classify(err)
}

// InactiveIDs is the ids of the account's members that cannot be contacts.
func (r Members) InactiveIDs(ctx context.Context, accountID string) ([]string, error) {
	var ids []string
	err := r.with(ctx).Model(&model.Member{}).
		Where("account_id = ? AND state <> ?", accountID, model.MemberActive).Pluck("id", &ids).Error
	return ids, classify(err)
}
