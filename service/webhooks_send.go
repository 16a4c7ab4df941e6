package service

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/riverqueue/river"

	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// disableAfter is how long an endpoint may fail without a break.
	disableAfter = 5 * 24 * time.Hour
	// outcomeGivenUp is the outcome of a delivery that was given up.
	outcomeGivenUp = "webhook_disabled"
)

// Work makes one attempt at a delivery, and has River call again when the next is
// due. The delivery tells what is to be done, not the job: whatever becomes of
// the job, nothing is sent before its time or after it has arrived.
func (s *Webhooks) Work(ctx context.Context, job *river.Job[DeliverWebhook]) error {
	again, err := s.Deliver(ctx, job.Args)
	switch {
	case err != nil && ctx.Err() != nil:
		return river.JobSnooze(0) // the node stops; another goes on
	case err != nil:
		return err
	case again > 0:
		return river.JobSnooze(again)
	}
	return nil
}

// Deliver makes an attempt at a delivery if one is due. It says after what time to
// call again; 0 if there is nothing more to do. If it is killed after the request
// and before what came of it is stored, the same message is sent again, with the
// same id.
func (s *Webhooks) Deliver(ctx context.Context, args DeliverWebhook) (again time.Duration, err error) {
	w, d, err := s.Store.Webhooks.WithDelivery(ctx, args.WebhookID, args.DeliveryID, false)
	switch {
	case model.IsKind(err, model.KindNotFound):
		return 0, nil
	case err != nil:
		return 0, err
	case d.State != model.DeliveryPending || d.Round != args.Round:
		return 0, nil
	}
	now := s.Now()
	if wait := d.NextAttemptAt.Sub(now); wait > 0 {
		return wait, nil
	}
	if w.DisabledAt != nil {
		return 0, s.giveUp(ctx, args)
	}
	if !s.sending.take(&w) {
		return time.Second + rand.N(4*time.Second), nil //nolint:gosec // it need not be secret
	}
	defer s.sending.free(&w)
	secrets, err := s.secrets(&w, now)
	if err != nil {
		return 0, err
	}
	started := time.Now()
	result, err := s.Sender.Send(ctx, webhook.Message{URL: w.URL, ID: d.EventID, Body: []byte(d.Body), Secrets: secrets, At: now})
	if err != nil {
		return 0, fmt.Errorf("send to webhook %s: %w", w.ID, err)
	}
	s.Attempts.add(result.Outcome)
	return s.record(ctx, args, &model.WebhookAttempt{
		DeliveryID: d.ID, At: now, DurationMs: time.Since(started).Milliseconds(),
		Outcome: string(result.Outcome), Message: result.Text, Status: result.Status, URL: w.URL,
		RequestHeaders: result.RequestHeaders, ResponseHeaders: result.ResponseHeaders, ResponseBody: result.ResponseBody,
	}, result.RetryAfter)
}

// giveUp ends a delivery to a webhook that is disabled.
func (s *Webhooks) giveUp(ctx context.Context, args DeliverWebhook) error {
	return s.Store.InTx(ctx, func(tx *repository.Store) error {
		w, d, err := tx.Webhooks.WithDelivery(ctx, args.WebhookID, args.DeliveryID, true)
		if model.IsKind(err, model.KindNotFound) {
			return nil
		}
		if err != nil || w.DisabledAt == nil || d.State != model.DeliveryPending || d.Round != args.Round {
			return err
		}
		d.State, d.NextAttemptAt, d.FinishedAt, d.Outcome = model.DeliveryFailed, nil, new(s.Now()), outcomeGivenUp
		return tx.Webhooks.UpdateDelivery(ctx, &d)
	})
}

// record stores what came of an attempt, and what follows from it.
func (s *Webhooks) record(ctx context.Context, args DeliverWebhook, attempt *model.WebhookAttempt, asked time.Duration) (again time.Duration, err error) {
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		again = 0
		w, d, err := tx.Webhooks.WithDelivery(ctx, args.WebhookID, args.DeliveryID, true)
		if model.IsKind(err, model.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		d.Attempts++
		attempt.Number = d.Attempts
		if err := tx.Webhooks.InsertAttempt(ctx, attempt); err != nil {
			return err
		}
		again = advance(&d, args.Round, attempt, s.Now(), asked)
		if err := tx.Webhooks.UpdateDelivery(ctx, &d); err != nil {
			return err
		}
		return s.note(ctx, tx, &w, attempt)
	})
	if err != nil {
		return 0, fmt.Errorf("record attempt: %w", err)
	}
	return again, nil
}

// advance moves a delivery on after an attempt, and gives the time until the next.
// If somebody has asked for it again meanwhile, another job is at it.
func advance(d *model.WebhookDelivery, round int, attempt *model.WebhookAttempt, now time.Time, asked time.Duration) time.Duration {
	d.LastAttemptAt, d.Outcome, d.Status = &attempt.At, attempt.Outcome, attempt.Status
	delivered := attempt.Outcome == string(webhook.Delivered)
	if d.State != model.DeliveryPending || d.Round != round && !delivered {
		return 0
	}
	d.Tries++
	delay, more := webhook.Delay(d.Tries, asked)
	switch {
	case delivered:
		d.State, d.NextAttemptAt, d.FinishedAt = model.DeliveryDelivered, nil, &now
	case !more, attempt.Outcome == string(webhook.Gone):
		d.State, d.NextAttemptAt, d.FinishedAt = model.DeliveryFailed, nil, &now
	default:
		d.NextAttemptAt = new(now.Add(delay).Truncate(time.Microsecond))
		return delay
	}
	return 0
}

// note keeps in mind how the endpoint of a webhook fares, and disables the webhook
// if the endpoint is gone or has failed for too long.
func (s *Webhooks) note(ctx context.Context, tx *repository.Store, w *model.Webhook, attempt *model.WebhookAttempt) error {
	before := *w
	switch {
	case attempt.Outcome == string(webhook.Delivered):
		w.FailingSince = nil
	case w.FailingSince == nil:
		w.FailingSince = &attempt.At
	}
	switch {
	case w.DisabledAt != nil:
	case attempt.Outcome == string(webhook.Gone):
		disable(w, s.Now(), model.WebhookGone)
	case w.FailingSince != nil && !attempt.At.Before(w.FailingSince.Add(disableAfter)):
		disable(w, s.Now(), model.WebhookFailing)
	}
	if w.DisabledAt != nil && before.DisabledAt == nil {
		entry := webhookEntry(system, s.Now(), "webhook.disabled", &before, w)
		entry.Details["failing_since"], entry.Details["outcome"] = w.FailingSince.UTC().Format(time.RFC3339), attempt.Outcome
		if attempt.Status != 0 {
			entry.Details["status"] = strconv.Itoa(attempt.Status)
		}
		return storeWebhook(ctx, tx, w, entry)
	}
	if (w.FailingSince == nil) == (before.FailingSince == nil) {
		return nil
	}
	return tx.Webhooks.Update(ctx, w)
}
