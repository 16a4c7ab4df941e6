package catalog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// minimal is a file with one account type; the text goes behind its version.
func minimal(more string) string {
	return "account_types:\n  partner:\n    versions: [{id: 1}]\n" + more
}

const oneScope = `    categories:
      - id: c
        label: C
        scopes:
          - {id: c.a, label: A, access: read, routes: [{method: GET, path: /a}]}
`

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := catalog.Parse("x.yaml", []byte(`
account_types:
  partner:
    label: {en: Partner, zh-CN: 合作伙伴}
    base_path: /v1/{Account}
    bind: {Account: account_id}
    versions:
      - {id: 1.10, state: deprecated, released: 2024-01-31, sunset: "2027-01-31T12:00:00+01:00"}
      - {id: 2, docs_url: "https://example.com/2"}
    categories:
      - id: things
        label: Things
        description:
        scopes:
          - {id: "read:things", label: Read, access: read, since: 2, routes: [{method: GET, path: ""}, {method: GET, path: /a}]}
          - {id: "read:more", label: More, access: read}
          - {id: write, label: Write, access: write, sensitive: true, until: 1.10, needs: ["read:more"], routes: [{method: GET, path: /a}, {method: PUT, path: ^/put}]}
    presets:
      - {id: all, label: {en: All, zh-CN: 全部}, description: Everything., scopes: [write, "read:things"]}
      - {id: old, label: Old, since: 1.10, until: 1.10, scopes: [write]}
    routes:
      - {method: POST, path: /both, scopes: [[write, "read:things"], [write]]}
`))
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) *time.Time { v, _ := time.Parse(time.RFC3339, text); return new(v.UTC()) }
	want := []model.Catalog{{
		AccountType: "partner", Label: model.Text{"en": "Partner", "zh-CN": "合作伙伴"}, DefaultVersion: "1.10",
		Versions: []model.Version{
			{ID: "1.10", State: model.VersionDeprecated, Released: at("2024-01-31T00:00:00Z"), Sunset: at("2027-01-31T11:00:00Z")},
			{ID: "2", State: model.VersionCurrent, DocsURL: "https://example.com/2"},
		},
		Bind: map[string]model.Binding{"Account": model.BindAccountID},
		Categories: []model.Category{{ID: "things", Label: model.Text{"": "Things"}, Scopes: []model.Scope{
			{ID: "read:things", Label: model.Text{"": "Read"}, Access: model.AccessRead, Since: "2"},
			{ID: "read:more", Label: model.Text{"": "More"}, Access: model.AccessRead},
			{ID: "write", Label: model.Text{"": "Write"}, Access: model.AccessWrite, Sensitive: true, Until: "1.10", Needs: []string{"read:more"}},
		}}},
		Presets: []model.Preset{
			{ID: "all", Label: model.Text{"en": "All", "zh-CN": "全部"}, Description: model.Text{"": "Everything."}, Scopes: []string{"write", "read:things"}},
			{ID: "old", Label: model.Text{"": "Old"}, Since: "1.10", Until: "1.10", Scopes: []string{"write"}},
		},
		Routes: []model.Route{
			{Method: "PUT", Path: "/put", Scopes: [][]string{{"write"}}},
			{Method: "GET", Path: "/v1/{Account}", Scopes: [][]string{{"read:things"}}},
			{Method: "GET", Path: "/v1/{Account}/a", Scopes: [][]string{{"read:things"}, {"write"}}},
			{Method: "POST", Path: "/v1/{Account}/both", Scopes: [][]string{{"read:things", "write"}, {"write"}}},
		},
	}}
	same(t, got, want)
}

// same compares catalogs by their JSON, which has all their fields.
func same(t testing.TB, got, want []model.Catalog) {
	t.Helper()
	g, _ := json.MarshalIndent(got, "", " ")
	w, _ := json.MarshalIndent(want, "", " ")
	if !bytes.Equal(g, w) {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

func TestParseJSON(t *testing.T) {
	t.Parallel()
	got, err := catalog.Parse("x.json", []byte("{\n\t\"account_types\": {\"p\": {\n\t\"versions\":[{\"id\":1}],\n\t"+
		`"categories":[{"id":"c","label":"\ud83d\ude00 \/","description":null}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if label := got[0].Categories[0].Label[""]; label != "😀 /" || got[0].Versions[0].ID != "1" {
		t.Errorf("label %q, version %q", label, got[0].Versions[0].ID)
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file string
		want string // line, place and code of each fault
		rule bool   // a schema cannot state it
	}{
		"no account types":  {"{}", "1 account_types required", false},
		"empty":             {"account_types: {}", "1 account_types required", false},
		"a list":            {"[]", "1  wrong_type", false},
		"null type":         {"account_types:\n  p:", "2 account_types.p wrong_type", false},
		"operator":          {strings.Replace(minimal(oneScope), "partner", "operator", 1), "3 account_types.operator reserved", false},
		"bad type":          {strings.Replace(minimal(oneScope), "partner", "a b", 1), "3 account_types.a b wrong_format", false},
		"unknown field":     {minimal(oneScope + "    colour: red\n"), "9 account_types.partner.colour unknown_field", false},
		"field twice":       {minimal(oneScope + "    versions: [{id: 1}]\n"), "9 account_types.partner.versions duplicate", true},
		"missing field":     {minimal(""), "3 account_types.partner.categories required", false},
		"no versions":       {strings.Replace(minimal(oneScope), "[{id: 1}]", "[]", 1), "3 account_types.partner.versions required", false},
		"bad date":          {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1, sunset: soon}", 1), "3 account_types.partner.versions.0.sunset wrong_format", false},
		"bad state":         {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1, state: old}", 1), "3 account_types.partner.versions.0.state not_one_of", false},
		"bad address":       {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1, docs_url: docs}", 1), "3 account_types.partner.versions.0.docs_url wrong_format", false},
		"sunset too early":  {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1, deprecated: 2027-01-01, sunset: 2026-01-01}", 1), "3 account_types.partner.versions.0.sunset out_of_order", true},
		"version twice":     {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1}, {id: 1}", 1), "3 account_types.partner.versions.1.id duplicate", true},
		"default unknown":   {minimal(oneScope + "    default_version: 2\n"), "9 account_types.partner.default_version unknown_version", true},
		"default retired":   {strings.Replace(minimal(oneScope), "{id: 1}", "{id: 1, state: retired}", 1), "3 account_types.partner.default_version retired_version", true},
		"base path":         {minimal(oneScope + "    base_path: v1/\n"), "9 account_types.partner.base_path wrong_format", true},
		"text is a list":    {strings.Replace(minimal(oneScope), "label: C", "label: [C]", 1), "6 account_types.partner.categories.0.label wrong_type", false},
		"text is true":      {strings.Replace(minimal(oneScope), "label: C", "label: true", 1), "6 account_types.partner.categories.0.label wrong_type", false},
		"empty label":       {strings.Replace(minimal(oneScope), "label: C", `label: " "`, 1), "6 account_types.partner.categories.0.label too_short", true},
		"bad language":      {strings.Replace(minimal(oneScope), "label: C", "label: {e: C}", 1), "6 account_types.partner.categories.0.label.e wrong_format", true},
		"bad boolean":       {strings.Replace(minimal(oneScope), "label: A", "label: A, sensitive: maybe", 1), "8 account_types.partner.categories.0.scopes.0.sensitive wrong_type", false},
		"bad access":        {strings.Replace(minimal(oneScope), "access: read", "access: all", 1), "8 account_types.partner.categories.0.scopes.0.access not_one_of", false},
		"scope with space":  {strings.Replace(minimal(oneScope), "c.a", "c a", 1), "8 account_types.partner.categories.0.scopes.0.id wrong_format", false},
		"scope with quote":  {strings.Replace(minimal(oneScope), "c.a", `'a"b'`, 1), "8 account_types.partner.categories.0.scopes.0.id wrong_format", false},
		"built-in scope":    {strings.Replace(minimal(oneScope), "c.a", "Tokenry.admin", 1), "8 account_types.partner.categories.0.scopes.0.id reserved", false},
		"built-in category": {strings.Replace(minimal(oneScope), "id: c\n", "id: tokenry.x\n", 1), "5 account_types.partner.categories.0.id reserved", false},
		"unknown since":     {strings.Replace(minimal(oneScope), "label: A", "label: A, since: 2", 1), "8 account_types.partner.categories.0.scopes.0.since unknown_version", true},
		"unknown until":     {strings.Replace(minimal(oneScope), "label: A", "label: A, until: 2", 1), "8 account_types.partner.categories.0.scopes.0.until unknown_version", true},
		"until first":       {strings.NewReplacer("{id: 1}", "{id: 1}, {id: 2}", "label: A", "label: A, since: 2, until: 1").Replace(minimal(oneScope)), "8 account_types.partner.categories.0.scopes.0.until out_of_order", true},
		"bad method":        {strings.Replace(minimal(oneScope), "GET", "get", 1), "8 account_types.partner.categories.0.scopes.0.routes.0.method not_one_of", false},
		"bad path":          {strings.Replace(minimal(oneScope), "path: /a", "path: a", 1), "8 account_types.partner.categories.0.scopes.0.routes.0.path wrong_format", false},
		"bad template":      {strings.Replace(minimal(oneScope), "path: /a", "path: '/{a'", 1), "8 account_types.partner.categories.0.scopes.0.routes.0.path wrong_format", true},
		"route twice":       {strings.Replace(minimal(oneScope), "path: /a}", "path: /a}, {method: GET, path: /a}", 1), "8 account_types.partner.categories.0.scopes.0.routes.1 duplicate", true},
		"same shape":        {strings.Replace(minimal(oneScope), "path: /a}", "path: '/{x}'}, {method: GET, path: '/{y}'}", 1), "8 account_types.partner.categories.0.scopes.0.routes.1.path same_shape", true},
		"listed and inline": {minimal(oneScope + "    routes:\n      - {method: GET, path: /a, scopes: [[c.a]]}\n"), "8 account_types.partner.categories.0.scopes.0.routes.0 duplicate", true},
		"unknown scope":     {minimal(oneScope + "    routes:\n      - {method: GET, path: /b, scopes: [[c.a], [c.a, c.b]]}\n"), "10 account_types.partner.routes.0.scopes.1.1 unknown_scope", true},
		"no alternatives":   {minimal(oneScope + "    routes:\n      - {method: GET, path: /b, scopes: []}\n"), "10 account_types.partner.routes.0.scopes required", false},
		"empty alternative": {minimal(oneScope + "    routes:\n      - {method: GET, path: /b, scopes: [[]]}\n"), "10 account_types.partner.routes.0.scopes.0 required", false},
		"flat alternatives": {minimal(oneScope + "    routes:\n      - {method: GET, path: /b, scopes: [c.a]}\n"), "10 account_types.partner.routes.0.scopes.0 wrong_type", false},
		"bound to nothing":  {minimal(oneScope + "    bind: {a: token}\n"), "9 account_types.partner.bind.a not_one_of,9 account_types.partner.bind.a unknown_parameter", false},
		"bound unknown":     {minimal(oneScope + "    bind: {a: token_id}\n"), "9 account_types.partner.bind.a unknown_parameter", true},
		"bound rest":        {strings.Replace(minimal(oneScope), "path: /a", "path: '/{a...}'", 1) + "    bind: {a: token_id}\n", "8 account_types.partner.categories.0.scopes.0.routes.0.path not_bindable", true},
		"needs unknown":     {strings.Replace(minimal(oneScope), "label: A", "label: A, needs: [c.b]", 1), "8 account_types.partner.categories.0.scopes.0.needs.0 unknown_scope", true},
		"needs itself":      {strings.Replace(minimal(oneScope), "label: A", "label: A, needs: [c.a]", 1), "8 account_types.partner.categories.0.scopes.0.needs.0 duplicate", true},
		"needs no list":     {strings.Replace(minimal(oneScope), "label: A", "label: A, needs: c.b", 1), "8 account_types.partner.categories.0.scopes.0.needs wrong_type", false},
		"needs one ended": {strings.NewReplacer("{id: 1}", "{id: 1}, {id: 2}", "label: A", "label: A, since: 2, needs: [c.b, c.b]", "path: /a}]}", "path: /a}]}\n          - {id: c.b, label: B, access: read, until: 1}").
			Replace(minimal(oneScope)), "8 account_types.partner.categories.0.scopes.0.needs.0 not_in_version,8 account_types.partner.categories.0.scopes.0.needs.1 duplicate", true},
		"preset":           {minimal(oneScope + "    presets:\n      - {id: p, label: P}\n"), "10 account_types.partner.presets.0.scopes required", false},
		"preset unknown":   {minimal(oneScope + "    presets:\n      - {id: p, label: P, scopes: [c.a, c.b, c.a]}\n"), "10 account_types.partner.presets.0.scopes.1 unknown_scope,10 account_types.partner.presets.0.scopes.2 duplicate", true},
		"preset of none":   {minimal(oneScope + "    presets:\n      - {id: p, label: P, scopes: []}\n"), "10 account_types.partner.presets.0.scopes required", false},
		"preset twice":     {minimal(oneScope + "    presets:\n      - {id: p, label: P, scopes: [c.a]}\n      - {id: p, label: Q, scopes: [c.a]}\n"), "11 account_types.partner.presets.1.id duplicate", true},
		"preset id":        {minimal(oneScope + "    presets:\n      - {id: tokenry.x, label: P, scopes: [c.a]}\n"), "10 account_types.partner.presets.0.id reserved", false},
		"preset version":   {minimal(oneScope + "    presets:\n      - {id: p, label: P, since: 3, scopes: [c.a]}\n"), "10 account_types.partner.presets.0.since unknown_version", true},
		"preset field":     {minimal(oneScope + "    presets:\n      - {id: p, label: P, version: 1, scopes: [c.a]}\n"), "10 account_types.partner.presets.0.version unknown_field", false},
		"preset too early": {strings.NewReplacer("{id: 1}", "{id: 1}, {id: 2}", "label: A", "label: A, since: 2").Replace(minimal(oneScope)) + "    presets:\n      - {id: p, label: P, until: 1, scopes: [c.a]}\n", "10 account_types.partner.presets.0.scopes.0 not_in_version", true},
		"alias":            {"account_types:\n  a: &x {versions: [{id: 1}], categories: []}\n  b: *x\n", "3 account_types.b wrong_type", true},
		"all at once": {minimal(strings.NewReplacer("label: C", "label: C\n        colour: red", "access: read", "access: all").Replace(oneScope)),
			"7 account_types.partner.categories.0.colour unknown_field,9 account_types.partner.categories.0.scopes.0.access not_one_of", false},
	}
	schema := compileSchema(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Parse("x.yaml", []byte(tt.file))
			if got := faultsOf(t, err); got != tt.want {
				t.Errorf("faults %q, want %q", got, tt.want)
			}
			if err := schema.Validate(asJSON(t, tt.file)); (err == nil) != tt.rule {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}

// faultsOf are the line, place and code of each fault.
func faultsOf(t *testing.T, err error) string {
	t.Helper()
	invalid, ok := errors.AsType[*model.Error](err)
	if !ok || invalid.Kind != model.KindInvalid || !strings.HasPrefix(invalid.Message, "x.yaml ") {
		t.Fatalf("error %v", err)
	}
	var out []string
	for _, f := range invalid.Fields {
		line := regexp.MustCompile(`^Line (\d+): [^ ].*\.$`).FindStringSubmatch(f.Message)
		if line == nil {
			t.Fatalf("message %q", f.Message)
		}
		out = append(out, fmt.Sprintf("%s %s %s", line[1], f.Field, f.Code))
	}
	return strings.Join(out, ",")
}

func TestParseSyntax(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, want string }{
		"nothing":       {" \n", "x: the file is empty."},
		"comment":       {"# none\n", "x: the file is empty."},
		"bad YAML":      {"a:\n  - b\n c: [\n", "x: this is not YAML: line "},
		"bad JSON":      {"{\"a\":\n 1", "x: this is not JSON: line 2: "},
		"two documents": {"a: 1\n---\nb: 1\n", "x: the file has more than one YAML document."},
	}
	for name, tt := range tests {
		_, err := catalog.Parse("x", []byte(tt.file))
		if !model.IsCode(err, "malformed_body") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON is what an editor's schema check sees of a YAML file: dates are texts.
func asJSON(t *testing.T, file string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(file), &doc); err != nil {
		t.Fatal(err)
	}
	var plain func(n *yaml.Node) any
	plain = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.DocumentNode:
			return plain(n.Content[0])
		case yaml.AliasNode:
			return plain(n.Alias)
		case yaml.MappingNode:
			out := map[string]any{}
			for pair := range slices.Chunk(n.Content, 2) {
				out[pair[0].Value] = plain(pair[1])
			}
			return out
		case yaml.SequenceNode:
			out := []any{}
			for _, item := range n.Content {
				out = append(out, plain(item))
			}
			return out
		}
		if n.Tag == "!!timestamp" {
			return n.Value
		}
		var v any
		if err := n.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	return plain(&doc)
}

func TestFilesFollowTheSchema(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guide/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```yaml\n(account_types:.*?)```").FindSubmatch(guide)
	if example == nil {
		t.Fatal("the guide has no example")
	}
	files := map[string]string{"guide": string(example[1])}
	for _, name := range []string{"sample", "starter"} {
		data, err := os.ReadFile("data/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	schema := compileSchema(t)
	for name, file := range files {
		if _, err := catalog.Parse(name, []byte(file)); err != nil {
			t.Error(err)
		}
		if err := schema.Validate(asJSON(t, file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
