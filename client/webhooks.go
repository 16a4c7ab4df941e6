package client

import (
	"context"
	"net/http"
)

// ListWebhooks gives a page of the account's webhooks.
func (c *Client) ListWebhooks(ctx context.Context, params ListWebhooksParams, opts ...CallOption) (WebhookList, error) {
	var out WebhookList
	err := c.do(ctx, newGet(params, "webhooks").with(opts), &out)
	return out, err
}

// CreateWebhook creates a webhook. The answer has its secret, once; a repeat with
// the same idempotency key has the same.
func (c *Client) CreateWebhook(ctx context.Context, body CreateWebhookRequest, opts ...CallOption) (CreatedWebhook, error) {
	var out CreatedWebhook
	err := c.do(ctx, newCall(http.MethodPost, "webhooks").json(body).once().with(opts), &out)
	return out, err
}

// Webhook is the webhook of that id.
func (c *Client) Webhook(ctx context.Context, id string, opts ...CallOption) (Webhook, error) {
	var out Webhook
	err := c.do(ctx, newCall(http.MethodGet, "webhooks", id).with(opts), &out)
	return out, err
}

// UpdateWebhook changes the given fields.
func (c *Client) UpdateWebhook(ctx context.Context, id string, body UpdateWebhookRequest, opts ...CallOption) (Webhook, error) {
	var out Webhook
	err := c.do(ctx, newCall(http.MethodPatch, "webhooks", id).json(body).with(opts), &out)
	return out, err
}

// DeleteWebhook deletes a webhook and gives it as it was.
func (c *Client) DeleteWebhook(ctx context.Context, id string, opts ...CallOption) (Webhook, error) {
	var out Webhook
	err := c.do(ctx, newCall(http.MethodDelete, "webhooks", id).with(opts), &out)
	return out, err
}

// RotateWebhook gives a webhook a new secret.
func (c *Client) RotateWebhook(ctx context.Context, id string, body RotateWebhookRequest, opts ...CallOption) (CreatedWebhook, error) {
	var out CreatedWebhook
	err := c.do(ctx, newCall(http.MethodPost, "webhooks", id, "rotate").json(body).once().with(opts), &out)
	return out, err
}

// EnableWebhook has events sent to a webhook again.
func (c *Client) EnableWebhook(ctx context.Context, id string, opts ...CallOption) (Webhook, error) {
	var out Webhook
	err := c.do(ctx, newCall(http.MethodPost, "webhooks", id, "enable").with(opts), &out)
	return out, err
}

// DisableWebhook has nothing sent to a webhook until it is enabled again.
func (c *Client) DisableWebhook(ctx context.Context, id string, opts ...CallOption) (Webhook, error) {
	var out Webhook
	err := c.do(ctx, newCall(http.MethodPost, "webhooks", id, "disable").with(opts), &out)
	return out, err
}

// TestWebhook has a test sent to a webhook.
func (c *Client) TestWebhook(ctx context.Context, id string, opts ...CallOption) (WebhookDelivery, error) {
	var out WebhookDelivery
	err := c.do(ctx, newCall(http.MethodPost, "webhooks", id, "test").with(opts), &out)
	return out, err
}

// ListWebhookDeliveries gives a page of what was sent to a webhook, or is to be.
func (c *Client) ListWebhookDeliveries(ctx context.Context, id string, params ListWebhookDeliveriesParams, opts ...CallOption,
) (WebhookDeliveryList, error) {
	var out WebhookDeliveryList
	err := c.do(ctx, newGet(params, "webhooks", id, "deliveries").with(opts), &out)
	return out, err
}

// WebhookDelivery is a delivery with its attempts.
func (c *Client) WebhookDelivery(ctx context.Context, id, delivery string, opts ...CallOption) (WebhookDeliveryDetails, error) {
	var out WebhookDeliveryDetails
	err := c.do(ctx, newCall(http.MethodGet, "webhooks", id, "deliveries", delivery).with(opts), &out)
	return out, err
}

// RedeliverWebhook has an event sent again, at once.
func (c *Client) RedeliverWebhook(ctx context.Context, id, delivery string, opts ...CallOption) (WebhookDelivery, error) {
	var out WebhookDelivery
	err := c.do(ctx, newCall(http.MethodPost, "webhooks", id, "deliveries", delivery, "redeliver").with(opts), &out)
	return out, err
}
