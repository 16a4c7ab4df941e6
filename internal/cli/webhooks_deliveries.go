package cli

import (
	"context"
	"strconv"

	"github.com/tokenry/tokenry/client"
)

type webhooksTest struct {
	oneWebhook
	output
}

// Run sends a test.
func (c *webhooksTest) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	d, err := tokenry.TestWebhook(ctx, string(c.ID), in)
	if err != nil {
		return err
	}
	return c.queued(env, d, c.JSON)
}

// queued says how to see what becomes of a delivery.
func (c *oneWebhook) queued(env *Env, d client.WebhookDelivery, asJSON bool) error {
	if asJSON {
		return env.json(d)
	}
	env.printf("It is being sent. See what becomes of it:\n  tokenry webhooks deliveries %s %s\n", c.ID, d.ID)
	return nil
}

type webhooksRedeliver struct {
	oneWebhook
	output
	Delivery id `arg:"" help:"Id of the delivery."`
}

// Run sends an event again.
func (c *webhooksRedeliver) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	d, err := tokenry.RedeliverWebhook(ctx, string(c.ID), string(c.Delivery), in)
	if err != nil {
		return err
	}
	return c.queued(env, d, c.JSON)
}

type webhooksDeliveries struct {
	oneWebhook
	output
	Delivery id     `arg:"" optional:"" help:"Id of the delivery to show."`
	State    string `enum:",pending,delivered,failed" default:"" placeholder:"STATE" help:"Only those in this state: pending, delivered or failed."`
	Type     string `placeholder:"TYPE" help:"Only those of this type of event."`
	Limit    int    `short:"n" default:"50" placeholder:"N" help:"Print no more than N deliveries (${default})."`
}

// Run prints deliveries.
func (c *webhooksDeliveries) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	if c.Delivery != "" {
		return c.show(ctx, env, tokenry, in)
	}
	deliveries, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.WebhookDelivery, *string, error) {
		list, err := tokenry.ListWebhookDeliveries(ctx, string(c.ID), client.ListWebhookDeliveriesParams{
			State: given(client.WebhookDeliveryState(c.State)), Type: given(c.Type), Limit: &limit, Cursor: cursor,
		}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.WebhookDeliveryList{Items: deliveries, NextCursor: next})
	}
	rows := make([][]string, len(deliveries))
	for i, d := range deliveries {
		rows[i] = []string{
			d.ID, d.Type, string(d.State), outcomeOf(d.Outcome), strconv.Itoa(d.Attempts), moment(&d.CreatedAt, ""), moment(d.NextAttemptAt, "-"),
		}
	}
	return env.table([]string{"ID", "TYPE", "STATE", "OUTCOME", "ATTEMPTS", "CREATED", "NEXT ATTEMPT"}, rows)
}

func (c *webhooksDeliveries) show(ctx context.Context, env *Env, tokenry *client.Client, in client.CallOption) error {
	d, err := tokenry.WebhookDelivery(ctx, string(c.ID), string(c.Delivery), in)
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(d)
	}
	rows := [][]string{
		{"id", d.ID}, {"event", d.EventID}, {"type", d.Type}, {"state", string(d.State)}, {"created", moment(&d.CreatedAt, "")},
		{"next attempt", moment(d.NextAttemptAt, "-")}, {"sent", d.RequestBody},
	}
	for _, attempt := range d.History {
		name := "attempt " + strconv.Itoa(attempt.Number)
		rows = append(rows, []string{name, moment(&attempt.At, "") + "  " + attempt.Message})
		if attempt.ResponseBody != "" {
			rows = append(rows, []string{"  answer", attempt.ResponseBody})
		}
	}
	return env.table(nil, rows)
}

func outcomeOf(outcome *client.WebhookOutcome) string {
	if outcome == nil {
		return "-"
	}
	return string(*outcome)
}
