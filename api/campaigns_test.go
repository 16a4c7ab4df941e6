package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// sunset sets when version 16 ends, and what happens then.
func (h *harness) sunset(at time.Time, policy string) {
	h.t.Helper()
	file := string(h.call(h.op(), "GET /catalog/export", nil).want(200).body)
	head, tail, _ := strings.Cut(file, "\n  partner:")
	const current = "- id: \"16\"\n        state: current"
	ends := current + "\n        sunset: " + at.UTC().Format(time.RFC3339) + "\n        at_sunset: " + policy
	file = head + "\n  partner:" + strings.Replace(tail, current, ends, 1)
	h.call(h.op(), "PUT /catalog", file, "Content-Type: application/yaml").want(200)
}

// TestRefusedAtSunset: with the policy refuse, checks refuse from the sunset on,
// whether the token is cached or not; with report they never do.
func TestRefusedAtSunset(t *testing.T) {
	each(t, func(h *harness) {
		cached, other := h.create(nil).text("secret"), h.create(nil).text("secret")
		sunset := h.clock.now().Add(time.Hour).Truncate(time.Second)
		h.sunset(sunset, "refuse")
		h.verify(cached, nil).wantCode("ok")
		h.clock.add(sunset.Sub(h.clock.now()) - 30*time.Second)
		jwt := h.placed(h.jwtFor(cached).want(200).text("access_token"))
		h.until(func() bool { return !h.marked(jwt) })
		h.clock.add(sunset.Sub(h.clock.now()) - time.Microsecond)
		h.verify(cached, nil).wantCode("ok")
		h.clock.add(time.Microsecond)
		for _, secret := range []string{cached, other} {
			if a := h.verify(secret, nil).wantCode("version_retired"); a.text("version_state") != "retired" || a.text("sunset") == "" {
				h.t.Errorf("answer %s", a.body)
			}
		}
		h.verified(jwt.text).wantCode("version_retired")
		h.until(func() bool { return h.marked(jwt) })
		h.call(h.admin(), "POST /tokens", token(map[string]any{"version": "16"})).wantFaults(map[string]string{"version": "version_retired"})
		versions := h.call(h.admin(), "GET /catalog", nil).want(200)
		if got := versions.texts("versions", "state"); !slices.Equal(got, []string{"deprecated", "current", "retired"}) ||
			versions.text("versions.2.at_sunset") != "refuse" || versions.text("versions.0.at_sunset") != "report" {
			h.t.Errorf("the versions are %s", versions.get("versions"))
		}
		if c := h.call(h.viewer(), "GET /versions/16/campaign", nil).want(200); c.get("refused") != true || c.text("version.state") != "retired" {
			h.t.Errorf("the campaign is %s", c.body)
		}
	})
}

func TestReportedAtSunset(t *testing.T) {
	each(t, func(h *harness) {
		secret := h.create(nil).text("secret")
		h.sunset(h.clock.now().Add(time.Hour), "report")
		h.clock.add(2 * time.Hour)
		h.verify(secret, nil).wantCode("ok")
		if c := h.call(h.viewer(), "GET /versions/16/campaign", nil).want(200); c.get("refused") != false {
			h.t.Errorf("the campaign is %s", c.body)
		}
	})
}

// old makes a token of the partner with version 14, which goes away.
func (h *harness) old(changes map[string]any) answer {
	h.t.Helper()
	body := map[string]any{"version": "14"}
	for field, value := range changes {
		body[field] = value
	}
	return h.create(body)
}

func TestCampaign(t *testing.T) {
	each(t, func(h *harness) {
		h.api.Campaigns.Events.Subscribers = []service.Subscriber{h.api.Notices.Queue}
		used := h.old(map[string]any{"name": "Used", "contacts": map[string]any{"primary": lin, "developers": []string{"Dev@example.com"}}})
		other := h.old(map[string]any{"name": "Other"})
		gone := h.old(map[string]any{"name": "Gone"})
		h.old(map[string]any{"name": "Ended", "expires_at": h.clock.now().Add(time.Hour)})
		h.call(h.admin(), "POST /tokens/"+gone.text("id")+"/revoke", nil).want(200)
		h.verify(used.text("secret"), nil).wantCode("ok")
		h.flush()
		h.clock.add(time.Hour)
		h.must(h.api.Campaigns.Tell(t.Context()))

		const path = "/versions/14/campaign"
		c := h.call(h.viewer(), "GET "+path, nil).want(200)
		if got := c.texts("items", "name"); !slices.Equal(got, []string{"Used", "Other"}) {
			h.t.Fatalf("the campaign has %v", got)
		}
		if c.text("account_type") != "partner" || c.text("version.id") != "14" || c.text("version.sunset") != "2027-03-31T00:00:00Z" ||
			c.text("items.0.token_id") != used.text("id") || c.text("items.0.account_name") != "Northwind Media" ||
			c.text("items.0.contact.name") != "Lin Wei" || c.get("items.0.contact.active") != true || c.text("items.0.last_used_at") == "" ||
			c.get("items.1.last_used_at") != nil || c.get("items.0.acknowledged_at") != nil {
			h.t.Errorf("the campaign is %s", c.body)
		}
		told := c.texts("items.0.told", "email")
		if slices.Sort(told); !slices.Equal(told, []string{"Dev@example.com", "lin@northwind.example"}) || c.text("items.0.told.0.state") != "waiting" {
			h.t.Errorf("told are %v of %s", told, c.body)
		}
		totals := func(credential string, want [4]float64, headers ...string) {
			t.Helper()
			c := h.call(credential, "GET "+path+"?account_type=partner", nil, headers...).want(200)
			got := [4]float64{}
			for i, name := range []string{"tokens", "accounts", "used", "acknowledged"} {
				got[i], _ = c.get("totals." + name).(float64)
			}
			if got != want {
				t.Errorf("the totals are %v, want %v", got, want)
			}
		}
		totals(h.viewer(), [4]float64{2, 1, 1, 0})
		totals(h.op(), [4]float64{2, 1, 1, 0})
		totals(h.op(), [4]float64{2, 1, 1, 0}, "Tokenry-Account: "+partner)
		h.call(h.op(), "GET "+path+"?account_type=partner", nil, "Tokenry-Account: "+brand).want(404, "not_found")
		h.call(h.op(), "GET "+path, nil).wantFaults(map[string]string{"account_type": "required"})
		h.call(h.viewer(), "GET "+path+"?account_type=brand", nil).want(404, "not_found")
		h.call(h.viewer(), "GET /versions/1.10-beta/campaign", nil).want(404, "not_found")
		h.call(h.viewer(), "GET /versions/%00/campaign", nil).want(404, "not_found")

		first := h.call(h.op(), "GET "+path+"?account_type=partner&limit=1", nil).want(200)
		second := h.call(h.op(), "GET "+path+"?account_type=partner&limit=1&cursor="+first.text("next_cursor"), nil).want(200)
		if first.text("items.0.name") != "Used" || second.text("items.0.name") != "Other" || second.get("next_cursor") != nil {
			h.t.Errorf("pages are %s and %s", first.body, second.body)
		}

		ack := h.call(h.viewer(), "POST /tokens/"+used.text("id")+"/acknowledge", nil).want(200)
		h.clock.add(time.Hour)
		again := h.call(h.admin(), "POST /tokens/"+used.text("id")+"/acknowledge", nil).want(200)
		if ack.text("by.name") != "Vera Viewer" || ack.text("version") != "14" || string(again.body) != string(ack.body) {
			h.t.Errorf("acknowledged %s, then %s", ack.body, again.body)
		}
		totals(h.viewer(), [4]float64{2, 1, 1, 1})
		for query, want := range map[string]string{"true": "Used", "false": "Other"} {
			if c := h.call(h.viewer(), "GET "+path+"?acknowledged="+query, nil).want(200); c.text("items.0.name") != want || c.len("items") != 1 {
				h.t.Errorf("acknowledged %s: %s", query, c.body)
			}
		}
		h.call(h.admin(), "POST /tokens/"+gone.text("id")+"/acknowledge", nil).want(409, "token_revoked")
		h.call(h.admin(), "POST /tokens/"+h.create(nil).text("id")+"/acknowledge", nil).want(409, "version_stays")
		h.call(h.stranger(), "POST /tokens/"+other.text("id")+"/acknowledge", nil).want(404, "not_found")
		h.flush()
		log := h.call(h.admin(), "GET /audit?action=token.version_acknowledged", nil).want(200)
		if log.len("items") != 1 || log.text("items.0.token_id") != used.text("id") {
			h.t.Errorf("the audit log has %s", log.body)
		}
	})
}

// TestAcknowledgeByLink: the link in a mail acknowledges all tokens of its reader
// and no others, once its button is pressed.
func TestAcknowledgeByLink(t *testing.T) {
	each(t, func(h *harness) {
		h.old(map[string]any{"name": "Hers <i>", "contacts": map[string]any{"primary": lin}})
		h.old(map[string]any{"name": "Developed", "contacts": map[string]any{"primary": ada, "developers": []string{"dev@example.com"}}})
		h.create(map[string]any{"name": "Current", "contacts": map[string]any{"primary": lin}})
		link := func(n model.Notice, kind string) string {
			n.AccountID = partner
			url := h.api.Campaigns.AcknowledgeURL(&n, &model.Event{Type: kind, Data: map[string]any{"version": "14"}})
			return strings.TrimPrefix(url, "http://127.0.0.1:8080")
		}
		hers := link(model.Notice{MemberID: lin, Email: "lin@northwind.example", Name: "Lin Wei", Role: model.NoticeContact, Language: "zh-CN"}, model.EventVersionDeprecated)
		page := h.call("", "GET "+hers, nil).want(200)
		if body := string(page.body); !strings.Contains(body, `lang="zh-CN"`) || !strings.Contains(body, "Hers &lt;i&gt;") ||
			strings.Contains(body, "Developed") || !strings.Contains(body, "2027-03-31") || !strings.Contains(body, "<form") {
			h.t.Errorf("the page is %s", body)
		}
		acknowledged := func(want ...string) {
			t.Helper()
			c := h.call(h.viewer(), "GET /versions/14/campaign?acknowledged=true", nil).want(200)
			var got []string
			for i, name := range c.texts("items", "name") {
				got = append(got, name+" by "+c.texts("items", "acknowledged_by")[i])
			}
			if !slices.Equal(got, want) {
				t.Errorf("acknowledged are %v, want %v", got, want)
			}
		}
		acknowledged()
		for range 2 {
			if done := h.call("", "POST "+hers, nil).want(200); strings.Contains(string(done.body), "<form") {
				h.t.Errorf("after it: %s", done.body)
			}
		}
		acknowledged("Hers <i> by Lin Wei")
		developers := link(model.Notice{Email: "dev@example.com", Role: model.NoticeDeveloper, Language: "en"}, model.EventVersionSunsetNear)
		h.call("", "POST "+developers, "List-Unsubscribe=One-Click", "Content-Type: application/x-www-form-urlencoded").want(200)
		acknowledged("Hers <i> by Lin Wei", "Developed by dev@example.com")

		for _, bad := range []string{hers + "A", "/acknowledge?link=", "/acknowledge", strings.Replace(hers, "/acknowledge", "/unsubscribe", 1)} {
			h.call("", "GET "+bad, nil).want(404)
			h.call("", "POST "+bad, nil).want(404)
		}
		h.call(h.admin(), "PATCH /accounts/"+partner+"/members/"+lin, map[string]any{"state": "inactive"}).want(200)
		for _, method := range []string{"GET ", "POST "} { // who has left neither sees nor acknowledges anything
			h.call("", method+hers, nil).want(404)
		}
		if url := link(model.Notice{Role: model.NoticeAdmin}, model.EventVersionDeprecated) + link(model.Notice{}, model.EventTokenExpired); url != "" {
			h.t.Errorf("there is a link %q", url)
		}
		h.flush()
		log := h.call(h.admin(), "GET /audit?action=token.version_acknowledged", nil).want(200)
		if log.len("items") != 2 || log.text("items.0.actor.kind") != "unknown" || log.text("items.0.details.contact") != "dev@example.com" {
			h.t.Errorf("the audit log has %s", log.body)
		}
	})
}
