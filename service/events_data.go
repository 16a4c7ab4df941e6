package service

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// telling is how an entry of the audit log becomes an event.
type telling struct {
	as   string // the type of the event
	data eventData
}

// eventData is the data of the event; nil if there is nothing to tell.
type eventData func(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error)

// tellings is what is told, by the action of the entry. An action that is not
// here is nobody's concern.
var tellings = map[string]telling{
	"token.created":               {model.EventTokenCreated, ofToken("duplicate_of")},
	"token.updated":               {model.EventTokenChanged, withChanges},
	"token.scopes_removed":        {model.EventTokenChanged, withChanges},
	"token.previous_secret_ended": {model.EventTokenChanged, withPreviousEnded},
	"token.rotated":               {model.EventTokenRotated, withGrace},
	"token.disabled":              {model.EventTokenDisabled, ofToken("reason", "cause")},
	"token.enabled":               {model.EventTokenEnabled, ofToken()},
	"token.revoked":               {model.EventTokenRevoked, ofToken("reason", "cause")},
	"token.deleted":               {model.EventTokenDeleted, ofToken()},
	"token.leaked":                {model.EventTokenLeaked, ofToken("url", "source", "reported_by", "secret", "outcome")},
	"token.decoy_used":            {model.EventTokenDecoyUsed, withCall},
	"member.updated":              {model.EventContactMissing, ofContact},
	"webhook.disabled":            {model.EventWebhookDisabled, ofWebhook},
}

// ofToken is the facts of the entry's token, who did it, and those details of
// the entry that are named and there.
func ofToken(details ...string) eventData {
	return func(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
		tok, err := tx.Tokens.OfAccount(ctx, entry.AccountID, entry.TokenID)
		if err != nil {
			return nil, err
		}
		data := map[string]any{"token": eventToken(&tok), "actor": eventActor(entry)}
		for _, name := range details {
			if value, ok := entry.Details[name]; ok {
				data[name] = value
			}
		}
		return data, nil
	}
}

// eventToken is what events tell of a token.
func eventToken(tok *model.Token) map[string]any {
	return map[string]any{
		"name": tok.Name, "secret_hint": tok.Secret.Hint, "version": tok.Version, "expires_at": eventTime(tok.ExpiresAt),
	}
}

func eventActor(entry *model.AuditEntry) map[string]any {
	return map[string]any{"kind": string(entry.ActorKind), "id": entry.ActorID, "name": entry.ActorName}
}

func eventTime(at *time.Time) any {
	if at == nil {
		return nil
	}
	return at.UTC().Format(time.RFC3339)
}

func withChanges(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	data, err := ofToken()(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	changes := map[string]any{}
	for field, change := range entry.Changes {
		changes[field] = map[string]any{"old": change.Old, "new": change.New}
	}
	data["changes"] = changes
	return data, nil
}

// withPreviousEnded tells of the one change that is not in the entry: it is of
// the secret that a rotation had replaced.
func withPreviousEnded(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	ended := *entry
	ended.Changes = maps.Clone(entry.Changes)
	if ended.Changes == nil {
		ended.Changes = map[string]model.Change{}
	}
	ended.Changes["previous_secret"] = model.Change{Old: "accepted", New: "ended"}
	return withChanges(ctx, tx, &ended)
}

func withGrace(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	data, err := ofToken()(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	grace, err := strconv.Atoi(entry.Details["grace_seconds"])
	if err != nil {
		return nil, err
	}
	ends := entry.At.Add(time.Duration(grace) * time.Second)
	data["grace_seconds"], data["previous_ends_at"] = grace, eventTime(&ends)
	return data, nil
}

// withCall tells who has tried a decoy, and what for.
func withCall(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	data, err := ofToken("address", "caller", "method", "path")(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	times, err := strconv.Atoi(entry.Details["times"])
	if err != nil {
		return nil, err
	}
	data["times"], data["scopes"] = times, strings.Fields(entry.Details["scopes"])
	return data, nil
}

// maxNamed is how many tokens an event names at most.
const maxNamed = 20

// ofContact tells of a member who was deactivated and is the primary contact of
// tokens that live.
func ofContact(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	if change, ok := entry.Changes["state"]; !ok || change.New != string(model.MemberInactive) {
		return nil, nil
	}
	member, err := tx.Members.ByID(ctx, entry.AccountID, entry.ObjectID)
	if err != nil {
		return nil, err
	}
	tokens, count, err := tx.Events.InCareOf(ctx, entry.AccountID, member.ID, maxNamed)
	if err != nil || count == 0 || member.State == model.MemberActive {
		return nil, err
	}
	named := make([]any, len(tokens))
	for i := range tokens {
		named[i] = map[string]any{"id": tokens[i].ID, "name": tokens[i].Name}
	}
	return map[string]any{
		"member": map[string]any{"id": member.ID, "name": member.Name, "email": member.Email},
		"actor":  eventActor(entry), "token_count": count, "tokens": named,
	}, nil
}

// ofWebhook tells of a webhook that was disabled by itself, and why.
func ofWebhook(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	if entry.Details["reason"] == string(model.WebhookManual) {
		return nil, nil
	}
	w, err := tx.Webhooks.ByID(ctx, entry.AccountID, entry.ObjectID)
	if model.IsKind(err, model.KindNotFound) { // deleted meanwhile
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data := map[string]any{"actor": eventActor(entry), "webhook": eventWebhook(&w), "reason": entry.Details["reason"]}
	if outcome, ok := entry.Details["outcome"]; ok {
		data["outcome"], data["failing_since"] = outcome, entry.Details["failing_since"]
	}
	if status, err := strconv.Atoi(entry.Details["status"]); err == nil {
		data["status"] = status
	}
	return data, nil
}
