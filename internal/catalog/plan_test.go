package catalog_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// opened makes a catalog of lines such as "GET /a: x+y z": the route is opened by
// x and y together, or by z.
func opened(lines ...string) *model.Catalog {
	c := &model.Catalog{AccountType: "partner", DefaultVersion: "1", Versions: []model.Version{{ID: "1"}}}
	scopes := map[string]bool{}
	for _, line := range lines {
		route, sets, _ := strings.Cut(line, ": ")
		method, path, _ := strings.Cut(route, " ")
		r := model.Route{Method: method, Path: path}
		for set := range strings.FieldsSeq(sets) {
			ids := strings.Split(set, "+")
			r.Scopes = append(r.Scopes, ids)
			for _, id := range ids {
				scopes[id] = true
			}
		}
		c.Routes = append(c.Routes, r)
	}
	cat := model.Category{ID: "c"}
	for id := range scopes {
		cat.Scopes = append(cat.Scopes, model.Scope{ID: id})
	}
	c.Categories = []model.Category{cat}
	return c
}

func TestDiffWidened(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before, after string // lines separated by commas
		want          string // scope and further ones, path, code
	}{
		"nothing":                    {"GET /a: x", "GET /a: x", ""},
		"new route":                  {"GET /a: x", "GET /a: x,GET /b: x", "x /b new_route"},
		"new route, other method":    {"GET /a: x", "GET /a: x,PUT /a: x", "x /a new_route"},
		"new route, new scope":       {"GET /a: x", "GET /a: x,GET /b: y", ""},
		"new route, held and new":    {"GET /a: x", "GET /a: x,GET /b: x+y", ""},
		"new route, two scopes":      {"GET /a: x y", "GET /a: x y,GET /b: x+y", "x+y /b new_route,y+x /b new_route"},
		"renamed parameter":          {"GET /{a}: x", "GET /{b}: x", ""},
		"new alternative":            {"GET /a: x,GET /b: y", "GET /a: x y,GET /b: y", "y /a new_alternative"},
		"looser alternative":         {"GET /a: x+y", "GET /a: x,GET /b: y", "x /a new_alternative,y /b new_route"},
		"tighter alternative":        {"GET /a: x,GET /b: y", "GET /a: x+y,GET /b: y", ""},
		"covered by a wider route":   {"GET /{r...}: x", "GET /{r...}: x,GET /a: x", ""},
		"covered, by another scope":  {"GET /{r...}: x,GET /b: y", "GET /{r...}: x,GET /b: y,GET /a: y", "y /a falls_through"},
		"covered, exact one between": {"GET /{r...}: x,GET /{p}: y", "GET /{r...}: x,GET /{p}: y,GET /a: x", "x /a falls_through"},
		"removed":                    {"GET /a: x,GET /b: x", "GET /a: x", ""},
		"falls to a parameter":       {"GET /u/{id}: x,GET /u/me: y", "GET /u/{id}: x,PUT /me: y", "x /u/{id} falls_through,y /me new_route"},
		"falls to the same scope":    {"GET /u/{id}: x,GET /u/me: x", "GET /u/{id}: x", ""},
		"falls to rest":              {"GET /{r...}: x,GET /a/{p}: y", "GET /{r...}: x", "x /{r...} falls_through"},
		"falls to mixed":             {"GET /{p}.json: x,GET /a.json: y", "GET /{p}.json: x", "x /{p}.json falls_through"},
		"removed elsewhere":          {"GET /u/{id}: x,GET /v/me: y", "GET /u/{id}: x", ""},
		"wider one removed":          {"GET /u/{id}: x,GET /{r...}: y", "GET /u/{id}: x", ""},
		"replaced by a wider one":    {"GET /u/{id}: x", "GET /u/{r...}: x", "x /u/{r...} new_route"},
		"not covered by mixed":       {"GET /{p}.json: x", "GET /{p}.json: x,GET /{p}: x", "x /{p} new_route"},
		"covered by mixed":           {"GET /{p}.json: x", "GET /{p}.json: x,GET /a.json: x", ""},
		"root is not covered":        {"GET /{p}: x", "GET /{p}: x,GET /: x", "x / new_route"},
		"HEAD of its own":            {"GET /a: x", "GET /a: x,HEAD /a: x", ""},
		"HEAD of another":            {"GET /a: x,GET /b: y", "GET /a: x,GET /b: y,HEAD /a: y", "y /a new_alternative"},
		"HEAD removed":               {"GET /a: x,HEAD /a: y", "GET /a: x", "x /a new_alternative"},
		"HEAD beside a new GET":      {"HEAD /a: x", "HEAD /a: x,GET /b: x", "x /b new_route"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := catalog.Diff(opened(strings.Split(tt.before, ",")...), opened(strings.Split(tt.after, ",")...))
			var got []string
			for _, w := range plan.Widened {
				got = append(got, fmt.Sprintf("%s %s %s", strings.Join(append([]string{w.Scope}, w.With...), "+"), w.Path, w.Code))
			}
			slices.Sort(got)
			if text := strings.Join(got, ","); text != tt.want {
				t.Errorf("widened %q, want %q", text, tt.want)
			}
		})
	}
}

// may reports whether a holder of the scopes may make the request.
func may(c *catalog.Compiled, method, path string, scopes []string) bool {
	m, ok := c.Match(method, path)
	return ok && slices.ContainsFunc(m.Route.Scopes, func(set []string) bool {
		return !slices.ContainsFunc(set, func(id string) bool { return !slices.Contains(scopes, id) })
	})
}

// TestDiffNamesWhateverWidens asks for random requests before and after random
// changes: who may make one only afterwards must be in the plan.
func TestDiffNamesWhateverWidens(t *testing.T) {
	t.Parallel()
	sets := rapid.SampledFrom([]string{"x", "y", "x y", "x+y", "x+y z", "z"})
	held := rapid.SampledFrom([][]string{{"x"}, {"y"}, {"z"}, {"x", "y"}, {"y", "z"}})
	methods := rapid.SampledFrom([]string{"GET", "GET", "HEAD"})
	value := rapid.SampledFrom([]string{"a", "b", "ab", "a-b", "a.b", "aab", "a...b", "a/b"})
	rapid.Check(t, func(t *rapid.T) {
		templates := usable(rapid.SliceOfN(anyTemplate, 1, 8).Draw(t, "templates"))
		draw := func(name string) *model.Catalog {
			lines := []string{"POST /: x+y+z"}
			for _, template := range templates {
				if method := methods.Draw(t, "method"); rapid.Bool().Draw(t, name) {
					lines = append(lines, fmt.Sprintf("%s %s: %s", method, template, sets.Draw(t, "sets")))
				}
			}
			return opened(lines...)
		}
		before, after := draw("before"), draw("after")
		old, _ := catalog.Compile(before)
		now, _ := catalog.Compile(after)
		plan := catalog.Diff(before, after)
		for range 20 {
			path := paramForm.ReplaceAllStringFunc(rapid.SampledFrom(templates).Draw(t, "path"), func(string) string { return value.Draw(t, "value") })
			method, scopes := methods.Draw(t, "asked"), held.Draw(t, "held")
			if may(now, method, path, scopes) && !may(old, method, path, scopes) && !slices.ContainsFunc(plan.Widened, func(w catalog.Widening) bool {
				return slices.Contains(scopes, w.Scope)
			}) {
				t.Fatalf("%s %s by %v is new, but not in the plan:\n%s", method, path, scopes, plan)
			}
		}
	})
}

func TestDiffUnbound(t *testing.T) {
	t.Parallel()
	bound := func(name string, to model.Binding, path string) *model.Catalog {
		c := opened("GET " + path + ": x")
		c.Bind = map[string]model.Binding{name: to}
		return c
	}
	before := bound("a", model.BindTokenID, "/{a}/{b}")
	tests := map[string]struct {
		after *model.Catalog
		want  bool
	}{
		"as before":         {bound("a", model.BindTokenID, "/{a}/{b}"), false},
		"renamed":           {bound("c", model.BindTokenID, "/{c}/{b}"), false},
		"renamed in one":    {bound("a", model.BindTokenID, "/{c}/{b}"), true},
		"other fact":        {bound("a", model.BindAccountID, "/{a}/{b}"), true},
		"other place":       {bound("a", model.BindTokenID, "/{b}/{a}"), true},
		"no binding at all": {opened("GET /{a}/{b}: x"), true},
	}
	for name, tt := range tests {
		plan := catalog.Diff(before, tt.after)
		if got := len(plan.Widened) == 1 && plan.Widened[0].Code == "unbound"; got != tt.want || !tt.want && len(plan.Widened) > 0 {
			t.Errorf("%s: widened %+v", name, plan.Widened)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	current, next := catalog.Sample()[0], catalog.Sample()[0]
	next.DefaultVersion = "15"
	next.Versions = slices.Clone(next.Versions[1:])
	next.Versions[0].State = model.VersionRetired
	next.Versions = append(next.Versions, model.Version{ID: "17", State: model.VersionCurrent})
	next.Categories = slices.Clone(next.Categories[1:])
	next.Categories[0].Label = model.Text{"": "Conversions"}
	next.Categories[0].Scopes = slices.Clone(next.Categories[0].Scopes)
	next.Categories[0].Scopes[0].Since = "17"
	next.Routes = slices.DeleteFunc(slices.Clone(next.Routes), func(r model.Route) bool {
		return strings.HasPrefix(r.Scopes[0][0], "account.")
	})
	p := catalog.Diff(&current, &next)
	want := map[string][2]any{
		"default version":  {*p.DefaultVersion, model.Change{Old: "16", New: "15"}},
		"versions":         {p.Versions, catalog.Changes{Added: []string{"17"}, Removed: []string{"14"}, Changed: []catalog.Edit{{ID: "15", Fields: []string{"state"}}}}},
		"categories":       {p.Categories, catalog.Changes{Removed: []string{"account"}, Changed: []catalog.Edit{{ID: "actions", Fields: []string{"label"}}}}},
		"changed scopes":   {p.Scopes.Changed, []catalog.Edit{{ID: "actions.list_actions", Fields: []string{"since"}}}},
		"removed scopes":   {p.RemovedScopes, []string{"account.change_company_information", "account.view_account_root_summary", "account.view_company_information"}},
		"removed routes":   {len(p.Routes.Removed), 3},
		"removed versions": {p.RemovedVersions, []string{"14"}},
		"retired versions": {p.RetiredVersions, []string{"15"}},
		"lost versions":    {p.LostVersions, []catalog.VersionScope{{Version: "15", Scope: "actions.list_actions"}, {Version: "16", Scope: "actions.list_actions"}}},
		"widened":          {len(p.Widened), 0},
	}
	for what, pair := range want {
		if got, want := fmt.Sprint(pair[0]), fmt.Sprint(pair[1]); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	text := p.String()
	if !strings.Contains(text, "  - versions (1)\n      14\n") || strings.Count(text, "\n") > 50 {
		t.Errorf("text:\n%s", text)
	}
}

func TestDiffNewType(t *testing.T) {
	t.Parallel()
	c := catalog.Sample()[1]
	p := catalog.Diff(nil, &c)
	if !p.New || p.Empty() || len(p.Scopes.Added) != 118 || len(p.Widened) != 0 || p.DefaultVersion != nil {
		t.Errorf("plan %+v", p)
	}
	if lines := strings.Count(p.String(), "\n"); lines > 50 {
		t.Errorf("the text has %d lines", lines)
	}
}

func TestDiffNothing(t *testing.T) {
	t.Parallel()
	current, next := catalog.Sample()[0], catalog.Sample()[0]
	next.Routes, next.Categories = slices.Clone(next.Routes), slices.Clone(next.Categories)
	slices.Reverse(next.Routes)
	slices.Reverse(next.Categories)
	p := catalog.Diff(&current, &next)
	if !p.Empty() || p.String() != "Account type partner: no changes\n" {
		t.Errorf("plan %s", p)
	}
	out, err := json.Marshal(p)
	want := `{"account_type":"partner","new":false,"removed_versions":[],"retired_versions":[],"removed_scopes":[],"lost_versions":[],"widened":[],"touched_tokens":0}`
	if err != nil || string(out) != want {
		t.Errorf("JSON %s, %v", out, err)
	}
}
