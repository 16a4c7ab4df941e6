package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// tiny is a catalog file with one account type, whose scopes are given as JSON.
func tiny(scopes string) string {
	return `{"account_types":{"tiny":{"label":{"en":"Tiny","de":"Winzig"},"versions":[{"id":"1","docs_url":"https://example.com/1"}],"categories":[
		{"id":"c","label":{"en":"Things","zh-CN":"东西","de":"Dinge"},"description":"All of them.","scopes":[` + scopes + `]}],
		"presets":[{"id":"look","label":{"en":"Look","de":"Ansehen"},"scopes":["c.read"]}]}}}`
}

const (
	tinyRead  = `{"id":"c.read","label":{"en":"Read","zh-CN":"读取"},"access":"read","routes":[{"method":"GET","path":"/things"}]}`
	tinyWrite = `{"id":"c.write","label":"Write","description":{"de":"Ändern"},"access":"write","sensitive":true,"needs":["c.read"],"routes":[{"method":"POST","path":"/things"}]}`
)

// tiny applies a tiny catalog, and makes an account of it with a token.
func (h *harness) tiny(scopes ...string) (acting, secret string) {
	h.t.Helper()
	h.call(h.op(), "PUT /catalog", tiny(strings.Join(scopes, ","))).want(200)
	account := h.call(h.op(), "POST /accounts", map[string]any{"type": "tiny", "name": "Tiny"}).want(201).text("id")
	acting = "Tokenry-Account: " + account
	contact := h.call(h.op(), "POST /accounts/"+account+"/members", map[string]any{"name": "T", "email": "t@example.com", "role": "admin"}).want(201).text("id")
	body := map[string]any{"name": "t", "contacts": map[string]any{"primary": contact}, "scopes": []string{"c.read", "c.write"}}
	return acting, h.call(h.op(), "POST /tokens", body, acting).want(201).text("secret")
}

func TestGetCatalog(t *testing.T) {
	each(t, func(h *harness) {
		acting, _ := h.tiny(tinyRead, tinyWrite)
		a := h.call(h.op(), "GET /catalog", nil, acting, "Accept-Language: de-AT, en;q=0.5").want(200)
		want := `{"account_type":"tiny","categories":[{"description":"All of them.","id":"c","label":"Dinge","scopes":[` +
			`{"access":"read","description":"","id":"c.read","label":"Read","needs":[],"routes":[{"method":"GET","path":"/things"}],"sensitive":false,"since":null,"until":null},` +
			`{"access":"write","description":"Ändern","id":"c.write","label":"Write","needs":["c.read"],"routes":[{"method":"POST","path":"/things"}],"sensitive":true,"since":null,"until":null}]}],` +
			`"default_version":"1","label":"Winzig","presets":[{"description":"","id":"look","label":"Ansehen","scopes":["c.read"],"versions":["1"]}],"versions":[{"at_sunset":"report","deprecated":null,"docs_url":"https://example.com/1","id":"1","released":null,"state":"current","sunset":null}]}`
		if got := strings.TrimSpace(string(a.body)); got != want {
			h.t.Errorf("catalog %s\nwant    %s", got, want)
		}
		if got := h.call(h.admin(), "GET /catalog", nil).want(200); got.text("bind.AccountSID") != "token_id" {
			h.t.Errorf("bound parameters: %v", got.get("bind"))
		}
		for languages, label := range map[string]string{
			"": "Things", "*": "Things", "fr": "Things", "zh": "东西", "zh-CN,en;q=0.1": "东西", "en-GB": "Things", "fr, de;q=0.2": "Dinge", "nonsense!!": "Things", "zh-Hans-SG": "东西",
		} {
			if got := h.call(h.op(), "GET /catalog", nil, acting, "Accept-Language: "+languages).want(200); got.text("categories.0.label") != label {
				h.t.Errorf("in %q: %s", languages, got.text("categories.0.label"))
			}
		}
		if a.header.Get("Content-Language") != "de" || a.header.Get("Vary") != "Accept-Language" {
			h.t.Errorf("headers %v", a.header)
		}
	})
}

// TestCatalogOfType: who may act in any account may see the catalog of any
// account type; nobody else sees another than their own.
func TestCatalogOfType(t *testing.T) {
	each(t, func(h *harness) {
		reader := h.service("tokenry.tokens.read")
		inBrand := "Tokenry-Account: " + brand
		for name, tt := range map[string]struct {
			credential, kind string
			headers          []string
			status           int
		}{
			"operator":                    {h.op(), "partner", nil, 200},
			"operator, in another":        {h.op(), "partner", []string{inBrand}, 200},
			"operator, of their own type": {h.op(), "operator", nil, 200},
			"operator, no such type":      {h.op(), "nothing", nil, 404},
			"service":                     {reader, "partner", nil, 200},
			"service, operator's type":    {reader, "operator", nil, 404},
			"viewer, own type":            {h.viewer(), "partner", nil, 200},
			"viewer, another":             {h.viewer(), "brand", nil, 404},
			"viewer, operator's type":     {h.viewer(), "operator", nil, 404},
		} {
			a := h.call(tt.credential, "GET /catalog?account_type="+tt.kind, nil, tt.headers...)
			if a.status != tt.status || tt.status == 200 && a.text("account_type") != tt.kind {
				h.t.Errorf("%s: answer %d %.200s", name, a.status, a.body)
			}
		}
		h.call(h.op(), "GET /catalog", nil).want(422, "account_required")
		h.call(reader, "GET /catalog", nil).want(422, "account_required")
	})
}

// TestPresetsGrantNothing: a token keeps the scopes it has, whatever becomes of
// the preset that they were chosen by.
func TestPresetsGrantNothing(t *testing.T) {
	each(t, func(h *harness) {
		acting, made := h.tiny(tinyRead, tinyWrite)
		scopes := h.call(h.op(), "GET /tokens", nil, acting).want(200).get("items.0.scopes")
		for change, plan := range map[string]string{
			`["c.read","c.write"]`: "map[changed:[map[fields:[scopes] id:look]]]",
			`["c.write"]`:          "map[changed:[map[fields:[scopes] id:look]]]",
		} {
			file := strings.Replace(tiny(tinyRead+","+tinyWrite), `["c.read"]}]}}}`, change+`}]}}}`, 1)
			a := h.call(h.op(), "PUT /catalog", file).want(200)
			if fmt.Sprint(a.get("plans.0.presets")) != plan || a.get("plans.0.touched_tokens") != 0.0 {
				h.t.Errorf("%s: plan %s", change, a.body)
			}
		}
		none := strings.Replace(tiny(tinyRead+","+tinyWrite), `"presets":[`, `"x":[`, 1)
		h.call(h.op(), "PUT /catalog", none).want(422)
		none = none[:strings.Index(none, `,
		"x":`)] + "}}}"
		if a := h.call(h.op(), "PUT /catalog", none).want(200); fmt.Sprint(a.get("plans.0.presets")) != "map[removed:[look]]" {
			h.t.Errorf("plan %s", a.body)
		}
		if a := h.call(h.op(), "GET /tokens", nil, acting).want(200); fmt.Sprint(a.get("items.0.scopes")) != fmt.Sprint(scopes) {
			h.t.Errorf("scopes are now %v", a.get("items.0.scopes"))
		}
		h.verify(made, map[string]any{"scopes": []string{"c.read", "c.write"}}).wantCode("ok")
	})
}

func TestCatalogTag(t *testing.T) {
	each(t, func(h *harness) {
		a := h.call(h.viewer(), "GET /catalog", nil, "Accept-Language: en").want(200)
		tag := a.header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) || a.text("account_type") != "partner" || a.len("categories") < 10 {
			h.t.Fatalf("catalog %.200s with tag %s", a.body, tag)
		}
		for _, known := range []string{tag, `"x", ` + tag, "W/" + tag, "*"} {
			b := h.call(h.viewer(), "GET /catalog", nil, "Accept-Language: en", "If-None-Match: "+known).want(304)
			if b.header.Get("ETag") != tag || len(b.body) > 0 {
				h.t.Errorf("If-None-Match %s: %v %s", known, b.header, b.body)
			}
		}
		h.call(h.viewer(), "GET /catalog", nil, "Accept-Language: zh-CN", "If-None-Match: "+tag).want(200)
		h.retire("16")
		if b := h.call(h.viewer(), "GET /catalog", nil, "Accept-Language: en", "If-None-Match: "+tag).want(200); b.text("default_version") != "15" {
			h.t.Errorf("default version %s", b.text("default_version"))
		}
	})
}

// TestPutCatalog: what takes scopes from live tokens, or opens more to them, has
// to be asked for; a dry run changes nothing.
func TestPutCatalog(t *testing.T) {
	each(t, func(h *harness) {
		acting, made := h.tiny(tinyRead, tinyWrite)
		put := func(query, scopes string) answer { return h.call(h.op(), "PUT /catalog"+query, tiny(scopes)) }
		write := map[string]any{"scopes": []string{"c.write"}}
		dry := put("?dry_run=true", tinyRead).want(200)
		if dry.get("dry_run") != true || dry.has("propagated") || fmt.Sprint(dry.get("plans.0.removed_scopes")) != "[c.write]" || dry.get("plans.0.touched_tokens") != 1.0 {
			h.t.Errorf("plan %s", dry.body)
		}
		put("", tinyRead).want(409, "removals_not_allowed")
		h.verify(made, write).wantCode("ok")
		if a := put("?allow_removals=true", tinyRead).want(200); a.get("propagated") != true {
			h.t.Errorf("applied %s", a.body)
		}
		h.verify(made, write).wantCode("insufficient_scope")
		put("", tinyRead+","+tinyWrite).want(200)
		h.verify(made, write).wantCode("insufficient_scope") // adding it again grants nothing

		wider := strings.Replace(tinyRead, `"/things"}`, `"/things"},{"method":"GET","path":"/others"}`, 1)
		put("", wider).want(409, "widening_not_allowed")
		put("?allow_widening=true", wider).want(200)
		h.verify(made, map[string]any{"method": "GET", "path": "/others"}).wantCode("ok")
		same := put("", wider).want(200)
		if same.get("plans.0.new") != false || same.get("plans.0.touched_tokens") != 0.0 {
			h.t.Errorf("nothing to change: %s", same.body)
		}
		if a := h.call(h.op(), "GET /catalog", nil, acting).want(200); a.len("categories.0.scopes") != 1 {
			h.t.Errorf("catalog %s", a.body)
		}
	})
}

func TestBadCatalogs(t *testing.T) {
	each(t, func(h *harness) {
		yaml := "Content-Type: application/yaml"
		h.call(h.op(), "PUT /catalog", "a: [b", yaml).want(400, "malformed_body")
		h.call(h.op(), "PUT /catalog", `{"a"`).want(400, "malformed_body")
		h.call(h.op(), "PUT /catalog", tiny(tinyRead), "Content-Type: text/plain").want(415, "unsupported_media_type")
		for _, body := range []string{`{}`, `{"account_types":{}}`, `[]`, `{"account_types":{"operator":{}}}`, tiny(`{"id":"tokenry.admin","label":"x","access":"read"}`), tiny(tinyRead + "," + tinyRead)} {
			if a := h.call(h.op(), "PUT /catalog", body); a.status != 422 || a.len("fields") == 0 {
				h.t.Errorf("%s: answer %d %s", body, a.status, a.body)
			}
		}
		big := "# " + strings.Repeat("x", 300<<10) + "\n" + tiny(tinyRead)
		h.call(h.op(), "PUT /catalog", big, yaml).want(200) // larger than other bodies may be
		h.call(h.op(), "PUT /catalog", "# "+strings.Repeat("x", 16<<20), yaml).want(413, "http_413")
	})
}

func TestExportCatalog(t *testing.T) {
	each(t, func(h *harness) {
		file := h.call(h.op(), "GET /catalog/export", nil).want(200)
		if kind := file.header.Get("Content-Type"); kind != "application/yaml" {
			h.t.Errorf("Content-Type %s", kind)
		}
		again := h.call(h.op(), "PUT /catalog?dry_run=true", string(file.body), "Content-Type: application/yaml").want(200)
		if again.len("plans") != 4 {
			h.t.Errorf("plans %s", again.body)
		}
		for i := range again.len("plans") {
			plan, err := json.Marshal(again.get(fmt.Sprintf("plans.%d", i)))
			h.must(err)
			if strings.Contains(string(plan), `"added"`) || strings.Contains(string(plan), `"changed"`) {
				h.t.Errorf("an export applied again changes %s", plan)
			}
		}
		asJSON := h.call(h.op(), "GET /catalog/export", nil, "Accept: application/json").want(200)
		if asJSON.header.Get("Content-Type") != "application/json" || asJSON.text("account_types.partner.default_version") != "16" ||
			asJSON.text("account_types.partner.presets.0.label.zh-CN") == "" {
			h.t.Errorf("export %.300s", asJSON.body)
		}
		h.call(h.op(), "GET /catalog/export", nil, "Accept: text/html,*/*;q=0.8").want(200)
		for i := range h.call(h.op(), "PUT /catalog?dry_run=true", string(asJSON.body)).want(200).len("plans") {
			if plan := again.get(fmt.Sprintf("plans.%d", i)); strings.Contains(fmt.Sprint(plan), "changed") {
				h.t.Errorf("an export in JSON applied again changes %v", plan)
			}
		}
	})
}
