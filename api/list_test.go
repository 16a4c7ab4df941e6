package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
)

// names lists the tokens of the tests' own account, whose names are given.
func (h *harness) names(query string) []string {
	h.t.Helper()
	return h.call(h.stranger(), "GET /tokens?"+query, nil).want(200).texts("items", "name")
}

// fill empties the brand and gives it tokens of these names, a minute apart.
func (h *harness) fill(tokens ...map[string]any) map[string]answer {
	h.t.Helper()
	for _, id := range h.call(h.stranger(), "GET /tokens", nil).texts("items", "id") {
		h.call(h.stranger(), "DELETE /tokens/"+id, nil).want(200)
	}
	made := map[string]answer{}
	for _, change := range tokens {
		h.clock.add(time.Minute)
		body := map[string]any{"contacts": map[string]any{"primary": bo}, "scopes": []string{"actions.list_actions"}}
		for field, value := range change {
			body[field] = value
		}
		a := h.call(h.stranger(), "POST /tokens", body).want(201)
		made[a.text("name")] = a
	}
	return made
}

func TestListFilters(t *testing.T) {
	each(t, func(h *harness) {
		zoe := h.call(h.op(), "POST /accounts/"+brand+"/members", map[string]any{"name": "Zoe", "email": "zoe@contoso.example", "role": "viewer"}).want(201).text("id")
		begin := h.clock.now()
		expiry := begin.Add(24 * time.Hour).Format(time.RFC3339)
		made := h.fill(
			map[string]any{"name": "Alpha report", "version": "13", "scopes": []string{"ads.list_ads"}, "contacts": map[string]any{"primary": zoe}},
			map[string]any{"name": "beta REPORT", "expires_at": expiry},
			map[string]any{"name": "100%_sure", "contacts": map[string]any{"primary": bo, "developers": []string{"dev@example.com"}}},
			map[string]any{"name": "Ärger"},
		)
		h.call(h.stranger(), "POST /tokens/"+made["Ärger"].text("id")+"/disable", nil).want(200)
		h.verify(made["100%_sure"].text("secret"), nil).wantCode("ok")
		h.flush()
		created := func(name string) string { return url.QueryEscape(made[name].text("created_at")) }
		tests := map[string]string{
			"":                           "Ärger, 100%_sure, beta REPORT, Alpha report",
			"q=report":                   "beta REPORT, Alpha report",
			"q=Be":                       "beta REPORT",
			"q=ep":                       "",
			"q=%25_s":                    "100%_sure",
			"q=___":                      "",
			"q=%C3%A4RGER":               "Ärger",
			"status=disabled":            "Ärger",
			"status=active":              "100%_sure, beta REPORT, Alpha report",
			"status=active,disabled&q=r": "",
			"version=13":                 "Alpha report",
			"scope=ads.list_ads":         "Alpha report",
			"scope=ads":                  "",
			"contact=" + zoe:             "Alpha report",
			"contact=" + url.QueryEscape("dev@example.com"): "100%_sure",
			"created_after=" + created("100%_sure"):         "Ärger, 100%_sure",
			"created_before=" + created("100%_sure"):        "beta REPORT, Alpha report",
			"contact_missing=true":                          "",
			"contact_missing=false":                         "Ärger, 100%_sure, beta REPORT, Alpha report",
			"sort=name":                                     "100%_sure, Alpha report, beta REPORT, Ärger",
			"sort=-name&limit=2":                            "Ärger, beta REPORT",
			"sort=created_at":                               "Alpha report, beta REPORT, 100%_sure, Ärger",
			"sort=-last_used_at&limit=1":                    "100%_sure",
			"sort=expires_at&limit=1":                       "beta REPORT",
		}
		for query, want := range tests {
			if got := strings.Join(h.names(query), ", "); got != want {
				h.t.Errorf("?%s: %s, want %s", query, got, want)
			}
		}
		h.call(h.op(), "PATCH /accounts/"+brand+"/members/"+zoe, map[string]any{"state": "inactive"}).want(200)
		if got := h.names("contact_missing=true"); !slices.Equal(got, []string{"Alpha report"}) {
			h.t.Errorf("without a contact: %v", got)
		}
		if got := h.names("contact_missing=false"); len(got) != 3 {
			h.t.Errorf("with a contact: %v", got)
		}
		h.clock.add(48 * time.Hour)
		if got := h.names("status=expired"); !slices.Equal(got, []string{"beta REPORT"}) {
			h.t.Errorf("expired: %v", got)
		}
		unused := url.QueryEscape(begin.Add(time.Hour).Format(time.RFC3339))
		if got := h.names("sort=created_at&unused_since=" + unused); !slices.Equal(got, []string{"Alpha report", "beta REPORT", "100%_sure", "Ärger"}) {
			h.t.Errorf("unused for long: %v", got)
		}
	})
}

// TestPaging: tokens that stay are seen exactly once, in every order, while
// others come and go.
func TestPaging(t *testing.T) {
	each(t, func(h *harness) {
		var tokens []map[string]any
		for i := range 12 {
			change := map[string]any{"name": fmt.Sprintf("Token %02d", (i*7)%12)}
			if i%3 == 0 {
				change["expires_at"] = h.clock.now().Add(time.Duration(100+i%2) * time.Hour).Format(time.RFC3339)
			}
			tokens = append(tokens, change)
		}
		made := h.fill(tokens...)
		var goes []string
		for _, sort := range []string{"created_at", "-created_at", "name", "-name", "expires_at", "-expires_at", "last_used_at", "-last_used_at"} {
			whole := h.names("sort=" + sort)
			var seen []string
			cursor := ""
			for page := 0; ; page++ {
				a := h.call(h.stranger(), "GET /tokens?limit=3&sort="+sort+"&cursor="+cursor, nil).want(200)
				seen = append(seen, a.texts("items", "name")...)
				if cursor = a.text("next_cursor"); cursor == "" {
					break
				}
				if page == 1 { // one comes, and the last one seen goes
					h.fillOne(made, &goes, seen[len(seen)-1])
				}
			}
			count := map[string]int{}
			for _, name := range seen {
				count[name]++
			}
			for _, name := range whole {
				if count[name] != 1 {
					h.t.Errorf("sort=%s: %s was seen %d times in %v", sort, name, count[name], seen)
				}
			}
		}
	})
}

// fillOne adds a token and deletes another.
func (h *harness) fillOne(made map[string]answer, goes *[]string, name string) {
	h.t.Helper()
	body := map[string]any{"name": "Late " + secret.NewID(), "contacts": map[string]any{"primary": bo}, "scopes": []string{"actions.list_actions"}}
	late := h.call(h.stranger(), "POST /tokens", body).want(201)
	made[late.text("name")] = late
	h.call(h.stranger(), "DELETE /tokens/"+made[name].text("id"), nil).want(200)
	*goes = append(*goes, name)
}

func TestPageBounds(t *testing.T) {
	each(t, func(h *harness) {
		for query, field := range map[string]string{
			"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "cursor=nonsense": "cursor", "sort=id": "sort", "stauts=active": "stauts", "q=%00": "q",
		} {
			if a := h.call(h.viewer(), "GET /tokens?"+query, nil).want(422, "invalid_request"); a.text("fields.0.field") != field {
				h.t.Errorf("?%s: %s", query, a.body)
			}
		}
		cursor := h.call(h.viewer(), "GET /tokens?limit=1", nil).want(200).text("next_cursor")
		h.call(h.viewer(), "GET /tokens?sort=name&cursor="+cursor, nil).wantFaults(map[string]string{"cursor": "wrong_format"})
		h.call(h.viewer(), "GET /tokens?limit=1&access_token=x", nil).wantFaults(map[string]string{"access_token": "unknown_field"})
	})
}

// TestMadeUpCursors: a cursor that nobody was given is no failure of ours.
func TestMadeUpCursors(t *testing.T) {
	each(t, func(h *harness) {
		id := h.create(nil).text("id")
		for path, order := range map[string]string{
			"/tokens": "-created_at", "/webhooks": "webhooks", "/notices": "notices", "/audit": "audit", "/events": "-events", "/changelog": "changelog",
			"/versions/14/campaign": "campaign", "/leavers": "leavers", "/contacts": "members", "/tokens/" + id + "/leaks": "leaks", "/tokens/" + id + "/decoy-uses": "decoy uses",
		} {
			for _, at := range []map[string]any{
				{"Text": "1", "ID": "1\x00"}, {"Text": "1\x00", "ID": "1"}, {"Text": "99999999999", "ID": "-1"}, {"Text": "x", "ID": "x"}, {},
			} {
				at["Time"] = h.clock.now()
				raw, err := json.Marshal(map[string]any{"o": order, "p": at})
				h.must(err)
				if a := h.call(h.admin(), "GET "+path+"?cursor="+base64.RawURLEncoding.EncodeToString(raw), nil); a.status != 200 {
					a.want(422, "invalid_request")
				}
			}
		}
	})
}

func TestOtherLists(t *testing.T) {
	each(t, func(h *harness) {
		for i := range 5 {
			member := map[string]any{"name": "M" + strconv.Itoa(i), "email": fmt.Sprintf("m%d@contoso.example", i), "role": "viewer", "external_id": "m" + strconv.Itoa(i)}
			h.clock.add(time.Second)
			h.call(h.op(), "POST /accounts/"+brand+"/members", member).want(201)
			h.call(h.op(), "POST /accounts", map[string]any{"type": "brand", "name": "A" + strconv.Itoa(i), "external_id": "a" + strconv.Itoa(i)}).want(201)
		}
		for path, credential := range map[string]string{"/accounts": h.op(), "/accounts/" + brand + "/members": h.stranger(), "/contacts": h.stranger(), "/audit": h.stranger()} {
			whole := h.call(credential, "GET "+path, nil).want(200).texts("items", "id")
			var seen []string
			for cursor := "first"; cursor != ""; {
				a := h.call(credential, "GET "+path+"?limit=2&cursor="+strings.TrimPrefix(cursor, "first"), nil).want(200)
				seen, cursor = append(seen, a.texts("items", "id")...), a.text("next_cursor")
			}
			if len(whole) < 5 || !slices.Equal(seen, whole) {
				h.t.Errorf("%s: pages %v, whole %v", path, seen, whole)
			}
		}
		if got := h.call(h.op(), "GET /accounts?external_id=a3", nil).want(200).texts("items", "name"); !slices.Equal(got, []string{"A3"}) {
			h.t.Errorf("accounts %v", got)
		}
		if got := h.call(h.stranger(), "GET /accounts/"+brand+"/members?external_id=m3", nil).want(200).texts("items", "name"); !slices.Equal(got, []string{"M3"}) {
			h.t.Errorf("members %v", got)
		}
	})
}

// TestSearchForPeopleAndAccounts: by part of the name, by address, by id.
func TestSearchForPeopleAndAccounts(t *testing.T) {
	each(t, func(h *harness) {
		h.account(brand, map[string]any{"state": "disabled"})
		h.call(h.op(), "PATCH /accounts/"+partner+"/members/"+lin, map[string]any{"state": "inactive"}).want(200)
		members := "GET /accounts/" + partner + "/members?"
		tests := map[string][]string{
			"GET /accounts?q=WIND":                        {"Northwind Media"},
			"GET /accounts?q=northwind":                   {"Northwind Media"},
			"GET /accounts?q=" + brand:                    {"Contoso Outdoor"},
			"GET /accounts?q=fabrikam&type=agency":        {"Fabrikam Agency"},
			"GET /accounts?q=fabrikam&type=brand":         nil,
			"GET /accounts?q=contoso&state=active":        nil,
			"GET /accounts?q=" + brand[:10]:               nil,
			"GET /accounts?q=%25":                         nil,
			"GET /accounts?state=disabled":                {"Contoso Outdoor"},
			members + "q=ADA":                             {"Ada Partner"},
			members + "q=@northwind.example&state=active": {"Ada Partner", "Vera Viewer"},
			members + "q=lin":                             {"Lin Wei"},
			members + "state=inactive":                    {"Lin Wei"},
			"GET /contacts?q=vera@":                       {"Vera Viewer"},
			"GET /contacts?q=lin":                         nil,
			"GET /contacts?q=northwind.example&limit=1":   {"Ada Partner"},
			"GET /contacts?q=" + strings.Repeat("x", 254): nil,
		}
		for request, want := range tests {
			headers := []string{}
			if strings.HasPrefix(request, "GET /contacts") {
				headers = []string{"Tokenry-Account: " + partner}
			}
			if got := h.call(h.op(), request, nil, headers...).want(200).texts("items", "name"); !slices.Equal(got, want) {
				h.t.Errorf("%s: %v, want %v", request, got, want)
			}
		}
		h.call(h.op(), "GET /accounts?state=asleep&q="+strings.Repeat("x", 256), nil).
			wantFaults(map[string]string{"state": "not_one_of", "q": "too_long"})
	})
}
