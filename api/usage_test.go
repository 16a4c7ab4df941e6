package api_test

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
)

// used is how a token was used, once it has been written.
func (h *harness) used(credential, id, query string, headers ...string) api.TokenUsage {
	h.t.Helper()
	h.flush()
	a := h.call(credential, "GET /tokens/"+id+"/usage"+query, nil, headers...).want(200)
	var usage api.TokenUsage
	h.must(json.Unmarshal(a.body, &usage))
	return usage
}

func TestUsage(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		id, secret := tok.text("id"), tok.text("secret")
		if none := h.used(h.viewer(), id, ""); none.Total != 0 || len(none.Counts) != 0 || none.LastUsedAt != nil {
			h.t.Errorf("the usage of a fresh token: %+v", none)
		}
		h.verify(secret, map[string]any{"scopes": []string{"actions.list_actions"}, "ip": "203.0.113.9"}).wantCode("ok")
		h.verify(secret, map[string]any{"method": "GET", "path": action(id)}).wantCode("ok")
		h.verify(secret, map[string]any{"scopes": []string{"jobs.list_jobs"}}).wantCode("insufficient_scope")
		h.call(h.admin(), "POST /tokens/"+id+"/rotate", map[string]any{"grace_seconds": 3600}).want(200)
		h.verify(secret, map[string]any{"ip": "2001:db8::1"}).wantCode("ok")
		h.call("Bearer "+secret, "GET /whoami", nil).want(200)
		h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
		h.verify(secret, nil).wantCode("disabled")

		usage := h.used(h.viewer(), id, "?resolution=hour")
		if usage.Total != 6 || usage.TokenID != id || usage.LastUsedAt == nil || !usage.LastUsedAt.Equal(h.clock.now()) {
			h.t.Errorf("usage %+v", usage)
		}
		codes := map[api.VerificationCode]int64{}
		for _, c := range usage.Counts {
			codes[c.Code] += c.Count
			if c.Resolution != "hour" || !c.Start.Equal(h.clock.now().Truncate(time.Hour)) {
				h.t.Errorf("counted at %s by the %s", c.Start, c.Resolution)
			}
		}
		if codes["ok"] != 4 || codes["insufficient_scope"] != 1 || codes["disabled"] != 1 {
			h.t.Errorf("by code: %v", codes)
		}
		if len(usage.Scopes) != 2 || *usage.Scopes[0].Scope != "actions.list_actions" || usage.Scopes[0].Count != 2 || *usage.Scopes[1].Scope != "jobs.list_jobs" {
			h.t.Errorf("by scope: %+v", usage.Scopes)
		}
		asked := map[string]int64{}
		for _, c := range usage.Callers {
			asked[*c.Caller] += c.Count
		}
		operator := h.call(h.op(), "GET /whoami", nil).want(200).text("token_id")
		if asked[operator] != 5 || asked[id] != 1 || len(asked) != 2 {
			h.t.Errorf("by caller: %v", asked)
		}
		for _, s := range usage.Secrets {
			if s.SecretState == "previous" && s.Code == "ok" {
				_, err := netip.ParseAddr(*s.LastIP)
				if s.Count != 2 || err != nil || s.LastCaller == nil {
					h.t.Errorf("the previous secret: %+v", s)
				}
			}
		}
	})
}

func TestUsageOfTime(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(nil)
		id := tok.text("id")
		begin := h.clock.now()
		for range 3 {
			h.clock.add(24 * time.Hour)
			h.verify(tok.text("secret"), nil).wantCode("ok")
		}
		now := h.clock.now()
		between := func(since, until time.Time) string {
			return "?" + url.Values{"since": {since.Format(time.RFC3339)}, "until": {until.Format(time.RFC3339)}}.Encode()
		}
		tests := map[string]struct {
			query string
			want  int64
			rows  int
		}{
			"all":     {"", 3, 3},
			"hours":   {"?resolution=hour", 3, 3},
			"one day": {between(begin.Add(24*time.Hour), begin.Add(25*time.Hour)), 1, 1},
			"before":  {between(begin.AddDate(-1, 0, 0), begin), 0, 0},
			"ever":    {between(begin.AddDate(-10, 0, 0), now.Add(time.Hour)), 3, 3},
		}
		for name, tt := range tests {
			usage := h.used(h.viewer(), id, tt.query)
			if usage.Total != tt.want || len(usage.Counts) != tt.rows || usage.LastUsedAt == nil {
				h.t.Errorf("%s: %+v, want %d in %d rows", name, usage, tt.want, tt.rows)
			}
		}
		months := h.used(h.viewer(), id, "?resolution=month")
		if months.Total != 3 || months.Since.Day() != 1 {
			h.t.Errorf("by month: %+v", months)
		}
		h.call(h.viewer(), "GET /tokens/"+id+"/usage"+between(now, begin), nil).wantFaults(map[string]string{"since": "out_of_order"})
		h.call(h.viewer(), "GET /tokens/"+id+"/usage?resolution=week", nil).wantFaults(map[string]string{"resolution": "not_one_of"})
		h.call(h.viewer(), "GET /tokens/"+id+"/usage?since=yesterday", nil).want(422, "invalid_request")
		h.call(h.admin(), "DELETE /tokens/"+id, nil).want(200)
		if after := h.used(h.viewer(), id, ""); after.Total != 3 {
			h.t.Errorf("after the token has been deleted: %+v", after)
		}
	})
}
