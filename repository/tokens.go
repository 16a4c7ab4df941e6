package repository

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
)

// Tokens is the table of tokens.
type Tokens struct{ table }

// Insert stores a new token without an audit entry. Its errors are those of
// Create.
func (r Tokens) Insert(ctx context.Context, tok *model.Token) error {
	if r.dialect == SQLite {
		return tokenTaken(r.with(ctx).Create(tok).Error, tok.Name)
	}
	err := tokenTaken(r.with(ctx).Omit("last_used_at").Create(tok).Error, tok.Name)
	if err != nil || tok.LastUsedAt == nil {
		return err
	}
	return r.Used(ctx, map[string]time.Time{tok.ID: *tok.LastUsedAt})
}

// tokenSettings are the columns that Update stores; usage has its own.
var tokenSettings = []string{
	"name", "name_folded", "description", "version", "scopes", "primary_contact", "developers", "allowed_cidrs",
	"metadata", "claims", "digest", "pepper", "hint", "generation", "rights_epoch", "revision", "updated_at",
	"expires_at", "disabled_at", "revoked_at", "revoke_reason", "deleted_at", "leaked_at",
}

// Update stores everything of a token but its usage. If another live token of
// the account has its name, the error has code "name_taken".
func (r Tokens) Update(ctx context.Context, tok *model.Token) error {
	return tokenTaken(r.with(ctx).Model(tok).Select(tokenSettings).Updates(tok).Error, tok.Name)
}

func tokenTaken(err error, name string) error {
	if violates(err, "tokens_account_name_key") {
		return model.Errorf(model.KindConflict, "name_taken", "The account already has a token named %q.", name)
	}
	return classify(err)
}

// ByID is the token of that id, of any account, deleted or not.
func (r Tokens) ByID(ctx context.Context, id string) (model.Token, error) {
	var tok model.Token
	err := r.whole(r.with(ctx)).Where("id = ?", id).Take(&tok).Error
	return tok, classify(err)
}

// OfAccount is a token of an account, deleted or not.
func (r Tokens) OfAccount(ctx context.Context, accountID, id string) (model.Token, error) {
	var tok model.Token
	err := r.whole(r.with(ctx)).Where("id = ? AND account_id = ?", id, accountID).Take(&tok).Error
	return tok, classify(err)
}

// ForUpdate is a token of an account that is not deleted, locked until the
// transaction ends.
func (r Tokens) ForUpdate(ctx context.Context, accountID, id string) (model.Token, error) {
	var tok model.Token
	err := r.whole(r.locking().with(ctx)).Where("id = ? AND account_id = ? AND deleted_at IS NULL", id, accountID).Take(&tok).Error
	return tok, classify(err)
}

// Names is the names of the account's live tokens that begin with prefix.
func (r Tokens) Names(ctx context.Context, accountID, prefix string) ([]string, error) {
	var names []string
	err := r.with(ctx).Model(&model.Token{}).
		Where(`account_id = ? AND name LIKE ? ESCAPE '\' AND revoked_at IS NULL`, accountID, likeEscaper.Replace(prefix)+"%").
		Pluck("name", &names).Error
	return names, classify(err)
}

// Redigest replaces the digest of a token's secret, current or replaced, unless
// that secret is not there any more.
func (r Tokens) Redigest(ctx context.Context, id string, old, renewed model.Secret) error {
	values := map[string]any{"digest": renewed.Digest, "pepper": renewed.Pepper}
	err := r.with(ctx).Model(&model.Token{}).Where("id = ? AND digest = ?", id, old.Digest).UpdateColumns(values).Error
	if err != nil {
		return classify(err)
	}
	return classify(r.with(ctx).Model(&model.PreviousSecret{}).
		Where("token_id = ? AND digest = ?", id, old.Digest).UpdateColumns(values).Error)
}

// UsingPepper counts the secrets that a check could still accept under a
// pepper.
func (r Tokens) UsingPepper(ctx context.Context, pepper int, now time.Time) (int64, error) {
	var current, previous int64
	err := r.with(ctx).Model(&model.Token{}).Where("pepper = ? AND revoked_at IS NULL", pepper).Count(&current).Error
	if err != nil {
		return 0, classify(err)
	}
	err = r.with(ctx).Model(&model.PreviousSecret{}).Where("pepper = ? AND expires_at > ?", pepper, now).
		Where("token_id IN (SELECT id FROM tokens WHERE revoked_at IS NULL)").Count(&previous).Error
	return current + previous, classify(err)
}

// ByName is the live tokens of an account with that name: one or none.
func (r Tokens) ByName(ctx context.Context, accountID, name string) ([]model.Token, error) {
	var tokens []model.Token
	err := r.locking().with(ctx).Where("account_id = ? AND name = ? AND revoked_at IS NULL", accountID, name).Find(&tokens).Error
	return tokens, classify(err)
}
