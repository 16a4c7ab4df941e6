package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
)

// tell makes events of what has happened, and of what time has brought.
func (h *harness) tell() {
	h.t.Helper()
	h.flush()
	for more := true; more; {
		var err error
		more, err = h.api.Events.Follow(h.t.Context())
		h.must(err)
	}
	h.must(h.api.Events.Scan(h.t.Context()))
	_, err := h.api.Events.Follow(h.t.Context()) // which gives places to what the scan has found
	h.must(err)
}

// events is the events that a caller lists.
func (h *harness) events(credential, query string) []map[string]any {
	h.t.Helper()
	var events []map[string]any
	for _, item := range h.call(credential, "GET /events"+query, nil).want(200).get("items").([]any) {
		events = append(events, item.(map[string]any))
	}
	return events
}

func typesOf(events []map[string]any) []string {
	types := make([]string, len(events))
	for i, event := range events {
		types[i] = event["type"].(string)
	}
	return types
}

// dataSchema is the name of the schema of a type's data.
func dataSchema(kind string) string {
	name := ""
	for word := range strings.FieldsFuncSeq(kind, func(r rune) bool { return r == '.' || r == '_' }) {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name + "Data"
}

func TestEventTypesAreInTheContract(t *testing.T) {
	t.Parallel()
	schemas := contract().Components.Schemas
	var listed []string
	for _, kind := range schemas["EventType"].Value.Enum {
		listed = append(listed, kind.(string))
	}
	if !slices.Equal(listed, model.EventTypes()) {
		t.Errorf("EventType is %v, want %v", listed, model.EventTypes())
	}
	var data []string
	for _, schema := range schemas["Event"].Value.Properties["data"].Value.AnyOf {
		data = append(data, strings.TrimPrefix(schema.Ref, "#/components/schemas/"))
	}
	for _, kind := range model.EventTypes() {
		if !slices.Contains(data, dataSchema(kind)) {
			t.Errorf("the data of events may not be %s", dataSchema(kind))
		}
	}
}

// fitsContract fails the test unless an event's data is as openapi.yaml says, has
// nothing beside, and no secret.
func (h *harness) fitsContract(event map[string]any) {
	h.t.Helper()
	kind := event["type"].(string)
	schema := contract().Components.Schemas[dataSchema(kind)].Value
	data := event["data"].(map[string]any)
	if err := schema.VisitJSON(data); err != nil {
		h.t.Errorf("%s: %v", kind, err)
	}
	for key := range data {
		if schema.Properties[key] == nil {
			h.t.Errorf("%s: openapi.yaml does not know %s", kind, key)
		}
	}
}

// TestEventsFitTheContract makes an event of every type that is about tokens.
func TestEventsFitTheContract(t *testing.T) {
	each(t, func(h *harness) {
		h.account(partner, map[string]any{"policy": map[string]any{"unused_after_days": 30, "unused_disable": true}})
		grace := h.call(h.admin(), "POST /accounts/"+partner+"/members", map[string]any{
			"name": "Grace", "email": "grace@example.com", "role": "viewer",
		}).want(201).text("id")
		tok := h.create(map[string]any{
			"contacts": map[string]any{"primary": grace}, "expires_at": h.clock.now().Add(3 * 24 * time.Hour).Format(time.RFC3339),
			"metadata": map[string]any{"team": "data"},
		})
		id, old := tok.text("id"), tok.text("secret")
		act := func(path string, body any) answer { return h.call(h.admin(), "POST /tokens/"+id+path, body).want(200) }
		h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"description": "changed"}).want(200)
		h.call(h.admin(), "POST /tokens/"+id+"/duplicate", nil).want(201)
		act("/disable", nil)
		act("/enable", nil)
		current := act("/rotate", map[string]any{"grace_seconds": 7200}).text("secret")
		h.call(h.admin(), "PATCH /accounts/"+partner+"/members/"+grace, map[string]any{"state": "inactive"}).want(200)
		h.tell()
		h.clock.add(time.Hour)
		h.verify(old, nil).wantCode("ok")
		h.clock.add(time.Minute)
		h.tell()
		h.clock.add(3 * 24 * time.Hour)
		h.tell()
		h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"expires_at": nil}).want(200)
		h.report(map[string]any{"secret": current, "url": "https://example.com/paste"})

		act("/revoke", map[string]any{"reason": "Left."})
		h.call(h.admin(), "DELETE /tokens/"+id, nil).want(200)
		h.verify(h.decoy().text("secret"), nil).wantCode("unknown")
		h.must(h.decoys.Flush(h.t.Context()))
		h.create(nil)
		h.clock.add(31 * 24 * time.Hour)
		h.tell()

		seen := map[string]bool{}
		a := h.call(h.admin(), "GET /events?limit=200", nil).want(200)
		for _, secret := range []string{old, current} {
			if strings.Contains(string(a.body), secret[len(secret)-20:]) {
				h.t.Error("a secret is in the events")
			}
		}
		for _, item := range a.get("items").([]any) {
			h.fitsContract(item.(map[string]any))
			seen[item.(map[string]any)["type"].(string)] = true
		}
		for _, kind := range model.EventTypes() {
			if noun, _, _ := strings.Cut(kind, "."); (noun == "token" || noun == "contact") && !seen[kind] {
				h.t.Errorf("there is no event %s", kind)
			}
		}
	})
}

func TestListEvents(t *testing.T) {
	each(t, func(h *harness) {
		h.tell()
		cursor := h.call(h.admin(), "GET /events?sort=seq&limit=200", nil).want(200).text("next_cursor")
		first := h.create(nil).text("id")
		h.create(nil)
		h.call(h.admin(), "POST /tokens/"+first+"/disable", nil).want(200)
		h.tell()
		want := []string{"token.created", "token.created", "token.disabled"}
		if got := typesOf(h.events(h.admin(), "?sort=seq&cursor="+url.QueryEscape(cursor))); !slices.Equal(got, want) {
			t.Errorf("after the cursor %v, want %v", got, want)
		}
		slices.Reverse(want)
		if got := typesOf(h.events(h.admin(), "?limit=3")); !slices.Equal(got, want) {
			t.Errorf("newest first %v, want %v", got, want)
		}
		if got := typesOf(h.events(h.admin(), "?token_id="+first)); !slices.Equal(got, []string{"token.disabled", "token.created"}) {
			t.Errorf("of the token %v", got)
		}
		if got := typesOf(h.events(h.admin(), "?type=token.disabled,token.enabled&token_id="+first)); !slices.Equal(got, []string{"token.disabled"}) {
			t.Errorf("of the types %v", got)
		}
		for _, event := range h.events(h.stranger(), "") {
			if event["account_id"] == partner {
				t.Errorf("another account sees %v", event)
			}
		}
		if got := h.events(h.stranger(), "?token_id="+first); len(got) != 0 {
			t.Errorf("another account sees %v", got)
		}
		if got := h.events(h.op(), "?token_id="+first); len(got) != 2 {
			t.Errorf("an operator sees %v", got)
		}
		h.call(h.specialist(), "GET /events", nil).want(403, "insufficient_role")
		for _, bad := range []string{"type=token.eaten", "sort=at", "cursor=eyJ", "cursor=" + cursor} {
			h.call(h.admin(), "GET /events?"+bad, nil).want(422, "invalid_request")
		}
		if got := h.events(h.op(), "?token_id="+secret.NewID()); len(got) != 0 {
			t.Errorf("of no token: %v", got)
		}
	})
}
