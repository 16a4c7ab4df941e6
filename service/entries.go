package service

import (
	"reflect"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
)

// newEntry is an audit entry for what an actor did to an object, in the account
// acted in.
func newEntry(actor model.Actor, at time.Time, action, kind, id string) *model.AuditEntry {
	return &model.AuditEntry{
		ID: secret.NewID(), At: at, Action: action, AccountID: actor.AccountID,
		ObjectKind: kind, ObjectID: id,
		ActorKind: actor.Kind, ActorID: actor.ID, ActorName: actor.Name,
		RequestID: actor.RequestID, IP: actor.IP,
	}
}

// tokenEntry is an audit entry for what an actor did to a token.
func tokenEntry(actor model.Actor, at time.Time, action string, before, after *model.Token) *model.AuditEntry {
	entry := newEntry(actor, at, action, "token", after.ID)
	entry.AccountID, entry.TokenID = after.AccountID, after.ID
	entry.Changes = differences(tokenFacts(before), tokenFacts(after))
	return entry
}

// tokenFacts is what the audit log tells of a token. A nil token has none.
func tokenFacts(t *model.Token) map[string]any {
	if t == nil {
		return nil
	}
	return map[string]any{
		"name": t.Name, "description": t.Description, "version": t.Version, "scopes": t.Scopes,
		"contacts.primary": t.PrimaryContact, "contacts.developers": t.Developers,
		"allowed_cidrs": t.AllowedCIDRs, "metadata": t.Metadata, "claims": t.Claims,
		"expires_at": timeFact(t.ExpiresAt), "disabled_at": timeFact(t.DisabledAt),
		"revoked_at": timeFact(t.RevokedAt), "deleted_at": timeFact(t.DeletedAt),
		"secret_hint": t.Secret.Hint, "generation": t.Generation, "leaked_at": timeFact(t.LeakedAt), "decoy": flagFact(t.Decoy),
	}
}

// flagFact is nothing for what is not so: most tokens are not.
func flagFact(is bool) any {
	if !is {
		return nil
	}
	return true
}

func timeFact(at *time.Time) any {
	if at == nil {
		return nil
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// differences is the facts that are not the same before and after, leaving out
// those that are empty on both sides.
func differences(before, after map[string]any) map[string]model.Change {
	changes := map[string]model.Change{}
	for field, now := range after {
		was := before[field]
		if !reflect.DeepEqual(was, now) && (!isEmpty(was) || !isEmpty(now)) {
			changes[field] = model.Change{Old: was, New: now}
		}
	}
	return changes
}

func isEmpty(fact any) bool {
	if fact == nil {
		return true
	}
	v := reflect.ValueOf(fact)
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	}
	return false
}
