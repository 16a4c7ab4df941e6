package api_test

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

const onceKey = "Idempotency-Key: 9f1c6f0e-5a35-4c6e-a3a1-3b8d8a1f6f7e"

// wantSame makes sure that a repeat was answered as the first call.
func (a answer) wantSame(first answer) {
	a.t.Helper()
	if a.status != first.status || !bytes.Equal(a.body, first.body) || a.header.Get("Location") != first.header.Get("Location") ||
		a.header.Get("ETag") != first.header.Get("ETag") {
		a.t.Errorf("%s: repeat %d %s, first %d %s", a.asked, a.status, a.body, first.status, first.body)
	}
}

func TestIdempotentCreate(t *testing.T) {
	each(t, func(h *harness) {
		body := token(map[string]any{"name": "Once", "expires_at": h.clock.now().Add(time.Hour).Format(time.RFC3339)})
		first := h.call(h.admin(), "POST /tokens", body, onceKey).want(201)
		h.call(h.admin(), "POST /tokens", body, onceKey).wantSame(first)
		h.verify(first.text("secret"), nil).wantCode("ok")

		h.call(h.admin(), "POST /tokens", token(map[string]any{"name": "Twice"}), onceKey).want(422, "idempotency_key_reused")
		if a := h.call(h.specialist(), "POST /tokens", body, onceKey).want(409, "name_taken"); a.has("secret") { // another actor
			h.t.Errorf("answer %s", a.body)
		}
		h.call(h.op(), "POST /tokens", body, onceKey, "Tokenry-Account: "+brand).want(422, "invalid_request") // another account

		h.call(h.admin(), "POST /tokens/"+first.text("id")+"/revoke", nil).want(200)
		h.clock.add(2 * time.Hour) // the expiry of the body is in the past by now
		h.call(h.admin(), "POST /tokens", body, onceKey).wantSame(first)
		h.verify(first.text("secret"), nil).wantCode("revoked") // a repeat brings nothing back
		h.clock.add(22 * time.Hour)
		h.call(h.admin(), "POST /tokens", body, onceKey).wantFaults(map[string]string{"expires_at": "in_past"})
	})
}

func TestIdempotentKeyForm(t *testing.T) {
	each(t, func(h *harness) {
		for _, key := range []string{"short", "", string(bytes.Repeat([]byte("k"), 256))} {
			if a := h.call(h.admin(), "POST /tokens", token(nil), "Idempotency-Key: "+key).want(422, "invalid_request"); a.text("fields.0.field") != "Idempotency-Key" {
				h.t.Errorf("answer %s", a.body)
			}
		}
		h.call(h.admin(), "POST /tokens", token(nil), onceKey, onceKey+"2").wantFaults(map[string]string{"Idempotency-Key": "duplicate"})
	})
}

// TestIdempotencyForgetsFailures: a 4xx is not kept, so the same key serves once
// the input is right.
func TestIdempotencyForgetsFailures(t *testing.T) {
	each(t, func(h *harness) {
		taken := h.create(map[string]any{"name": "Taken"})
		body := token(map[string]any{"name": "Taken"})
		h.call(h.admin(), "POST /tokens", body, onceKey).want(409, "name_taken")
		h.call(h.admin(), "POST /tokens", token(map[string]any{"scopes": []string{"x"}}), onceKey).want(422, "invalid_request")
		h.call(h.admin(), "DELETE /tokens/"+taken.text("id"), nil).want(200)
		h.call(h.admin(), "POST /tokens", body, onceKey).want(201)
	})
}

// TestIdempotentTwins: of calls in flight at once one makes a secret, and all
// get it.
func TestIdempotentTwins(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(map[string]any{"name": "Original"})
		calls := map[string]any{
			"POST /tokens": token(map[string]any{"name": "Twin"}),
			"POST /tokens/" + tok.text("id") + "/rotate":    map[string]any{"grace_seconds": 0},
			"POST /tokens/" + tok.text("id") + "/duplicate": nil,
		}
		for request, body := range calls {
			answers, credential := make([]answer, 8), h.admin()
			var group sync.WaitGroup
			for i := range answers {
				group.Go(func() { answers[i] = h.call(credential, request, body, onceKey) })
			}
			group.Wait()
			if answers[0].text("secret") == "" {
				h.t.Errorf("%s: answer %d %s", request, answers[0].status, answers[0].body)
			}
			for _, a := range answers[1:] {
				a.wantSame(answers[0])
			}
			h.verify(answers[0].text("secret"), nil).wantCode("ok")
		}
		if a := h.call(h.viewer(), "GET /tokens?q=Twin", nil).want(200); a.len("items") != 1 {
			h.t.Errorf("%d tokens", a.len("items"))
		}
	})
}

func TestIdempotentRotate(t *testing.T) {
	each(t, func(h *harness) {
		tok, other := h.create(nil), h.create(nil)
		path := "POST /tokens/" + tok.text("id") + "/rotate"
		now := map[string]any{"grace_seconds": 0}
		first := h.call(h.admin(), path, now, onceKey).want(200)
		if first.get("propagated") != true {
			h.t.Errorf("rotated: %s", first.body)
		}
		h.clock.add(time.Minute)
		h.call(h.admin(), path, now, onceKey).wantSame(first)
		h.call(h.admin(), path, map[string]any{"grace_seconds": 60}, onceKey).want(422, "idempotency_key_reused")
		if a := h.call(h.admin(), "POST /tokens/"+other.text("id")+"/rotate", now, onceKey).want(200); a.text("id") != other.text("id") {
			h.t.Errorf("another token: %s", a.body)
		}
		if a := h.call(h.viewer(), "GET /tokens/"+tok.text("id"), nil).want(200); a.get("generation") != 2.0 {
			h.t.Errorf("generation %v", a.get("generation"))
		}
	})
}
