package cli

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"github.com/tokenry/tokenry/client"
)

type webhooksCommand struct {
	List       webhooksList       `cmd:"" help:"List the webhooks of the account."`
	Create     webhooksCreate     `cmd:"" help:"Have events sent to a URL, and print the secret that they are signed with."`
	Show       webhooksShow       `cmd:"" help:"Show a webhook."`
	Update     webhooksUpdate     `cmd:"" help:"Change a webhook."`
	Rotate     webhooksRotate     `cmd:"" help:"Give a webhook a new secret and print it."`
	Enable     webhooksEnable     `cmd:"" help:"Have events sent to a webhook again."`
	Disable    webhooksDisable    `cmd:"" help:"Have nothing sent to a webhook until it is enabled."`
	Delete     webhooksDelete     `cmd:"" help:"Delete a webhook, with what is known of its deliveries."`
	Test       webhooksTest       `cmd:"" help:"Send a test to a webhook."`
	Deliveries webhooksDeliveries `cmd:"" help:"List what was sent to a webhook, or show one delivery."`
	Redeliver  webhooksRedeliver  `cmd:"" help:"Send an event again, at once."`
}

type webhooksList struct {
	inAccount
	output
	Limit int `short:"n" placeholder:"N" help:"Print no more than N webhooks."`
}

// Run prints webhooks.
func (c *webhooksList) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	webhooks, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Webhook, *string, error) {
		list, err := tokenry.ListWebhooks(ctx, client.ListWebhooksParams{Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.WebhookList{Items: webhooks, NextCursor: next})
	}
	rows := make([][]string, len(webhooks))
	for i, w := range webhooks {
		rows[i] = []string{w.ID, w.URL, string(w.State), moment(w.FailingSince, "-"), words(w.Events)}
	}
	return env.table([]string{"ID", "URL", "STATE", "FAILING SINCE", "EVENTS"}, rows)
}

// webhookSecret is how the secret of a webhook is printed.
type webhookSecret struct{ showSecret }

func (s *webhookSecret) print(env *Env, made client.CreatedWebhook, done string) error {
	switch {
	case s.JSON:
		return env.json(made)
	case s.Quiet:
		env.printf("%s\n", made.Secret)
		return nil
	}
	env.printf("The webhook to %s %s.\n\n", clean(made.URL), done)
	env.printf("  id      %s\n  secret  %s\n\nKeep the secret now: it cannot be shown again.\n", made.ID, made.Secret)
	return nil
}

type webhooksCreate struct {
	inAccount
	webhookSecret
	To          string   `arg:"" name:"to" help:"Where to send them, an https:// URL."`
	Events      []string `required:"" placeholder:"TYPE" help:"Types of events, such as token.leaked, or token.* for all of tokens."`
	Description string   `placeholder:"TEXT" help:"What it is for."`
}

// Run creates a webhook.
func (c *webhooksCreate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	body := client.CreateWebhookRequest{URL: c.To, Events: c.Events, Description: given(c.Description)}
	made, err := tokenry.CreateWebhook(ctx, body, c.options(in)...)
	if err != nil {
		return c.lost(err)
	}
	return c.print(env, made, "is created")
}

// oneWebhook is a command about a webhook.
type oneWebhook struct {
	inAccount
	ID id `arg:"" help:"Id of the webhook."`
}

// shownWebhook is one that prints what the webhook is then.
type shownWebhook struct {
	oneWebhook
	output
}

func (c *shownWebhook) do(ctx context.Context, env *Env,
	call func(tokenry *client.Client, id string, in client.CallOption) (client.Webhook, error),
) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	w, err := call(tokenry, string(c.ID), in)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(w)
	}
	state := string(w.State)
	if w.DisabledReason != nil {
		state += " (" + string(*w.DisabledReason) + ")"
	}
	return env.table(nil, [][]string{
		{"id", w.ID}, {"account", w.AccountID}, {"url", w.URL}, {"description", orDash(&w.Description)}, {"events", words(w.Events)},
		{"state", state}, {"failing since", moment(w.FailingSince, "-")}, {"old secret until", moment(w.PreviousSecretExpiresAt, "-")},
		{"created", moment(&w.CreatedAt, "")}, {"updated", moment(&w.UpdatedAt, "")},
	})
}

type webhooksShow struct{ shownWebhook }

// Run prints a webhook.
func (c *webhooksShow) Run(ctx context.Context, env *Env) error {
	return c.do(ctx, env, func(tokenry *client.Client, id string, in client.CallOption) (client.Webhook, error) {
		return tokenry.Webhook(ctx, id, in)
	})
}

type webhooksUpdate struct {
	shownWebhook
	To          *string  `placeholder:"URL" help:"New URL."`
	Events      []string `placeholder:"TYPE" help:"New types of events, in place of those it has."`
	Description *string  `placeholder:"TEXT" help:"What it is for; an empty one clears it."`
}

// Run changes a webhook.
func (c *webhooksUpdate) Run(ctx context.Context, env *Env) error {
	body := client.UpdateWebhookRequest{URL: c.To, Events: c.Events}
	if c.Description != nil {
		body.Description = nullable.NewNullableWithValue(*c.Description)
	}
	return c.do(ctx, env, func(tokenry *client.Client, id string, in client.CallOption) (client.Webhook, error) {
		return tokenry.UpdateWebhook(ctx, id, body, in)
	})
}

type webhooksRotate struct {
	oneWebhook
	webhookSecret
	Grace lifetime `default:"1d" placeholder:"DURATION" help:"How long the old secret signs, too, such as 12h; 0m for no longer (${default})."`
}

// Run gives a webhook a new secret.
func (c *webhooksRotate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	made, err := tokenry.RotateWebhook(ctx, string(c.ID), client.RotateWebhookRequest{GraceSeconds: new(c.Grace.seconds())}, c.options(in)...)
	if err != nil {
		return c.lost(err)
	}
	return c.print(env, made, "has a new secret; the old one signs until "+moment(made.PreviousSecretExpiresAt, "now"))
}

type webhooksEnable struct{ shownWebhook }

// Run enables a webhook.
func (c *webhooksEnable) Run(ctx context.Context, env *Env) error {
	return c.do(ctx, env, func(tokenry *client.Client, id string, in client.CallOption) (client.Webhook, error) {
		return tokenry.EnableWebhook(ctx, id, in)
	})
}

type webhooksDisable struct{ shownWebhook }

// Run disables a webhook.
func (c *webhooksDisable) Run(ctx context.Context, env *Env) error {
	return c.do(ctx, env, func(tokenry *client.Client, id string, in client.CallOption) (client.Webhook, error) {
		return tokenry.DisableWebhook(ctx, id, in)
	})
}

type webhooksDelete struct {
	oneWebhook
	output
}

// Run deletes a webhook.
func (c *webhooksDelete) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	w, err := tokenry.DeleteWebhook(ctx, string(c.ID), in)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(w)
	}
	env.printf("The webhook to %s is deleted.\n", clean(w.URL))
	return nil
}
