package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	maxWebhooks       = 50 // of an account
	maxWebhookText    = 1000
	maxWebhookURL     = 2000
	sealWebhookSecret = "tokenry webhook secret"
)

// Webhooks keeps where events are sent, and sends them. All its methods but Queue
// and Work act in the account that the actor acts in.
type Webhooks struct {
	Store       *repository.Store
	Keys        *Keys
	Sender      *webhook.Sender
	Idempotency *Idempotency
	Now         func() time.Time

	Attempts Outcomes // by outcome, of this node
	sending  slots
}

// CreateWebhook is the input of Webhooks.Create.
type CreateWebhook struct {
	URL            string
	Description    string
	Events         []string
	IdempotencyKey string `json:"-"`
}

// UpdateWebhook is the input of Webhooks.Update. Nil fields stay as they are.
type UpdateWebhook struct {
	ID          string
	URL         *string
	Description *string
	Events      *[]string
	Revisions   []int // one of them must be the webhook's; nil for any
}

// SecretWebhook is a webhook with the secret that a call made for it.
type SecretWebhook struct {
	Webhook model.Webhook
	Secret  webhook.Secret
}

// List is a page of the account's webhooks and the cursor of the next.
func (s *Webhooks) List(ctx context.Context, actor model.Actor, limit int, cursor string) ([]model.Webhook, string, error) {
	page, err := newPage("webhooks", limit, cursor, false)
	if err != nil {
		return nil, "", err
	}
	webhooks, err := s.Store.Webhooks.List(ctx, actor.AccountID, page)
	if err != nil {
		return nil, "", err
	}
	webhooks, next := cutPage(webhooks, page, "webhooks", func(w *model.Webhook) repository.Position {
		return repository.Position{Time: w.CreatedAt, ID: w.ID}
	})
	return webhooks, next, nil
}

// Show is a webhook of the account.
func (s *Webhooks) Show(ctx context.Context, actor model.Actor, id string) (model.Webhook, error) {
	return s.Store.Webhooks.ByID(ctx, actor.AccountID, id)
}

// Create adds a webhook to the account.
func (s *Webhooks) Create(ctx context.Context, actor model.Actor, in CreateWebhook) (SecretWebhook, error) {
	call := Repeatable{Key: in.IdempotencyKey, Operation: "create webhook", Input: in}
	made, err := s.once(ctx, actor, call, func(tx *repository.Store) (SecretWebhook, error) {
		return s.create(ctx, tx, actor, in)
	})
	if err != nil {
		return SecretWebhook{}, fmt.Errorf("create webhook: %w", err)
	}
	return made, nil
}

func (s *Webhooks) create(ctx context.Context, tx *repository.Store, actor model.Actor, in CreateWebhook) (SecretWebhook, error) {
	now := s.Now()
	w := model.Webhook{
		ID: secret.NewID(), AccountID: actor.AccountID, URL: strings.TrimSpace(in.URL), Description: strings.TrimSpace(in.Description),
		Events: sorted(in.Events), Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	if err := model.Invalid(s.faults(&w)); err != nil {
		return SecretWebhook{}, err
	}
	count, err := tx.Webhooks.Count(ctx, actor.AccountID)
	if err != nil {
		return SecretWebhook{}, err
	}
	if count >= maxWebhooks {
		return SecretWebhook{}, model.Errorf(model.KindConflict, "too_many_webhooks",
			"The account has %d webhooks, and may have no more. Delete one first.", maxWebhooks)
	}
	made := webhook.NewSecret()
	if w.Secret, err = s.seal(w.ID, made); err != nil {
		return SecretWebhook{}, err
	}
	if err := tx.Webhooks.Insert(ctx, &w); err != nil {
		return SecretWebhook{}, err
	}
	return SecretWebhook{w, made}, tx.Audit.Append(ctx, webhookEntry(actor, now, "webhook.created", nil, &w))
}

// Update changes a webhook of the account. If it has none of the Revisions, that
// gives an error of KindPrecondition.
func (s *Webhooks) Update(ctx context.Context, actor model.Actor, in UpdateWebhook) (model.Webhook, error) {
	return s.change(ctx, actor, in.ID, "webhook.updated", func(w *model.Webhook) error {
		if in.Revisions != nil && !slices.Contains(in.Revisions, w.Revision) {
			return model.Errorf(model.KindPrecondition, "stale",
				"The webhook was changed since you read it. Read it again and repeat your change.")
		}
		if in.URL != nil {
			w.URL = strings.TrimSpace(*in.URL)
		}
		if in.Description != nil {
			w.Description = strings.TrimSpace(*in.Description)
		}
		if in.Events != nil {
			w.Events = sorted(*in.Events)
		}
		return model.Invalid(s.faults(w))
	})
}

// Enable has events sent again, from now on.
func (s *Webhooks) Enable(ctx context.Context, actor model.Actor, id string) (model.Webhook, error) {
	return s.change(ctx, actor, id, "webhook.enabled", func(w *model.Webhook) error {
		if w.DisabledAt != nil {
			w.DisabledAt, w.DisabledReason, w.FailingSince = nil, "", nil // it gets all its time again
		}
		return nil
	})
}

// Disable has nothing sent until the webhook is enabled again.
func (s *Webhooks) Disable(ctx context.Context, actor model.Actor, id string) (model.Webhook, error) {
	return s.change(ctx, actor, id, "webhook.disabled", func(w *model.Webhook) error {
		disable(w, s.Now(), model.WebhookManual)
		return nil
	})
}

// disable disables a webhook that is not disabled yet.
func disable(w *model.Webhook, now time.Time, reason model.WebhookDisabledReason) {
	if w.DisabledAt == nil {
		w.DisabledAt, w.DisabledReason = &now, reason
	}
}

// Delete removes a webhook, and gives it as it was.
func (s *Webhooks) Delete(ctx context.Context, actor model.Actor, id string) (model.Webhook, error) {
	var w model.Webhook
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		var err error
		if w, err = tx.Webhooks.ForUpdate(ctx, actor.AccountID, id); err != nil {
			return err
		}
		if err := tx.Webhooks.Delete(ctx, id); err != nil {
			return err
		}
		entry := webhookEntry(actor, s.Now(), "webhook.deleted", &w, &w)
		entry.Details = map[string]string{"url": urlFact(w.URL)}
		return tx.Audit.Append(ctx, entry)
	})
	if err != nil {
		return model.Webhook{}, fmt.Errorf("delete webhook: %w", err)
	}
	return w, nil
}

// change changes a webhook, unless apply leaves it as it is.
func (s *Webhooks) change(ctx context.Context, actor model.Actor, id, action string, apply func(*model.Webhook) error) (model.Webhook, error) {
	var after model.Webhook
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		before, err := tx.Webhooks.ForUpdate(ctx, actor.AccountID, id)
		if err != nil {
			return err
		}
		after = before
		if err := apply(&after); err != nil {
			return err
		}
		entry := webhookEntry(actor, s.Now(), action, &before, &after)
		if len(entry.Changes) == 0 {
			return nil
		}
		return storeWebhook(ctx, tx, &after, entry)
	})
	if err != nil {
		return model.Webhook{}, fmt.Errorf("%s: %w", action, err)
	}
	return after, nil
}

func storeWebhook(ctx context.Context, tx *repository.Store, w *model.Webhook, entry *model.AuditEntry) error {
	w.Revision++
	w.UpdatedAt = entry.At
	if err := tx.Webhooks.Update(ctx, w); err != nil {
		return err
	}
	return tx.Audit.Append(ctx, entry)
}

// faults judges the settings of a webhook.
func (s *Webhooks) faults(w *model.Webhook) (faults model.Faults) {
	checkText(&faults, "url", w.URL, 1, maxWebhookURL)
	if err := s.Sender.Check(w.URL); err != nil {
		text := err.Error()
		faults.Add("url", urlFault(err), "%s.", strings.ToUpper(text[:1])+text[1:])
	}
	checkText(&faults, "description", w.Description, 0, maxWebhookText)
	if len(w.Events) == 0 {
		faults.Add("events", "too_few", "Choose at least one type of event.")
	}
	for i, event := range w.Events {
		if !isEventFilter(event) {
			faults.Add(fmt.Sprintf("events.%d", i), "unknown_event", `There is no such type of event. "token.*" is all that begin with "token.".`)
		}
	}
	return faults
}

// isEventFilter reports whether the text is a type of event, or all of a noun.
func isEventFilter(text string) bool {
	noun, all := strings.CutSuffix(text, "*")
	return slices.ContainsFunc(model.EventTypes(), func(known string) bool {
		return known == text || all && strings.HasSuffix(noun, ".") && strings.HasPrefix(known, noun)
	})
}

func sorted(events []string) []string { return slices.Compact(slices.Sorted(slices.Values(events))) }

// webhookEntry is an audit entry for what an actor did to a webhook.
func webhookEntry(actor model.Actor, at time.Time, action string, before, after *model.Webhook) *model.AuditEntry {
	entry := newEntry(actor, at, action, "webhook", after.ID)
	entry.AccountID = after.AccountID
	entry.Changes = differences(webhookFacts(before), webhookFacts(after))
	if action == "webhook.disabled" {
		entry.Details = map[string]string{"reason": string(after.DisabledReason)}
	}
	return entry
}

func webhookFacts(w *model.Webhook) map[string]any {
	if w == nil {
		return nil
	}
	return map[string]any{
		"url": urlFact(w.URL), "description": w.Description, "events": w.Events,
		"disabled_at": timeFact(w.DisabledAt), "previous_secret_expires_at": timeFact(w.PreviousExpiresAt),
	}
}

// urlFact is what the audit log tells of a URL: its host, and a few digits by
// which a change of the rest is seen. The rest may be a secret, as it is for many
// receivers, and the log is for ever.
func urlFact(text string) string {
	scheme, _, _ := strings.Cut(text, ":")
	sum := sha256.Sum256([]byte(text))
	return scheme + "://" + hostOf(text) + "/… (" + hex.EncodeToString(sum[:4]) + ")"
}

func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Host
}

// seal makes what the database holds of a secret.
func (s *Webhooks) seal(id string, made webhook.Secret) ([]byte, error) {
	return keys.SealWith(s.Keys.open.Load().webhook, []byte(id), made.Bytes(), sealWebhookSecret)
}

func (s *Webhooks) unseal(id string, sealed []byte) (webhook.Secret, error) {
	key, err := keys.OpenWith(s.Keys.open.Load().webhook, []byte(id), sealed, sealWebhookSecret)
	if err != nil {
		return webhook.Secret{}, fmt.Errorf("open the secret of webhook %s: %w", id, err)
	}
	return webhook.SecretOf(key), nil
}
