package repository

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Webhooks is the tables of webhooks, of what is sent to them, and of the
// attempts at that.
type Webhooks struct{ table }

// DeliveryFilter narrows a list of deliveries. Zero fields do not.
type DeliveryFilter struct {
	State   model.DeliveryState
	Type    string
	EventID string
}

// Insert stores a new webhook.
func (r Webhooks) Insert(ctx context.Context, w *model.Webhook) error {
	return classify(r.with(ctx).Create(w).Error)
}

// Update stores what can change of a webhook.
func (r Webhooks) Update(ctx context.Context, w *model.Webhook) error {
	return classify(r.with(ctx).Model(w).Select("url", "description", "events", "secret", "previous_secret", "previous_expires_at",
		"revision", "disabled_at", "disabled_reason", "failing_since", "updated_at").Updates(w).Error)
}

// Delete removes a webhook with its deliveries.
func (r Webhooks) Delete(ctx context.Context, id string) error {
	return classify(r.with(ctx).Where("id = ?", id).Delete(&model.Webhook{}).Error)
}

// ByID is a webhook of an account.
func (r Webhooks) ByID(ctx context.Context, accountID, id string) (model.Webhook, error) {
	return r.one(ctx, "account_id = ? AND id = ?", accountID, id)
}

// ForUpdate is a webhook of an account, locked until the transaction ends.
func (r Webhooks) ForUpdate(ctx context.Context, accountID, id string) (model.Webhook, error) {
	return Webhooks{r.locking()}.one(ctx, "account_id = ? AND id = ?", accountID, id)
}

func (r Webhooks) one(ctx context.Context, where string, args ...any) (model.Webhook, error) {
	var w model.Webhook
	err := r.with(ctx).Where(where, args...).Take(&w).Error
	return w, classify(err)
}

// Count is how many webhooks an account has. It keeps others who count them
// waiting until the transaction ends.
func (r Webhooks) Count(ctx context.Context, accountID string) (int, error) {
	if _, err := (Accounts{r.table}).ForUpdate(ctx, accountID); err != nil {
		return 0, err
	}
	var count int64
	err := r.with(ctx).Model(&model.Webhook{}).Where("account_id = ?", accountID).Count(&count).Error
	return int(count), classify(err)
}

// List is a page of an account's webhooks, oldest first.
func (r Webhooks) List(ctx context.Context, accountID string, page Page) ([]model.Webhook, error) {
	var webhooks []model.Webhook
	err := r.with(ctx).Where("account_id = ?", accountID).Scopes(page.byCreation).Find(&webhooks).Error
	return webhooks, classify(err)
}

// Enabled is the webhooks of an account that are not disabled.
func (r Webhooks) Enabled(ctx context.Context, accountID string) ([]model.Webhook, error) {
	var webhooks []model.Webhook
	err := r.with(ctx).Where("account_id = ? AND disabled_at IS NULL", accountID).Find(&webhooks).Error
	return webhooks, classify(err)
}

// InsertDelivery stores a new delivery.
func (r Webhooks) InsertDelivery(ctx context.Context, d *model.WebhookDelivery) error {
	return classify(r.with(ctx).Create(d).Error)
}

// UpdateDelivery stores what can change of a delivery.
func (r Webhooks) UpdateDelivery(ctx context.Context, d *model.WebhookDelivery) error {
	return classify(r.with(ctx).Model(d).Select("state", "attempts", "tries", "round", "next_attempt_at", "finished_at",
		"last_attempt_at", "outcome", "status").Updates(d).Error)
}

// Delivery is a delivery to a webhook.
func (r Webhooks) Delivery(ctx context.Context, webhookID, id string) (model.WebhookDelivery, error) {
	var d model.WebhookDelivery
	err := r.with(ctx).Where("webhook_id = ? AND id = ?", webhookID, id).Take(&d).Error
	return d, classify(err)
}

// WithDelivery is a delivery and its webhook. In a transaction the webhook is
// locked until that ends, and with it all its deliveries.
func (r Webhooks) WithDelivery(ctx context.Context, webhookID, id string, lock bool) (model.Webhook, model.WebhookDelivery, error) {
	t := r.table
	if lock {
		t = t.locking()
	}
	w, err := Webhooks{t}.one(ctx, "id = ?", webhookID)
	if err != nil {
		return w, model.WebhookDelivery{}, err
	}
	d, err := r.Delivery(ctx, webhookID, id)
	return w, d, err
}

// Deliveries is a page of what was or is to be sent to a webhook, newest first
// as the page is turned round.
func (r Webhooks) Deliveries(ctx context.Context, webhookID string, f DeliveryFilter, page Page) ([]model.WebhookDelivery, error) {
	query := r.with(ctx).Where("webhook_id = ?", webhookID).Scopes(page.byCreation)
	if f.State != "" {
		query = query.Where("state = ?", f.State)
	}
	if f.Type != "" {
		query = query.Where("type = ?", f.Type)
	}
	if f.EventID != "" {
		query = query.Where("event_id = ?", f.EventID)
	}
	var deliveries []model.WebhookDelivery
	err := query.Omit("body").Find(&deliveries).Error
	return deliveries, classify(err)
}

// InsertAttempt stores an attempt.
func (r Webhooks) InsertAttempt(ctx context.Context, a *model.WebhookAttempt) error {
	return classify(r.with(ctx).Create(a).Error)
}

// Attempts is the last attempts of a delivery, the last one first.
func (r Webhooks) Attempts(ctx context.Context, deliveryID string, limit int) ([]model.WebhookAttempt, error) {
	var attempts []model.WebhookAttempt
	err := r.with(ctx).Where("delivery_id = ?", deliveryID).
		Order(clause.OrderByColumn{Column: clause.Column{Name: "number"}, Desc: true}).Limit(limit).Find(&attempts).Error
	return attempts, classify(err)
}

// forgetAtOnce bounds how many deliveries one statement removes.
const forgetAtOnce = 1000

// Forget removes deliveries that were finished before a moment.
func (r Webhooks) Forget(ctx context.Context, before time.Time) error {
	for {
		done := r.with(ctx).Exec(`DELETE FROM webhook_deliveries WHERE id IN (
			SELECT id FROM webhook_deliveries WHERE finished_at IS NOT NULL AND finished_at < ? LIMIT ?)`, before, forgetAtOnce)
		if done.Error != nil || done.RowsAffected < forgetAtOnce {
			return classify(done.Error)
		}
	}
}
