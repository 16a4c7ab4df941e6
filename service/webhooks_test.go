package service_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// endpoint is a receiver of webhooks, and the webhooks of a bench.
type endpoint struct {
	*bench
	*service.Webhooks
	url string

	mu     sync.Mutex
	answer http.HandlerFunc
	got    []http.Header
	bodies []string
}

func newEndpoint(t *testing.T, db testdb.DB) *endpoint {
	t.Helper()
	e := &endpoint{bench: newBench(t, db)}
	sender, err := webhook.NewSender([]string{"127.0.0.1"}, "", "test")
	e.must(err)
	e.Webhooks = &service.Webhooks{Store: e.store, Keys: e.keys, Sender: sender, Idempotency: e.tokens.Idempotency, Now: e.clock.now}
	server := httptest.NewServer(http.HandlerFunc(e.take))
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *endpoint) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	e.got, e.bodies = append(e.got, r.Header.Clone()), append(e.bodies, string(body))
	answer := e.answer
	e.mu.Unlock()
	if answer != nil {
		answer(w, r)
	}
}

// answers has the endpoint answer with a status and headers from now on.
func (e *endpoint) answers(status int, headers ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
	}
}

func (e *endpoint) requests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.got)
}

func (e *endpoint) hook(events ...string) service.SecretWebhook {
	e.t.Helper()
	made, err := e.Create(e.t.Context(), e.actor, service.CreateWebhook{URL: e.url, Events: events})
	e.must(err)
	return made
}

// tell queues an event of the partner, and gives its id.
func (e *endpoint) tell(kind string) string {
	e.t.Helper()
	event := &model.Event{
		ID: secret.NewID(), Type: kind, AccountID: partner, TokenID: "0tok", At: e.clock.now(), Data: map[string]any{"token": map[string]any{"name": "<A&B>"}},
	}
	e.must(e.store.InTx(e.t.Context(), func(tx *repository.Store) error { return e.Queue(e.t.Context(), tx, event) }))
	return event.ID
}

// deliveries is the deliveries to a webhook, newest first.
func (e *endpoint) deliveries(w model.Webhook) []model.WebhookDelivery {
	e.t.Helper()
	list, _, err := e.Deliveries(e.t.Context(), e.actor, w.ID, service.DeliveryFilter{}, 0, "")
	e.must(err)
	return list
}

// attempt makes the attempt of the newest delivery that is due, and gives the time
// until the next.
func (e *endpoint) attempt(w model.Webhook) time.Duration {
	e.t.Helper()
	d := e.deliveries(w)[0]
	again, err := e.Deliver(e.t.Context(), service.DeliverWebhook{WebhookID: w.ID, DeliveryID: d.ID, Round: d.Round})
	e.must(err)
	return again
}

func (e *endpoint) state(w model.Webhook) string {
	e.t.Helper()
	d := e.deliveries(w)[0]
	return string(d.State) + " " + d.Outcome
}

func eachEndpoint(t *testing.T, test func(e *endpoint)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) { test(newEndpoint(t, db)) })
}

func TestWebhooksGetWhatTheyWant(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		all, some, off := e.hook("token.*", "contact.missing"), e.hook("token.leaked"), e.hook("token.*")
		_, err := e.Disable(t.Context(), e.actor, off.Webhook.ID)
		e.must(err)
		e.tell("token.created")
		e.tell("version.retired")
		leaked := e.tell("token.leaked")
		for hook, want := range map[*model.Webhook]int{&all.Webhook: 2, &some.Webhook: 1, &off.Webhook: 0} {
			if got := e.deliveries(*hook); len(got) != want {
				t.Errorf("%v has %d deliveries, want %d", hook.Events, len(got), want)
			}
		}
		e.attempt(some.Webhook)
		var body struct {
			Type      string
			Timestamp time.Time
			Data      map[string]any
		}
		e.must(json.Unmarshal([]byte(e.bodies[0]), &body))
		if body.Type != "token.leaked" || !body.Timestamp.Equal(e.clock.now()) || body.Data["event_id"] != leaked || body.Data["account_id"] != partner ||
			body.Data["token_id"] != "0tok" || !strings.Contains(e.bodies[0], "<A&B>") || e.got[0].Get("Webhook-Id") != leaked {
			t.Errorf("sent %s with %v", e.bodies[0], e.got[0])
		}
	})
}

// TestWebhookSchedule: a delivery is tried ten times over three days, and is not
// sent before its time.
func TestWebhookSchedule(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		e.tell("token.created")
		e.answers(http.StatusInternalServerError)
		started := e.clock.now()
		for n := range webhook.MaxAttempts {
			again := e.attempt(w)
			if last := n == webhook.MaxAttempts-1; (again == 0) != last {
				t.Fatalf("attempt %d: again after %s", n+1, again)
			}
			if early := e.attempt(w); early > again || e.requests() != n+1 {
				t.Fatalf("attempt %d: %d requests, and %s to wait", n+1, e.requests(), early)
			}
			e.clock.add(again)
		}
		if took := e.clock.now().Sub(started); took < 72*time.Hour || took > 96*time.Hour || e.state(w) != "failed refused" {
			t.Errorf("%s after %s", e.state(w), took)
		}
		ids := map[string]bool{}
		for _, header := range e.got {
			ids[header.Get("Webhook-Id")] = true
		}
		if len(ids) != 1 {
			t.Errorf("ids %v", ids)
		}
	})
}

// TestWebhookWithoutAnswer: an attempt that has no answer is noted as well, and
// another follows.
func TestWebhookWithoutAnswer(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		away := httptest.NewServer(http.NotFoundHandler())
		e.url = away.URL
		away.Close()
		w := e.hook("token.*").Webhook
		e.tell("token.created")
		if again := e.attempt(w); again < 5*time.Second || e.state(w) != "pending connection" {
			t.Errorf("%s, again after %s", e.state(w), again)
		}
	})
}

func TestWebhookRetryAfter(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		tests := map[string]struct {
			status int
			asked  string
			least  time.Duration
			most   time.Duration
		}{
			"in bounds":       {429, "600", 10 * time.Minute, 10 * time.Minute},
			"too long":        {503, "999999", 24 * time.Hour, 24 * time.Hour},
			"too short":       {503, "0", 5 * time.Second, 7 * time.Second},
			"not understood":  {503, "soon", 5 * time.Second, 7 * time.Second},
			"of another kind": {500, "600", 5 * time.Second, 7 * time.Second},
		}
		for name, tt := range tests {
			e.tell("token.created")
			e.answers(tt.status, "Retry-After", tt.asked)
			if again := e.attempt(w); again < tt.least || again > tt.most {
				t.Errorf("%s: again after %s", name, again)
			}
		}
	})
}

func TestWebhookGone(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		e.tell("token.created")
		e.tell("token.created")
		e.answers(http.StatusGone)
		if again := e.attempt(w); again != 0 || e.state(w) != "failed gone" {
			t.Errorf("%s, again after %s", e.state(w), again)
		}
		shown, err := e.Show(t.Context(), e.actor, w.ID)
		e.must(err)
		if shown.DisabledAt == nil || shown.DisabledReason != model.WebhookGone {
			t.Errorf("webhook %+v", shown)
		}
		older := e.deliveries(w)[1]
		_, err = e.Deliver(t.Context(), service.DeliverWebhook{WebhookID: w.ID, DeliveryID: older.ID})
		e.must(err)
		if older = e.deliveries(w)[1]; e.requests() != 1 || older.State != model.DeliveryFailed || older.Outcome != "webhook_disabled" {
			t.Errorf("the other delivery: %+v after %d requests", older, e.requests())
		}
		entries, err := e.store.Audit.List(t.Context(), repository.AuditFilter{Action: "webhook.disabled"}, repository.Page{Limit: 10})
		e.must(err)
		if len(entries) != 1 || entries[0].ActorKind != model.ActorSystem || entries[0].AccountID != partner || entries[0].Details["reason"] != "gone" {
			t.Errorf("audit log %+v", entries)
		}
	})
}

// TestWebhookFailing: an endpoint that fails for five days without a break is sent
// nothing more, and one that does well in between is.
func TestWebhookFailing(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		disabled := func() bool {
			shown, err := e.Show(t.Context(), e.actor, w.ID)
			e.must(err)
			return shown.DisabledReason == model.WebhookFailing
		}
		fail := func(status int) {
			e.tell("token.created")
			e.answers(status)
			e.attempt(w)
		}
		fail(500)
		e.clock.add(4 * 24 * time.Hour)
		fail(302)
		fail(200)
		e.clock.add(24 * time.Hour)
		fail(500)
		e.clock.add(5*24*time.Hour - time.Second)
		fail(404)
		if disabled() {
			t.Error("disabled too early")
		}
		e.clock.add(time.Second)
		fail(500)
		if !disabled() {
			t.Error("not disabled")
		}
		_, err := e.Enable(t.Context(), e.actor, w.ID)
		e.must(err)
		fail(500)
		if disabled() {
			t.Error("it has not got its time again")
		}
	})
}

func TestWebhookRotation(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		made := e.hook("token.*")
		w := made.Webhook
		rotated, err := e.Rotate(t.Context(), e.actor, service.RotateWebhook{ID: w.ID, Grace: new(time.Hour)})
		e.must(err)
		good := func() (accepted []bool) {
			e.tell("token.created")
			e.attempt(w)
			last := len(e.got) - 1
			for _, secret := range []webhook.Secret{made.Secret, rotated.Secret} {
				verifier, err := standardwebhooks.NewWebhook(secret.Reveal())
				e.must(err)
				accepted = append(accepted, verifier.VerifyIgnoringTimestamp([]byte(e.bodies[last]), e.got[last]) == nil)
			}
			return accepted
		}
		if got := good(); !got[0] || !got[1] {
			t.Errorf("during the grace: %v", got)
		}
		e.clock.add(time.Hour)
		if got := good(); got[0] || !got[1] {
			t.Errorf("after the grace: %v", got)
		}
		var sealed []byte
		e.must(e.sql().QueryRowContext(t.Context(), "SELECT secret FROM webhooks").Scan(&sealed))
		if strings.Contains(string(sealed), string(rotated.Secret.Bytes())) {
			t.Error("the secret is in the database in clear")
		}
	})
}

// TestWebhookRedelivery: what is asked for again is sent at once, and the job that
// waited for it does nothing.
func TestWebhookRedelivery(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		id := e.tell("token.created")
		e.answers(http.StatusInternalServerError)
		e.attempt(w)
		waiting := service.DeliverWebhook{WebhookID: w.ID, DeliveryID: e.deliveries(w)[0].ID}
		e.answers(http.StatusOK)
		_, err := e.Redeliver(t.Context(), e.actor, w.ID, waiting.DeliveryID)
		e.must(err)
		e.attempt(w)
		if e.state(w) != "delivered delivered" || e.requests() != 2 || e.got[1].Get("Webhook-Id") != id {
			t.Errorf("%s after %d requests", e.state(w), e.requests())
		}
		e.clock.add(time.Hour)
		if again, err := e.Deliver(t.Context(), waiting); again != 0 || err != nil || e.requests() != 2 {
			t.Errorf("the job of before: %s, %v, %d requests", again, err, e.requests())
		}
		found, err := e.Delivery(t.Context(), e.actor, w.ID, waiting.DeliveryID)
		e.must(err)
		if len(found.Attempts) != 2 || found.Attempts[0].Number != 2 || found.Attempts[1].Status != 500 {
			t.Errorf("attempts %+v", found.Attempts)
		}
		e.clock.add(30*24*time.Hour + time.Second)
		e.must((&service.Housekeeping{Store: e.store, Now: e.clock.now}).Clean(t.Context()))
		if left := e.deliveries(w); len(left) != 0 {
			t.Errorf("after a month: %+v", left)
		}
	})
}

// TestSlowWebhook: a slow endpoint has only so many requests at once; a delivery
// more is put off and not counted as an attempt.
func TestSlowWebhook(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		w := e.hook("token.*").Webhook
		release := make(chan struct{})
		e.mu.Lock()
		e.answer = func(http.ResponseWriter, *http.Request) { <-release }
		e.mu.Unlock()
		const atOnce = 8
		for range atOnce + 1 {
			e.tell("token.created")
		}
		all := e.deliveries(w)
		var sending sync.WaitGroup
		for _, d := range all[:atOnce] {
			sending.Go(func() {
				if _, err := e.Deliver(t.Context(), service.DeliverWebhook{WebhookID: w.ID, DeliveryID: d.ID}); err != nil {
					t.Error(err)
				}
			})
		}
		e.until(func() bool { return e.requests() == atOnce })
		last := service.DeliverWebhook{WebhookID: w.ID, DeliveryID: all[atOnce].ID}
		if again, err := e.Deliver(t.Context(), last); err != nil || again < time.Second || again > 5*time.Second {
			t.Errorf("one more: again after %s, %v", again, err)
		}
		close(release)
		sending.Wait()
		if again, err := e.Deliver(t.Context(), last); err != nil || again != 0 || e.requests() != atOnce+1 {
			t.Errorf("afterwards: again after %s, %v", again, err)
		}
	})
}

// TestSlowWebhooksOfAnAccount: however many slow endpoints an account has, those of
// others are served.
func TestSlowWebhooksOfAnAccount(t *testing.T) {
	eachEndpoint(t, func(e *endpoint) {
		release := make(chan struct{})
		e.mu.Lock()
		e.answer = func(http.ResponseWriter, *http.Request) { <-release }
		e.mu.Unlock()
		hooks := make([]model.Webhook, 4)
		for i := range hooks {
			hooks[i] = e.hook("token.*").Webhook
		}
		const atOnce = 20
		for range atOnce/len(hooks) + 1 {
			e.tell("token.created")
		}
		var sending sync.WaitGroup
		var last service.DeliverWebhook
		for _, w := range hooks {
			for i, d := range e.deliveries(w) {
				args := service.DeliverWebhook{WebhookID: w.ID, DeliveryID: d.ID}
				if i == atOnce/len(hooks) {
					last = args
					continue
				}
				sending.Go(func() {
					if _, err := e.Deliver(t.Context(), args); err != nil {
						t.Error(err)
					}
				})
			}
		}
		e.until(func() bool { return e.requests() == atOnce })
		if again, err := e.Deliver(t.Context(), last); err != nil || again < time.Second || again > 5*time.Second {
			t.Errorf("one more of the account: again after %s, %v", again, err)
		}
		other := newEndpointOf(e)
		if again, err := e.Deliver(t.Context(), other); err != nil || again != 0 {
			t.Errorf("one of another account: again after %s, %v", again, err)
		}
		close(release)
		sending.Wait()
	})
}

// newEndpointOf is a delivery to a quick webhook of another account.
func newEndpointOf(e *endpoint) service.DeliverWebhook {
	e.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	e.t.Cleanup(server.Close)
	actor := e.actor
	actor.AccountID = "02demoBrand00000000001"
	made, err := e.Create(e.t.Context(), actor, service.CreateWebhook{URL: server.URL, Events: []string{"token.*"}})
	e.must(err)
	d, err := e.Test(e.t.Context(), actor, made.Webhook.ID)
	e.must(err)
	return service.DeliverWebhook{WebhookID: made.Webhook.ID, DeliveryID: d.ID}
}
