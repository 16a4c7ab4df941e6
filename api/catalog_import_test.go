package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const importing = "POST /catalog/import-openapi?account_type=shop&version="

// orders is an OpenAPI document whose operations are given as YAML.
func orders(operations ...string) string {
	return "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\nservers: [{url: https://api.example.com/v1}]\npaths:\n  /orders:\n" +
		strings.Join(operations, "")
}

const (
	listOrders  = "    get: {operationId: listOrders, tags: [Orders], summary: List orders, responses: {}}\n"
	createOrder = "    post: {operationId: createOrder, tags: [Orders], summary: Create an order, responses: {}}\n"
	patchOrders = "    patch: {operationId: patchOrders, tags: [Orders], summary: Change orders, responses: {}}\n"
	isYAML      = "Content-Type: application/yaml"
)

// TestImportOpenAPI: a document is planned, becomes a catalog, and later another
// version of it; what tokens hold is not taken away unasked.
func TestImportOpenAPI(t *testing.T) {
	each(t, func(h *harness) {
		dry := h.call(h.op(), importing+"1&dry_run=true", orders(listOrders, createOrder), isYAML).want(200)
		if dry.get("plans.0.new") != true || dry.get("dry_run") != true || dry.has("propagated") || dry.len("warnings") != 0 || !dry.has("warnings") {
			h.t.Errorf("plan %s", dry.body)
		}
		shop := map[string]any{"type": "shop", "name": "Shop"}
		h.call(h.op(), "POST /accounts", shop).want(422) // there is no such type yet
		h.call(h.op(), importing+"1", orders(listOrders, createOrder), isYAML).want(200)
		account := h.call(h.op(), "POST /accounts", shop).want(201).text("id")
		in := "Tokenry-Account: " + account
		contact := h.call(h.op(), "POST /accounts/"+account+"/members", map[string]any{"name": "S", "email": "s@example.com", "role": "admin"}).want(201).text("id")
		made := h.call(h.op(), "POST /tokens", map[string]any{
			"name": "Till", "contacts": map[string]any{"primary": contact}, "scopes": []string{"orders.list_orders", "orders.create_order"},
		}, in).want(201).text("secret")
		posting := map[string]any{"method": "POST", "path": "/v1/orders"}
		h.verify(made, posting).wantCode("ok")

		h.call(h.op(), importing+"1", orders(listOrders), isYAML).want(409, "removals_not_allowed")
		h.verify(made, posting).wantCode("ok")
		next := h.call(h.op(), importing+"2", orders(listOrders, patchOrders), isYAML).want(200)
		if fmt.Sprint(next.get("plans.0.versions.added"), next.get("plans.0.scopes.added")) != "[2] [orders.patch_orders]" {
			h.t.Errorf("plan %s", next.body)
		}
		h.verify(made, posting).wantCode("ok") // of version 1, which still has it
		if a := h.call(h.op(), importing+"2", orders(listOrders, patchOrders), isYAML).want(200); a.get("plans.0.touched_tokens") != 0.0 {
			h.t.Errorf("again: %s", a.body)
		}
		gone := h.call(h.op(), importing+"2&allow_removals=true", orders(listOrders), isYAML).want(200)
		if fmt.Sprint(gone.get("plans.0.removed_scopes")) != "[orders.patch_orders]" || gone.get("propagated") != true {
			h.t.Errorf("removal %s", gone.body)
		}
		h.call(h.op(), importing+"1", orders(listOrders), isYAML).wantFaults(map[string]string{"version": "not_newest"})
	})
}

// TestImportJSON: JSON is taken as it is, even with what other calls refuse.
func TestImportJSON(t *testing.T) {
	each(t, func(h *harness) {
		document := `{"openapi": "3.1.0", "info": {"x": 1, "x": 2}, "paths": {"/a": {"get": {"tags": ["T"], "operationId": "a"}, "trace": {"operationId": "b"}}, "/{p}": {"get": {}}, "/{q}": {"get": {}}}}`
		a := h.call(h.op(), importing+"1&wait=false", document).want(200)
		if a.len("warnings") != 1 || !strings.Contains(a.text("warnings.0"), "GET /{q}") {
			h.t.Errorf("warnings %s", a.body)
		}
	})
}

func TestBadImports(t *testing.T) {
	each(t, func(h *harness) {
		documents := map[string]string{ // and what the first fault says
			"":                      "The document is empty.",
			`{"openapi": "3.0.3",}`: "Line 1, column 20: This is not JSON",
			"paths: [":              "Line 1: This is not YAML",
			"swagger: '2.0'":        "Line 1, column 10: This is a Swagger 2.0 description.",
			"openapi: 3.0.0":        "Line 1, column 1: The document has no paths",
			"openapi: 3.0.0\npaths: {/a: {get: {security: [{none: []}]}}}": "Line 2, column 32",
		}
		for document, says := range documents {
			for _, kind := range []string{isYAML, "Content-Type: application/json"} {
				a := h.call(h.op(), importing+"1", document, kind).want(422, "invalid_request")
				if a.text("fields.0.field") != "document" || a.text("fields.0.code") != "bad_document" || !strings.HasPrefix(a.text("fields.0.message"), says) {
					h.t.Errorf("%q: %s", document, a.body)
				}
			}
		}
		post := func(query, document string) answer {
			return h.call(h.op(), "POST /catalog/import-openapi?"+query, document, isYAML)
		}
		good := orders(listOrders)
		post("version=1", good).wantFaults(map[string]string{"account_type": "required"})
		post("account_type=&version=", good).wantFaults(map[string]string{"account_type": "too_short", "version": "too_short"})
		post("account_type=A%20b&version=%C3%A4", good).wantFaults(map[string]string{"account_type": "wrong_format", "version": "wrong_format"})
		post("account_type=operator&version=1", good).wantFaults(map[string]string{"account_type": "reserved"})
		h.call(h.op(), importing+"1", good, "Content-Type: text/plain").want(415, "unsupported_media_type")
		if a := h.call(h.op(), "GET /catalog/export", nil).want(200); strings.Contains(string(a.body), "shop:") {
			h.t.Error("a refused import has left something")
		}
	})
}

// TestLargeImport: documents are larger than other bodies may be.
func TestLargeImport(t *testing.T) {
	each(t, func(h *harness) {
		paths := map[string]any{}
		for i := range 2000 {
			paths[fmt.Sprintf("/things%d/{id}", i)] = map[string]any{
				"get": map[string]any{"operationId": fmt.Sprintf("get%d", i), "tags": []string{"T"}, "description": strings.Repeat("words ", 700)},
			}
		}
		document, err := json.Marshal(map[string]any{"openapi": "3.0.3", "paths": paths})
		h.must(err)
		a := h.call(h.op(), importing+"1", string(document)).want(200)
		if added, _ := a.get("plans.0.routes.added").([]any); len(document) < 8<<20 || len(added) != 2000 {
			h.t.Errorf("%d bytes gave %d routes", len(document), len(added))
		}
		h.call(h.op(), importing+"1", "# "+strings.Repeat("x", 16<<20), isYAML).want(413, "http_413")
	})
}
