package repository

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/tokenry/tokenry/model"
)

const (
	tokenColumns = "id, account_id, name, name_folded, description, version, scopes, primary_contact, developers, " +
		"allowed_cidrs, metadata, claims, digest, pepper, hint, generation, rights_epoch, revision, created_at, " +
		"created_by, updated_at, expires_at, revoke_reason, decoy"
	entryColumns = "id, at, action, account_id, token_id, object_kind, object_id, actor_kind, actor_id, actor_name, " +
		"request_id, ip, changes, details"
	// A contact that is no active member of the account gives null here, which
	// the column refuses.
	activeContact = "(SELECT id FROM members WHERE id = ? AND account_id = ? AND state = 'active')"
)

var (
	tokenValues = strings.Replace(marks(strings.Count(tokenColumns, ",")+1), "?, ?, ?, ?, ?, ?, ?, ?",
		"?, ?, ?, ?, ?, ?, ?, "+activeContact, 1)
	insertToken = "INSERT INTO tokens (" + tokenColumns + ") VALUES (" + tokenValues + ")"
	insertEntry = "INSERT INTO audit_entries (" + entryColumns + ") VALUES (" + marks(strings.Count(entryColumns, ",")+1) + ")"
)

// Create stores a new token together with its audit entry: on PostgreSQL in one
// statement, which is a transaction of its own and costs one round trip. If the
// account has a live token of that name, the error has code "name_taken"; if
// the primary contact is no active member of the account, "invalid_request".
func (s *Store) Create(ctx context.Context, tok *model.Token, entry *model.AuditEntry) error {
	tokenArgs, err := tokenRow(tok)
	if err != nil {
		return err
	}
	entryArgs, err := entryRow(entry)
	if err != nil {
		return err
	}
	if s.Dialect == Postgres {
		args := append(tokenArgs, entryArgs...)
		return tokenRefused(s.server.surely(func() error {
			return s.db.WithContext(ctx).Exec("WITH token AS ("+insertToken+") "+insertEntry, args...).Error
		}), tok)
	}
	return s.InTx(ctx, func(tx *Store) error {
		if err := tx.db.Exec(insertToken, tokenArgs...).Error; err != nil {
			return tokenRefused(err, tok)
		}
		return classify(tx.db.Exec(insertEntry, entryArgs...).Error)
	})
}

func tokenRefused(err error, tok *model.Token) error {
	if isNull(err, "tokens.primary_contact") {
		return model.Invalid([]model.FieldError{NotAContact()})
	}
	return tokenTaken(err, tok.Name)
}

// NotAContact is the fault of a primary contact that is no active member of the
// account.
func NotAContact() model.FieldError {
	return model.FieldError{
		Field: "contacts.primary", Code: "not_a_contact",
		Message: "The primary contact must be an active member of the account; GET /contacts lists them.",
	}
}

func tokenRow(t *model.Token) ([]any, error) {
	metadata, err := jsonText(t.Metadata)
	if err != nil {
		return nil, err
	}
	claims, err := jsonText(t.Claims)
	if err != nil {
		return nil, err
	}
	return []any{
		t.ID, t.AccountID, t.Name, t.NameFolded, t.Description, t.Version, arrayText(t.Scopes),
		t.PrimaryContact, t.AccountID, arrayText(t.Developers),
		arrayText(t.AllowedCIDRs), metadata, claims, t.Secret.Digest, t.Secret.Pepper, t.Secret.Hint,
		t.Generation, t.RightsEpoch, t.Revision, t.CreatedAt,
		t.CreatedBy, t.UpdatedAt, t.ExpiresAt, t.RevokeReason, t.Decoy,
	}, nil
}

func entryRow(e *model.AuditEntry) ([]any, error) {
	withMaps(e)
	changes, err := jsonText(e.Changes)
	if err != nil {
		return nil, err
	}
	details, err := jsonText(e.Details)
	if err != nil {
		return nil, err
	}
	return []any{
		e.ID, e.At, e.Action, e.AccountID, e.TokenID, e.ObjectKind, e.ObjectID, e.ActorKind, e.ActorID, e.ActorName,
		e.RequestID, e.IP, changes, details,
	}, nil
}

func jsonText(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
