package api_test

import (
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/testdb"
)

// news is the body for a new entry of the changelog, with changes.
func news(changes map[string]any) map[string]any {
	body := map[string]any{"kind": "added", "title": "Actions can be exported", "body": "All of a day.\n\nIn one file."}
	for field, value := range changes {
		body[field] = value
	}
	return body
}

func TestChangelog(t *testing.T) {
	each(t, func(h *harness) {
		made := h.call(h.op(), "POST /changelog", news(map[string]any{
			"account_types": []string{"partner"}, "version": "16", "title": "  Actions \n can be exported ",
			"translations": map[string]any{"zh-CN": map[string]any{"title": "可以导出", "body": ""}},
		})).want(201)
		entry := "/changelog/" + made.text("id")
		if made.header.Get("Location") != entry || made.text("title") != "Actions can be exported" ||
			made.text("translations.zh-CN.title") != "可以导出" || made.text("published_at") == "" {
			h.t.Errorf("made %v %s", made.header, made.body)
		}
		h.clock.add(time.Second)
		draft := h.call(h.op(), "POST /changelog", news(map[string]any{"title": "Soon", "draft": true})).want(201)
		soon := "/changelog/" + draft.text("id")
		titles := func(credential, query string) string {
			h.t.Helper()
			return strings.Join(h.call(credential, "GET /changelog"+query, nil).want(200).texts("items", "title"), ", ")
		}
		if got := titles(h.viewer(), ""); got != "Actions can be exported" {
			h.t.Errorf("a viewer sees %q", got)
		}
		h.call(h.viewer(), "GET "+soon, nil).want(404, "not_found")
		h.call(h.viewer(), "GET /changelog?drafts=true", nil).want(403, "insufficient_role")
		if got := titles(h.op(), "?drafts=true"); got != "Soon" {
			h.t.Errorf("drafts are %q", got)
		}

		published := h.call(h.op(), "POST "+soon+"/publish", nil).want(200)
		h.clock.add(time.Second)
		if again := h.call(h.op(), "POST "+soon+"/publish", nil).want(200); again.text("published_at") != published.text("published_at") {
			h.t.Errorf("published again: %s", again.body)
		}
		tests := map[string][2]string{
			"a viewer":         {h.viewer(), ""},
			"another account":  {h.stranger(), ""},
			"of a type":        {h.op(), "?account_type=brand"},
			"of a version":     {h.op(), "?version=16"},
			"of another":       {h.op(), "?version=15&account_type=partner"},
			"of a kind":        {h.op(), "?kind=fixed"},
			"operator, all":    {h.op(), ""},
			"the own type":     {h.viewer(), "?account_type=partner"},
			"the first of two": {h.op(), "?limit=1"},
		}
		want := map[string]string{
			"a viewer": "Soon, Actions can be exported", "another account": "Soon", "of a type": "Soon",
			"of a version": "Soon, Actions can be exported", "of another": "Soon", "of a kind": "",
			"operator, all": "Soon, Actions can be exported", "the own type": "Soon, Actions can be exported", "the first of two": "Soon",
		}
		for name, tt := range tests {
			if got := titles(tt[0], tt[1]); got != want[name] {
				h.t.Errorf("%s: %q, want %q", name, got, want[name])
			}
		}
		h.call(h.viewer(), "GET /changelog?account_type=brand", nil).want(404, "not_found")
		h.call(h.stranger(), "GET "+entry, nil).want(404, "not_found")
		next := h.call(h.op(), "GET /changelog?limit=1", nil).text("next_cursor")
		if got := titles(h.op(), "?cursor="+next); got != "Actions can be exported" {
			h.t.Errorf("the second page is %q", got)
		}
		h.call(h.op(), "GET /changelog?drafts=true&cursor="+next, nil).wantFaults(map[string]string{"cursor": "wrong_format"})

		changed := h.call(h.op(), "PATCH "+entry, map[string]any{
			"version": nil, "account_types": []string{}, "kind": "fixed", "body": "", "translations": map[string]any{},
		}).want(200)
		if changed.get("version") != nil || changed.len("account_types") != 0 || changed.text("kind") != "fixed" ||
			changed.text("body") != "" || changed.text("translations.zh-CN.title") != "" || changed.text("title") != "Actions can be exported" {
			h.t.Errorf("changed to %s", changed.body)
		}
		h.call(h.stranger(), "GET "+entry, nil).want(200)
		h.call(h.op(), "DELETE "+entry, nil).want(204)
		h.call(h.op(), "DELETE "+entry, nil).want(404, "not_found")
		h.flush()
		log := h.call(h.op(), "GET /audit?object=changelog:"+made.text("id"), nil).want(200)
		actions := []string{"changelog.deleted", "changelog.updated", "changelog.published", "changelog.created"}
		if got := log.texts("items", "action"); !slices.Equal(got, actions) {
			h.t.Errorf("the audit log has %v", got)
		}
	})
}

func TestChangelogFaults(t *testing.T) {
	each(t, func(h *harness) {
		tests := map[string]struct {
			change map[string]any
			faults map[string]string
		}{
			"no such type":         {map[string]any{"account_types": []string{"partner", "nobody"}}, map[string]string{"account_types.1": "unknown_type"}},
			"no such version":      {map[string]any{"version": "99"}, map[string]string{"version": "unknown_version"}},
			"not of all types":     {map[string]any{"version": "16", "account_types": []string{"brand", "partner"}}, map[string]string{"version": "unknown_version"}},
			"a title of spaces":    {map[string]any{"title": " \n "}, map[string]string{"title": "required"}},
			"a control":            {map[string]any{"body": "a\x07b"}, map[string]string{"body": "wrong_format"}},
			"no language":          {map[string]any{"translations": map[string]any{"!": map[string]any{"title": "a", "body": ""}}}, map[string]string{"translations.!": "wrong_format"}},
			"no body of it":        {map[string]any{"translations": map[string]any{"de": map[string]any{"title": "a"}}}, map[string]string{"translations.de.body": "required"}},
			"an unknown kind":      {map[string]any{"kind": "broken"}, map[string]string{"kind": "not_one_of"}},
			"an unknown field":     {map[string]any{"html": "<b>"}, map[string]string{"html": "unknown_field"}},
			"a title far too long": {map[string]any{"title": strings.Repeat("a", 201)}, map[string]string{"title": "too_long"}},
		}
		for name, tt := range tests {
			a := h.call(h.op(), "POST /changelog", news(tt.change))
			if a.status != 422 {
				h.t.Errorf("%s: %d %s", name, a.status, a.body)
				continue
			}
			a.wantFaults(tt.faults)
		}
	})
}

// TestPublicChangelog: with the setting everybody reads what is published, and
// who is known sees what concerns them.
func TestPublicChangelog(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		h := newHarness(t, db, func(s *api.Server) { s.Gate.PublicChangelog = true })
		entry := h.call(h.op(), "POST /changelog", news(map[string]any{"account_types": []string{"brand"}})).want(201).text("id")
		draft := h.call(h.op(), "POST /changelog", news(map[string]any{"draft": true})).want(201).text("id")
		if got := h.call("", "GET /changelog", nil).want(200); got.len("items") != 1 {
			h.t.Errorf("everybody sees %s", got.body)
		}
		h.call("", "GET /changelog/"+entry, nil).want(200)
		h.call("", "GET /changelog/"+draft, nil).want(404, "not_found")
		h.call("", "GET /changelog?drafts=true", nil).want(403, "insufficient_role")
		h.call("", "GET /changelog?nonsense=1", nil).want(422, "invalid_request")
		h.call("", "POST /changelog", news(nil)).want(401, "missing_token")
		h.call("Bearer nonsense", "GET /changelog", nil).want(401, "bad_token")
		if got := h.call(h.viewer(), "GET /changelog", nil).want(200); got.len("items") != 0 {
			h.t.Errorf("a partner sees %s", got.body)
		}
		h.call("", "GET /changelog.atom", nil).want(200)
	})
}

// feed is what a reader of the feed understands.
type feed struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID         string `xml:"id"`
		Title      string `xml:"title"`
		Published  string `xml:"published"`
		Updated    string `xml:"updated"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"content"`
	} `xml:"entry"`
}

func (h *harness) feed(query string, headers ...string) feed {
	h.t.Helper()
	a := h.call(h.op(), "GET /changelog.atom"+query, nil, headers...).want(200)
	if kind := a.header.Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" {
		h.t.Errorf("Content-Type %q", kind)
	}
	var f feed
	h.must(xml.Unmarshal(a.body, &f))
	for _, moment := range []string{f.Updated, f.Entries[0].Updated, f.Entries[0].Published} {
		if _, err := time.Parse(time.RFC3339, moment); err != nil {
			h.t.Errorf("%q is no time", moment)
		}
	}
	for _, id := range []string{f.ID, f.Entries[0].ID} {
		if u, err := url.Parse(id); err != nil || u.Scheme == "" {
			h.t.Errorf("%q is no IRI", id)
		}
	}
	return f
}

func TestChangelogFeed(t *testing.T) {
	each(t, func(h *harness) {
		made := h.call(h.op(), "POST /changelog", news(map[string]any{
			"account_types": []string{"partner"}, "version": "16", "kind": "security", "title": `<b>A & "B"</b>`,
			"body":         "One <script>.\nSee https://example.com/a?b=1&c=2.\r\n\r\n\r\nTwo ]]> \U0001F600",
			"translations": map[string]any{"zh-CN": map[string]any{"title": "可以导出", "body": "正文"}},
		})).want(201)
		h.clock.add(time.Hour)
		h.call(h.op(), "POST /changelog", news(map[string]any{"account_types": []string{"brand"}})).want(201)

		f := h.feed("?account_type=partner")
		const body = `<p>One &lt;script&gt;.<br/>See <a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>.</p>` +
			"<p>Two ]]&gt; \U0001F600</p>"
		e := f.Entries[0]
		if len(f.Entries) != 1 || e.Title != `<b>A & "B"</b>` || e.Content.Type != "html" || e.Content.Text != body ||
			e.Categories[0].Term != "security" || e.Categories[1].Term != "16" || f.Author == "" || f.Title == "" ||
			f.Updated != e.Updated || f.Links[0].Rel != "self" || f.Links[0].Href != "http://127.0.0.1:8080/changelog.atom?account_type=partner" {
			h.t.Errorf("the feed is %+v", f)
		}
		if translated := h.feed("?account_type=partner", "Accept-Language: zh-Hans-CN, en;q=0.5"); translated.Entries[0].Title != "可以导出" ||
			translated.Entries[0].ID != e.ID {
			h.t.Errorf("in Chinese: %+v", translated.Entries[0])
		}
		whole := h.feed("")
		if len(whole.Entries) != 2 || whole.Updated == f.Updated {
			h.t.Errorf("the whole feed is %+v", whole)
		}

		tag := h.call(h.op(), "GET /changelog.atom", nil).header.Get("ETag")
		h.call(h.op(), "GET /changelog.atom", nil, "If-None-Match: "+tag).want(304)
		h.call(h.op(), "PATCH /changelog/"+made.text("id"), map[string]any{"title": "Better"}).want(200)
		h.call(h.op(), "GET /changelog.atom", nil, "If-None-Match: "+tag).want(200)
		if after := h.feed("?account_type=partner"); after.Entries[0].ID != e.ID || after.Entries[0].Updated == e.Updated ||
			after.Entries[0].Published != e.Published {
			h.t.Errorf("after a change: %+v, was %+v", after.Entries[0], e)
		}
	})
}
