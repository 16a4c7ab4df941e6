package repository

import (
	"context"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// Accounts is the table of accounts.
type Accounts struct{ table }

// AccountFilter narrows a list of accounts. Zero fields do not.
type AccountFilter struct {
	Type       string
	State      model.AccountState
	ExternalID string
	Query      string // part of the name, or the id or external id
}

// accountRow is an account as it is stored.
type accountRow struct {
	model.Account
	NameFolded string // for search
}

// TableName is the table of accounts.
func (accountRow) TableName() string { return "accounts" }

// Insert stores a new account. If there is one with its external id, the error
// has code "external_id_taken".
func (r Accounts) Insert(ctx context.Context, a *model.Account) error {
	return accountTaken(r.with(ctx).Create(&accountRow{*a, model.Fold(a.Name)}).Error)
}

// Update stores the settings of an account.
func (r Accounts) Update(ctx context.Context, a *model.Account) error {
	row := &accountRow{*a, model.Fold(a.Name)}
	return accountTaken(r.with(ctx).Model(row).
		Select("name", "name_folded", "external_id", "state", "policy", "updated_at").Updates(row).Error)
}

func accountTaken(err error) error {
	switch {
	case violates(err, "accounts_external_id_key"):
		return model.Errorf(model.KindConflict, "external_id_taken", "Another account has this external id.")
	case violates(err, "accounts_operator_key"):
		return model.Errorf(model.KindConflict, "operator_exists", "There is an operator account already.")
	}
	return classify(err)
}

// ByID is the account of that id.
func (r Accounts) ByID(ctx context.Context, id string) (model.Account, error) {
	return r.one(ctx, "id = ?", id)
}

// ForUpdate is the account of that id, locked until the transaction ends.
func (r Accounts) ForUpdate(ctx context.Context, id string) (model.Account, error) {
	return Accounts{r.locking()}.one(ctx, "id = ?", id)
}

// ByExternalID is the account that the identity provider calls so.
func (r Accounts) ByExternalID(ctx context.Context, id string) (model.Account, error) {
	return r.one(ctx, "external_id = ?", id)
}

// Operator is the operator account.
func (r Accounts) Operator(ctx context.Context) (model.Account, error) {
	return r.one(ctx, "type = ?", model.OperatorType)
}

func (r Accounts) one(ctx context.Context, where string, args ...any) (model.Account, error) {
	var a model.Account
	err := r.with(ctx).Where(where, args...).Take(&a).Error
	return a, classify(err)
}

// List is a page of accounts, oldest first.
func (r Accounts) List(ctx context.Context, filter AccountFilter, page Page) ([]model.Account, error) {
	query := r.with(ctx).Scopes(page.byCreation)
	if filter.Type != "" {
		query = query.Where("type = ?", filter.Type)
	}
	if filter.State != "" {
		query = query.Where("state = ?", filter.State)
	}
	if filter.ExternalID != "" {
		query = query.Where("external_id = ?", filter.ExternalID)
	}
	if filter.Query != "" {
		part := "%" + likeEscaper.Replace(model.Fold(filter.Query)) + "%"
		query = query.Where(`(name_folded LIKE ? ESCAPE '\' OR id = ? OR external_id = ?)`, part, filter.Query, filter.Query)
	}
	var accounts []model.Account
	err := query.Find(&accounts).Error
	return accounts, classify(err)
}

// locking is the table with its rows locked as they are read.
func (t table) locking() table {
	if t.dialect == Postgres {
		t.db = t.db.Clauses(forUpdate).Session(&gorm.Session{})
	}
	return t
}
