package openapiimport_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/internal/openapiimport"
)

// patience is for busy machines; what grows without bound takes far longer.
const patience = time.Minute

func TestImportLarge(t *testing.T) {
	t.Parallel()
	operations := 1000
	if testing.Short() {
		operations = 100
	}
	doc := large(operations)
	asJSON, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"large.json": asJSON, "large.yaml": asYAML} {
		t.Run(name, func(t *testing.T) {
			if len(data) < 7_000*operations {
				t.Fatalf("the document has only %d bytes", len(data))
			}
			start := time.Now()
			got, err := openapiimport.Import(name, data, options())
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("%d bytes took %v", len(data), took)
			}
			if n := len(got.Catalog.Routes); n != operations {
				t.Errorf("%d routes", n)
			}
			checkFormed(t, got.Catalog)
		})
	}
}

// TestImportBombs feeds what grows without bound, or recurses, in a parser that
// is not careful.
func TestImportBombs(t *testing.T) {
	t.Parallel()
	const head = "openapi: 3.0.0\n"
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	tests := map[string]string{
		"laughs": head + "x0: &x0 [a, a]\n" + func() string {
			var b strings.Builder
			for i := range 60 {
				fmt.Fprintf(&b, "x%d: &x%d [*x%d, *x%d]\n", i+1, i+1, i, i)
			}
			return b.String()
		}() + "paths: {/a: {get: {tags: *x60}}}\n",
		"merges": head + "x0: &x0 {a: 1}\n" + func() string {
			var b strings.Builder
			for i := range 60 {
				fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d]}\n", i+1, i+1, i, i)
			}
			return b.String()
		}() + "paths: *x60\n",
		"wide": head + "x-scopes: &scopes [" + many("s%d, ", 1000) + "]\n" +
			"x-one: &one {key: *scopes}\nx-all: &all [" + strings.Repeat("*one, ", 1000) + "]\n" +
			"components: {securitySchemes: {key: {}}}\n" +
			"paths: {" + many("/a%d: {get: {security: *all}}, ", 1000) + "}\n",
		"itself":     head + "paths: &p {/a: *p, <<: *p}\n",
		"deep YAML":  head + "paths: " + strings.Repeat("[", 1_000_000),
		"deep JSON":  `{"openapi": "3.0.0", "paths": ` + strings.Repeat(`{"a":`, 1_000_000),
		"deep block": head + "paths:\n" + strings.Repeat("- ", 1_000_000),
		"references": head + "paths:\n" + func() string {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, "  /a%d: {$ref: '#/paths/~1a%d'}\n", i, i+1)
			}
			return b.String()
		}(),
	}
	for name, doc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			got, err := openapiimport.Import(name, []byte(doc), options())
			if err == nil {
				checkFormed(t, got.Catalog)
			} else if len(err.Error()) > 64<<10 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			if took := time.Since(start); took > patience {
				t.Errorf("took %v", took)
			}
		})
	}
}

// large is a document whose bulk is schemas, as it is in real ones.
func large(operations int) map[string]any {
	schema := func(i int) map[string]any {
		properties := map[string]any{}
		for p := range 45 {
			properties[fmt.Sprintf("property_%d_%d", i, p)] = map[string]any{
				"type": "string", "description": "A property, with \"quotes\" and ünïcode: long enough to be one.", "example": "value",
			}
		}
		return map[string]any{"type": "object", "properties": properties}
	}
	paths, schemas := map[string]any{}, map[string]any{}
	for i := range operations {
		name := fmt.Sprintf("Thing%d", i)
		schemas[name] = schema(i)
		paths[fmt.Sprintf("/things%d/{id}", i)] = map[string]any{"get": map[string]any{
			"operationId": "get" + name,
			"summary":     "One thing of many",
			"tags":        []string{fmt.Sprintf("Group %d", i%40)},
			"security":    []any{map[string]any{"oauth": []string{fmt.Sprintf("read:%d", i%200)}}, map[string]any{"oauth": []string{"admin"}}},
			"responses":   map[string]any{"200": map[string]any{"description": "Good", "content": map[string]any{"application/json": map[string]any{"schema": schema(i)}}}},
		}}
	}
	return map[string]any{
		"openapi":    "3.0.3",
		"servers":    []any{map[string]any{"url": "https://api.example.com/v1"}},
		"paths":      paths,
		"components": map[string]any{"schemas": schemas, "securitySchemes": map[string]any{"oauth": map[string]any{"type": "oauth2"}}},
	}
}
