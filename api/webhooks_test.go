package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tokenry/tokenry/service"
)

// received is a request that a receiver of webhooks has got.
type received struct {
	header http.Header
	body   []byte
}

// receiver takes webhooks, and answers with a status that a test can change.
type receiver struct {
	url string

	mu     sync.Mutex
	got    []received
	status int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusOK}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, received{req.Header.Clone(), body})
		w.Header().Set("Set-Cookie", "session=hunter2")
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, "noted")
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/hooks/T000SECRET"
	return r
}

func (r *receiver) last() received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got[len(r.got)-1]
}

func (h *harness) webhook(url string) answer {
	h.t.Helper()
	made := h.call(h.admin(), "POST /webhooks", map[string]any{"url": url, "events": []string{"token.*"}}).want(201)
	h.hide(strings.Repeat("x", 40) + made.text("secret")[10:])
	return made
}

// deliver makes the attempt of a delivery that is due.
func (h *harness) deliver(delivery answer) {
	h.t.Helper()
	_, err := h.api.Webhooks.Deliver(h.t.Context(), service.DeliverWebhook{
		WebhookID: delivery.text("webhook_id"), DeliveryID: delivery.text("id"),
	})
	h.must(err)
}

func TestWebhookSettings(t *testing.T) {
	each(t, func(h *harness) {
		made := h.call(h.admin(), "POST /webhooks", map[string]any{
			"url": " https://example.com/hook?key=1 ", "description": " On call ", "events": []string{"token.leaked", "contact.*", "token.leaked"},
		}).want(201)
		path := "/webhooks/" + made.text("id")
		if made.header.Get("Location") != path || !strings.HasPrefix(made.text("secret"), "whsec_") || made.text("url") != "https://example.com/hook?key=1" ||
			made.text("description") != "On call" || made.text("state") != "enabled" || made.text("account_id") != partner ||
			made.text("events.0") != "contact.*" || made.len("events") != 2 {
			t.Errorf("made %s", made.body)
		}
		shown := h.call(h.op(), "GET "+path, nil, "Tokenry-Account: "+partner).want(200)
		if shown.has("secret") || shown.header.Get("ETag") != made.header.Get("ETag") {
			t.Errorf("shown %s, %v", shown.body, shown.header)
		}
		changed := h.call(h.admin(), "PATCH "+path, map[string]any{"description": nil, "events": []string{"token.created"}},
			"If-Match: "+shown.header.Get("ETag")).want(200)
		if changed.text("description") != "" || changed.text("events.0") != "token.created" || changed.text("url") != shown.text("url") {
			t.Errorf("changed %s", changed.body)
		}
		h.call(h.admin(), "PATCH "+path, map[string]any{"url": "https://example.org/"}, "If-Match: "+shown.header.Get("ETag")).want(412, "stale")
		disabled := h.call(h.admin(), "POST "+path+"/disable", nil).want(200)
		if disabled.text("state") != "disabled" || disabled.text("disabled_reason") != "manual" {
			t.Errorf("disabled %s", disabled.body)
		}
		h.call(h.admin(), "POST "+path+"/disable", nil).want(200)
		h.call(h.admin(), "POST "+path+"/test", nil).want(409, "webhook_disabled")
		enabled := h.call(h.admin(), "POST "+path+"/enable", nil).want(200)
		if enabled.text("state") != "enabled" || enabled.get("disabled_reason") != nil {
			t.Errorf("enabled %s", enabled.body)
		}
		if list := h.call(h.admin(), "GET /webhooks", nil).want(200); list.len("items") != 1 {
			t.Errorf("list %s", list.body)
		}
		if list := h.call(h.stranger(), "GET /webhooks", nil).want(200); list.len("items") != 0 {
			t.Errorf("another account's list %s", list.body)
		}
		h.call(h.admin(), "DELETE "+path, nil).want(200)
		h.call(h.admin(), "GET "+path, nil).want(404, "not_found")

		log := h.call(h.admin(), "GET /audit?action=webhook.", nil).want(200)
		want := []string{"webhook.deleted", "webhook.enabled", "webhook.disabled", "webhook.updated", "webhook.created"}
		if got := log.texts("items", "action"); !slices.Equal(got, want) {
			t.Errorf("audit log %v, want %v", got, want)
		}
		if strings.Contains(string(log.body), "key=1") || !strings.Contains(string(log.body), "https://example.com/…") {
			t.Errorf("the audit log is to tell the host of the URL and no more: %s", log.body)
		}
	})
}

func TestWebhookFaults(t *testing.T) {
	each(t, func(h *harness) {
		urls := map[string]string{
			"": "too_short", "example.com": "not_a_url", "ftp://example.com/": "not_a_url", "https:///x": "not_a_url",
			"http://example.com/": "not_https", "https://user:pw@example.com/": "has_credentials", "https://example.com/#x": "has_fragment",
			"https://10.0.0.1/": "forbidden_address", "https://[::1]/": "forbidden_address", "https://localhost/": "forbidden_address",
			"https://169.254.169.254/latest": "forbidden_address", "https://[::ffff:10.0.0.1]/": "forbidden_address",
		}
		for url, code := range urls {
			h.call(h.admin(), "POST /webhooks", map[string]any{"url": url, "events": []string{"token.*"}}).
				want(422, "invalid_request").wantFaults(map[string]string{"url": code})
		}
		for _, event := range []string{"*", "token", "token.", "token.nonsense", "nonsense.*", "tok*", "token.c*"} {
			h.call(h.admin(), "POST /webhooks", map[string]any{"url": "https://example.com/", "events": []string{event}}).
				want(422, "invalid_request").wantFaults(map[string]string{"events.0": "unknown_event"})
		}
		h.call(h.admin(), "POST /webhooks", map[string]any{}).want(422).wantFaults(map[string]string{"url": "required", "events": "required"})
		h.call(h.admin(), "POST /webhooks", map[string]any{"url": "https://example.com/", "events": []string{}}).
			want(422).wantFaults(map[string]string{"events": "too_few"})
	})
}

func TestWebhookSecretRepeats(t *testing.T) {
	each(t, func(h *harness) {
		body := map[string]any{"url": "https://example.com/", "events": []string{"token.*"}}
		const key = "Idempotency-Key: 0123456789abcdef"
		first := h.call(h.admin(), "POST /webhooks", body, key).want(201)
		again := h.call(h.admin(), "POST /webhooks", body, key).want(201)
		if again.text("id") != first.text("id") || again.text("secret") != first.text("secret") {
			t.Error("a repeat has another answer")
		}
		body["description"] = "another"
		h.call(h.admin(), "POST /webhooks", body, key).want(422, "idempotency_key_reused")
		rotate := "POST /webhooks/" + first.text("id") + "/rotate"
		rotated := h.call(h.admin(), rotate, map[string]any{"grace_seconds": 60}, key).want(200)
		repeat := h.call(h.admin(), rotate, map[string]any{"grace_seconds": 60}, key).want(200)
		if rotated.text("secret") == first.text("secret") || repeat.text("secret") != rotated.text("secret") ||
			rotated.text("previous_secret_expires_at") == "" {
			t.Error("the rotation gave no new secret, or its repeat another one")
		}
		h.call(h.admin(), rotate, map[string]any{"grace_seconds": 604801}).want(422)
	})
}

func TestWebhookDeliveries(t *testing.T) {
	each(t, func(h *harness) {
		receiver := newReceiver(t)
		made := h.webhook(receiver.url)
		path := "/webhooks/" + made.text("id")
		test := h.call(h.admin(), "POST "+path+"/test", nil).want(202)
		if test.text("state") != "pending" || test.text("type") != "webhook.test" || test.header.Get("Location") != path+"/deliveries/"+test.text("id") {
			t.Errorf("test %s", test.body)
		}
		receiver.status = http.StatusInternalServerError
		h.deliver(test)
		shown := h.call(h.admin(), "GET "+path+"/deliveries/"+test.text("id"), nil).want(200)
		got := receiver.last()
		if shown.text("state") != "pending" || shown.text("outcome") != "refused" || shown.text("request_body") != string(got.body) ||
			shown.text("history.0.response_body") != "noted" || got.header.Get("Webhook-Id") != test.text("event_id") {
			t.Errorf("shown %s", shown.body)
		}
		verifier, err := standardwebhooks.NewWebhook(made.text("secret"))
		h.must(err)
		h.must(verifier.VerifyIgnoringTimestamp(got.body, got.header))
		for _, hidden := range []string{"hunter2", got.header.Get("Webhook-Signature"), made.text("secret")} {
			if strings.Contains(string(shown.body), hidden) {
				t.Errorf("the delivery shows %q", hidden)
			}
		}
		receiver.status = http.StatusNoContent
		again := h.call(h.admin(), "POST "+path+"/deliveries/"+test.text("id")+"/redeliver", nil).want(202)
		if again.text("id") != test.text("id") || again.text("event_id") != test.text("event_id") {
			t.Errorf("again %s", again.body)
		}
		list := h.call(h.admin(), "GET "+path+"/deliveries?state=pending&type=webhook.test&event_id="+test.text("event_id"), nil).want(200)
		if list.len("items") != 1 || list.text("items.0.id") != test.text("id") {
			t.Errorf("list %s", list.body)
		}
		if list := h.call(h.admin(), "GET "+path+"/deliveries?state=failed", nil).want(200); list.len("items") != 0 {
			t.Errorf("list %s", list.body)
		}
		for _, request := range []string{"GET " + path + "/deliveries", "GET " + path + "/deliveries/" + test.text("id"), "POST " + path + "/test"} {
			h.call(h.stranger(), request, nil).want(404, "not_found")
		}
		other := h.webhook(receiver.url)
		h.call(h.admin(), "GET /webhooks/"+other.text("id")+"/deliveries/"+test.text("id"), nil).want(404, "not_found")
	})
}
