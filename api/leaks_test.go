package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/testdb"
)

const leakURL = "https://github.com/example/app/blob/main/.env"

// report reports what was found and has it looked into.
func (h *harness) report(items ...map[string]any) {
	h.t.Helper()
	h.call("", "POST /leaks", map[string]any{"items": items}).want(202)
	h.look()
}

// look looks into all reports.
func (h *harness) look() {
	h.t.Helper()
	for more := true; more; {
		var err error
		more, err = h.api.Leaks.Look(h.t.Context())
		h.must(err)
	}
}

func sumOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// code is what a check answers.
func (h *harness) code(secret string) string {
	h.t.Helper()
	return h.call(h.op(), "POST /tokens/verify", map[string]any{"secret": secret}).want(200).text("code")
}

// actions is the actions in a token's history, oldest first.
func (h *harness) actions(id string) []string {
	h.t.Helper()
	actions := h.call(h.viewer(), "GET /tokens/"+id+"/history?limit=200", nil).want(200).texts("items", "action")
	slices.Reverse(actions)
	return actions
}

func TestLeakPolicies(t *testing.T) {
	tests := map[string]struct {
		policy  string
		code    string // of a check afterwards
		outcome string
		actions []string
	}{
		"disable": {"disable", "disabled", "disabled", []string{"token.created", "token.disabled", "token.leaked"}},
		"revoke":  {"revoke", "revoked", "revoked", []string{"token.created", "token.revoked", "token.leaked"}},
		"tell":    {"tell", "ok", "told", []string{"token.created", "token.leaked"}},
	}
	each(t, func(h *harness) {
		for name, tt := range tests {
			for _, kind := range []string{"secret", "sha256"} {
				h.call(h.admin(), "PATCH /accounts/"+partner, map[string]any{"policy": map[string]any{"leak_policy": tt.policy}}).want(200)
				tok := h.create(nil)
				id, secret := tok.text("id"), tok.text("secret")
				what := map[string]string{"secret": secret, "sha256": sumOf(secret)}[kind]
				if got := h.code(secret); got != "ok" {
					h.t.Fatalf("%s: before, a check answers %s", name, got)
				}
				h.report(map[string]any{kind: what, "url": leakURL})
				if got := h.code(secret); got != tt.code {
					h.t.Errorf("%s by %s: a check answers %s, want %s", name, kind, got, tt.code)
				}
				if got := h.actions(id); !slices.Equal(got, tt.actions) {
					h.t.Errorf("%s: history %v, want %v", name, got, tt.actions)
				}
				if h.call(h.viewer(), "GET /tokens/"+id, nil).want(200).text("leaked_at") == "" {
					h.t.Errorf("%s: the token does not show leaked_at", name)
				}
				leaks := h.call(h.viewer(), "GET /tokens/"+id+"/leaks", nil).want(200)
				if leaks.len("items") != 1 || leaks.text("items.0.url") != leakURL || leaks.text("items.0.outcome") != tt.outcome ||
					leaks.text("items.0.secret") != "current" || leaks.text("items.0.reported_by") != "127.0.0.1" {
					h.t.Errorf("%s: leaks %s", name, leaks.body)
				}
			}
		}
	})
}

// TestLeakIsToldOncePerPlace: and the policy holds whoever has been told.
func TestLeakIsToldOncePerPlace(t *testing.T) {
	each(t, func(h *harness) {
		h.call(h.admin(), "PATCH /accounts/"+partner, map[string]any{"policy": map[string]any{"leak_policy": "tell"}}).want(200)
		tok := h.create(nil)
		id, found := tok.text("id"), map[string]any{"secret": tok.text("secret"), "url": leakURL}
		h.report(found, found)
		h.report(found)
		h.call(h.admin(), "PATCH /accounts/"+partner, map[string]any{"policy": map[string]any{"leak_policy": "disable"}}).want(200)
		h.report(found)
		if got, want := h.actions(id), []string{"token.created", "token.leaked", "token.disabled"}; !slices.Equal(got, want) {
			h.t.Errorf("history %v, want %v", got, want)
		}
		if leaks := h.call(h.viewer(), "GET /tokens/"+id+"/leaks", nil).want(200); leaks.len("items") != 1 || leaks.get("items.0.times") != 4.0 {
			h.t.Errorf("leaks %s", leaks.body)
		}
		for i := range 30 {
			found["url"] = fmt.Sprint(leakURL, i)
			h.report(found)
			h.clock.add(time.Minute)
		}
		told := slices.DeleteFunc(h.actions(id), func(action string) bool { return action != "token.leaked" })
		first := h.call(h.viewer(), "GET /tokens/"+id+"/leaks?limit=15", nil).want(200)
		rest := h.call(h.viewer(), "GET /tokens/"+id+"/leaks?limit=15&cursor="+first.text("next_cursor"), nil).want(200)
		urls := append(first.texts("items", "url"), rest.texts("items", "url")...)
		slices.Sort(urls)
		if len(told) != 20 || len(slices.Compact(urls)) != 20 {
			h.t.Errorf("told of %d places, of which %d are listed; want 20", len(told), len(urls))
		}
	})
}

func TestLeakedTokenMustBeRotated(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		path, old := "/tokens/"+tok.text("id"), tok.text("secret")
		h.report(map[string]any{"secret": old})
		h.call(h.admin(), "POST "+path+"/enable", nil).want(409, "rotation_required")
		key := "Idempotency-Key: 0123456789abcdef"
		rotate := map[string]any{"grace_seconds": 3600}
		rotated := h.call(h.admin(), "POST "+path+"/rotate", rotate, key).want(200)
		repeated := h.call(h.admin(), "POST "+path+"/rotate", rotate, key).want(200)
		for _, a := range []answer{rotated, repeated} {
			ends, err := time.Parse(time.RFC3339Nano, a.text("previous_expires_at"))
			if err != nil || ends.After(h.clock.now()) || a.text("secret") != rotated.text("secret") || a.get("propagated") != true {
				h.t.Errorf("rotated %s", a.body)
			}
		}
		if after := h.call(h.admin(), "POST "+path+"/enable", nil).want(200); after.text("status") != "active" || after.get("leaked_at") != nil {
			h.t.Errorf("enabled %s", after.body)
		}
		if got := h.code(old); got != "rotated" {
			h.t.Errorf("the old secret is %s, want rotated", got)
		}
		if got := h.code(rotated.text("secret")); got != "ok" {
			h.t.Errorf("the new secret is %s, want ok", got)
		}
		// The old one has ended: its people are only told.
		h.report(map[string]any{"secret": old, "url": leakURL})
		leaks := h.call(h.viewer(), "GET "+path+"/leaks", nil).want(200)
		if got := leaks.texts("items", "secret"); !slices.Contains(got, "ended") || h.code(rotated.text("secret")) != "ok" {
			h.t.Errorf("leaks %s", leaks.body)
		}
	})
}

func TestLeakedPreviousSecretEndsAlone(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		rotated := h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/rotate", nil).want(200)
		h.report(map[string]any{"sha256": strings.ToUpper(sumOf(tok.text("secret")))})
		if old, current := h.code(tok.text("secret")), h.code(rotated.text("secret")); old != "rotated" || current != "ok" {
			h.t.Errorf("old %s, current %s; want rotated, ok", old, current)
		}
		leaks := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/leaks", nil).want(200)
		if leaks.text("items.0.secret") != "previous" || leaks.text("items.0.outcome") != "previous_secret_ended" {
			h.t.Errorf("leaks %s", leaks.body)
		}
		if h.call(h.viewer(), "GET /tokens/"+tok.text("id"), nil).want(200).get("leaked_at") != nil {
			h.t.Error("the current secret counts as leaked")
		}
	})
}

// TestReportsTellNothing: the answer to a report is the same whatever it has.
func TestReportsTellNothing(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		h.call(h.admin(), "POST /tokens/"+tok.text("id")+"/revoke", nil).want(200)
		fresh := h.create(nil).text("secret")
		items := map[string]map[string]any{
			"current": {"secret": fresh}, "revoked": {"secret": tok.text("secret")}, "hash": {"sha256": sumOf(fresh)},
			"unknown": {"secret": fresh[:len(fresh)-1] + "x"}, "no secret": {"secret": "hunter2"}, "unknown hash": {"sha256": sumOf("hunter2")},
		}
		for name, item := range items {
			a := h.call("", "POST /leaks", map[string]any{"items": []any{item}}).want(202)
			if got := strings.TrimSpace(string(a.body)); got != `{"status":"taken"}` {
				h.t.Errorf("%s: answer %s", name, got)
			}
		}
		h.look()
	})
}

func TestReportsWithFaults(t *testing.T) {
	each(t, func(h *harness) {
		sum := sumOf("x")
		tests := map[string]struct {
			items  []any
			faults map[string]string
		}{
			"none":    {[]any{}, map[string]string{"items": "too_few"}},
			"many":    {make([]any, 1001), map[string]string{"items": "too_many"}},
			"neither": {[]any{map[string]any{"url": "x"}}, map[string]string{"items.0": "one_of"}},
			"both":    {[]any{map[string]any{"secret": "x", "sha256": sum}}, map[string]string{"items.0": "one_of"}},
			"no hash": {[]any{map[string]any{"sha256": sum}, map[string]any{"sha256": strings.Repeat("g", 64)}}, map[string]string{"items.1.sha256": "wrong_format"}},
			"short":   {[]any{map[string]any{"sha256": sum[1:]}}, map[string]string{"items.0.sha256": "too_short"}},
			"unknown": {[]any{map[string]any{"secret": "x", "token": "y"}}, map[string]string{"items.0.token": "unknown_field"}},
		}
		for _, tt := range tests {
			h.call("", "POST /leaks", map[string]any{"items": tt.items}).wantFaults(tt.faults)
		}
		h.call("", "POST /leaks", `{"items":`).want(400, "malformed_body")
		h.call("", "POST /leaks", `{"items":[{"secret":"`+strings.Repeat("x", 1<<20)+`"}]}`).want(413)
	})
}

// TestReportsAreLimitedByAddress: by that of the client, behind a trusted proxy.
func TestReportsAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		h := newHarness(t, db, func(s *api.Server) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
		body := map[string]any{"items": []any{map[string]any{"secret": "x"}}}
		from := func(address string) answer { return h.call("", "POST /leaks", body, "X-Forwarded-For: "+address) }
		for range 20 {
			from("203.0.113.1").want(202)
		}
		if a := from("203.0.113.1").want(429, "rate_limited"); a.header.Get("Retry-After") == "" {
			h.t.Error("there is no Retry-After")
		}
		from("203.0.113.2").want(202)
		h.clock.add(time.Minute)
		from("203.0.113.1").want(202)
	})
}

// TestNothingOfAReportStays: neither what was found nor where it was found shows
// a secret, in the database or the audit log.
func TestNothingOfAReportStays(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		secret := tok.text("secret")
		h.call("", "POST /leaks", map[string]any{"items": []any{map[string]any{"secret": secret, "url": "https://paste.example/?q=" + secret}}}).want(202)
		h.look()
		body := secret[len(secret)-40:]
		for _, path := range []string{"/leaks", "/history"} {
			if a := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+path, nil).want(200); strings.Contains(string(a.body), body) || a.len("items") == 0 {
				h.t.Errorf("%s: %s", path, a.body)
			}
		}
		if leaks := h.call(h.viewer(), "GET /tokens/"+tok.text("id")+"/leaks", nil); !strings.HasPrefix(leaks.text("items.0.url"), "https://paste.example/?q=tkr_") {
			h.t.Errorf("leaks %s", leaks.body)
		}
		if left, err := h.store.Leaks.Reports(h.t.Context(), 10); left != 0 || err != nil {
			h.t.Errorf("%d reports are left (%v)", left, err)
		}
	})
}

// TestManyAreReportedAtOnce: a thousand, among them ours.
func TestManyAreReportedAtOnce(t *testing.T) {
	each(t, func(h *harness) {
		items := make([]map[string]any, 1000)
		for i := range items {
			items[i] = map[string]any{"sha256": sumOf(fmt.Sprint(i))}
		}
		secrets := make([]string, 5)
		for i := range secrets {
			secrets[i] = h.create(nil).text("secret")
			items[i*200] = map[string]any{"secret": secrets[i]}
		}
		h.report(items...)
		for i, secret := range secrets {
			if got := h.code(secret); got != "disabled" {
				h.t.Errorf("secret %d is %s", i, got)
			}
		}
	})
}
