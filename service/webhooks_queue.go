package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/riverqueue/river"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// WebhookQueue is the queue of deliveries, and WebhookWorkers how many of them a
// node makes at once.
const (
	WebhookQueue   = "webhooks"
	WebhookWorkers = 50
)

// keepDeliveries is how long it can be seen what was sent.
const keepDeliveries = 30 * 24 * time.Hour

// DeliverWebhook is the job that makes a delivery.
type DeliverWebhook struct {
	WebhookID  string `json:"webhook_id"`
	DeliveryID string `json:"delivery_id"`
	Round      int    `json:"round"` // of the delivery; the job of an earlier one does nothing
}

// Kind names the job in the queue.
func (DeliverWebhook) Kind() string { return "deliver_webhook" }

// InsertOpts is where the job goes.
func (DeliverWebhook) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: WebhookQueue} }

// WebhookDelivery is a delivery with its attempts.
type WebhookDelivery struct {
	Delivery model.WebhookDelivery
	Attempts []model.WebhookAttempt // the last one first
}

// Queue has an event sent to the webhooks of its account that want it. It is a
// Subscriber.
func (s *Webhooks) Queue(ctx context.Context, tx *repository.Store, event *model.Event) error {
	webhooks, err := tx.Webhooks.Enabled(ctx, event.AccountID)
	if err != nil {
		return fmt.Errorf("queue webhooks: %w", err)
	}
	for i := range webhooks {
		if !webhooks[i].Wants(event.Type) {
			continue
		}
		if _, err := s.queue(ctx, tx, &webhooks[i], event); err != nil {
			return fmt.Errorf("queue webhooks: %w", err)
		}
	}
	return nil
}

// queue has an event sent to a webhook.
func (s *Webhooks) queue(ctx context.Context, tx *repository.Store, w *model.Webhook, event *model.Event) (model.WebhookDelivery, error) {
	body, err := messageOf(event)
	if err != nil {
		return model.WebhookDelivery{}, err
	}
	now := s.Now()
	d := model.WebhookDelivery{
		ID: secret.NewID(), WebhookID: w.ID, EventID: event.ID, Type: event.Type, Body: body,
		State: model.DeliveryPending, CreatedAt: now, NextAttemptAt: &now,
	}
	if err := tx.Webhooks.InsertDelivery(ctx, &d); err != nil {
		return d, err
	}
	return d, tx.Jobs.Insert(ctx, DeliverWebhook{WebhookID: w.ID, DeliveryID: d.ID}, nil)
}

// messageOf is what is sent of an event, as Standard Webhooks has it.
func messageOf(event *model.Event) (string, error) {
	data := maps.Clone(event.Data)
	if data == nil {
		data = map[string]any{}
	}
	data["event_id"], data["account_id"] = event.ID, event.AccountID
	if event.TokenID != "" {
		data["token_id"] = event.TokenID
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Type      string         `json:"type"`
		Timestamp time.Time      `json:"timestamp"`
		Data      map[string]any `json:"data"`
	}{event.Type, event.At.UTC(), data})
	return string(bytes.TrimSuffix(body.Bytes(), []byte("\n"))), err
}

// Test has an event sent to a webhook that tells of nothing.
func (s *Webhooks) Test(ctx context.Context, actor model.Actor, id string) (model.WebhookDelivery, error) {
	var d model.WebhookDelivery
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		w, err := tx.Webhooks.ForUpdate(ctx, actor.AccountID, id)
		if err != nil {
			return err
		}
		if w.DisabledAt != nil {
			return errWebhookDisabled()
		}
		d, err = s.queue(ctx, tx, &w, &model.Event{
			ID: secret.NewID(), Type: model.EventWebhookTest, AccountID: w.AccountID, At: s.Now(),
			Data: map[string]any{"webhook": eventWebhook(&w)},
		})
		if err != nil {
			return err
		}
		return tx.Audit.Append(ctx, deliveryEntry(actor, s.Now(), "webhook.tested", &w, &d))
	})
	if err != nil {
		return d, fmt.Errorf("test webhook: %w", err)
	}
	return d, nil
}

// eventWebhook is what events tell of a webhook. Of its URL it is the host: the
// rest may be a secret.
func eventWebhook(w *model.Webhook) map[string]any {
	return map[string]any{"id": w.ID, "host": hostOf(w.URL), "description": w.Description}
}

// Redeliver has an event sent again, at once.
func (s *Webhooks) Redeliver(ctx context.Context, actor model.Actor, webhookID, id string) (model.WebhookDelivery, error) {
	var d model.WebhookDelivery
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		w, err := tx.Webhooks.ForUpdate(ctx, actor.AccountID, webhookID)
		if err != nil {
			return err
		}
		if d, err = tx.Webhooks.Delivery(ctx, w.ID, id); err != nil {
			return err
		}
		if w.DisabledAt != nil {
			return errWebhookDisabled()
		}
		d.State, d.NextAttemptAt, d.FinishedAt, d.Tries = model.DeliveryPending, new(s.Now()), nil, 0
		d.Round++
		if err := tx.Webhooks.UpdateDelivery(ctx, &d); err != nil {
			return err
		}
		if err := tx.Jobs.Insert(ctx, DeliverWebhook{WebhookID: w.ID, DeliveryID: d.ID, Round: d.Round}, nil); err != nil {
			return err
		}
		return tx.Audit.Append(ctx, deliveryEntry(actor, s.Now(), "webhook.redelivered", &w, &d))
	})
	if err != nil {
		return d, fmt.Errorf("deliver again: %w", err)
	}
	return d, nil
}

func deliveryEntry(actor model.Actor, at time.Time, action string, w *model.Webhook, d *model.WebhookDelivery) *model.AuditEntry {
	entry := webhookEntry(actor, at, action, w, w)
	entry.Details = map[string]string{"delivery_id": d.ID, "event_id": d.EventID, "type": d.Type}
	return entry
}

func errWebhookDisabled() error {
	return model.Errorf(model.KindConflict, "webhook_disabled", "The webhook is disabled. Enable it first.")
}

// Deliveries is a page of what was or is to be sent to a webhook of the account,
// newest first, and the cursor of the next.
func (s *Webhooks) Deliveries(ctx context.Context, actor model.Actor, webhookID string, filter DeliveryFilter,
	limit int, cursor string,
) ([]model.WebhookDelivery, string, error) {
	if _, err := s.Show(ctx, actor, webhookID); err != nil {
		return nil, "", err
	}
	page, err := newPage("deliveries", limit, cursor, true)
	if err != nil {
		return nil, "", err
	}
	deliveries, err := s.Store.Webhooks.Deliveries(ctx, webhookID, filter, page)
	if err != nil {
		return nil, "", err
	}
	deliveries, next := cutPage(deliveries, page, "deliveries", func(d *model.WebhookDelivery) repository.Position {
		return repository.Position{Time: d.CreatedAt, ID: d.ID}
	})
	return deliveries, next, nil
}

// shownAttempts is how many attempts of a delivery can be seen.
const shownAttempts = 20

// Delivery is a delivery to a webhook of the account.
func (s *Webhooks) Delivery(ctx context.Context, actor model.Actor, webhookID, id string) (WebhookDelivery, error) {
	if _, err := s.Show(ctx, actor, webhookID); err != nil {
		return WebhookDelivery{}, err
	}
	d, err := s.Store.Webhooks.Delivery(ctx, webhookID, id)
	if err != nil {
		return WebhookDelivery{}, err
	}
	attempts, err := s.Store.Webhooks.Attempts(ctx, d.ID, shownAttempts)
	return WebhookDelivery{d, attempts}, err
}
