package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// ranged is a catalog of versions 1 to 3.
func ranged(scopes ...model.Scope) *model.Catalog {
	return &model.Catalog{
		AccountType: "p", DefaultVersion: "1",
		Versions:   []model.Version{{ID: "1", State: model.VersionCurrent}, {ID: "2", State: model.VersionCurrent}, {ID: "3", State: model.VersionCurrent}},
		Categories: []model.Category{{ID: "c", Label: model.Text{"": "C"}, Scopes: scopes}},
	}
}

func scope(id, since, until string, needs ...string) model.Scope {
	return model.Scope{ID: id, Label: model.Text{"": id}, Access: model.AccessRead, Since: since, Until: until, Needs: needs}
}

func TestPresetVersions(t *testing.T) {
	t.Parallel()
	c := compile(t, ranged(scope("all", "", ""), scope("late", "2", ""), scope("old", "", "1"), scope("mid", "2", "2")))
	tests := map[string]struct {
		preset model.Preset
		want   []string
	}{
		"one of all":      {model.Preset{Scopes: []string{"all"}}, []string{"1", "2", "3"}},
		"any is enough":   {model.Preset{Scopes: []string{"late", "old"}}, []string{"1", "2", "3"}},
		"one late":        {model.Preset{Scopes: []string{"late"}}, []string{"2", "3"}},
		"with a gap":      {model.Preset{Scopes: []string{"old"}, Since: "1"}, []string{"1"}},
		"bounded":         {model.Preset{Scopes: []string{"all"}, Since: "2", Until: "2"}, []string{"2"}},
		"bounded by both": {model.Preset{Scopes: []string{"late", "mid"}, Until: "2"}, []string{"2"}},
		"of none":         {model.Preset{Scopes: []string{"mid"}, Since: "3"}, []string{}},
	}
	for name, tt := range tests {
		if got := c.PresetVersions(tt.preset); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	c := opened("POST /export: export+run", "GET /all: all", "GET /both: one+two one+three", "GET /x: x+run", "PUT /x: x+run+all", "GET /y: y+run y")
	for i := range c.Categories[0].Scopes {
		switch s := &c.Categories[0].Scopes[i]; s.ID {
		case "export":
			s.Needs = []string{"all", "run"}
		case "all":
			s.Needs = []string{"one"}
		}
	}
	want := map[string]string{
		"export": "[all run]", // as it says; run is not said twice
		"all":    "[one]",
		"one":    "[]", // either of two
		"two":    "[one]",
		"three":  "[one]",
		"x":      "[run]", // what all its routes ask for
		"y":      "[]",
		"run":    "[]", // opens several things
	}
	needs := compile(t, c).Needs()
	for id, want := range want {
		if got := fmt.Sprint(needs[id]); got != want {
			t.Errorf("%s needs %s, want %s", id, got, want)
		}
	}
}

// TestDiffChoosing: what helps people choose is planned like all else, and
// touches no token.
func TestDiffChoosing(t *testing.T) {
	t.Parallel()
	before, after := ranged(scope("a", "", "", "b"), scope("b", "", "")), ranged(scope("a", "", ""), scope("b", "", ""))
	before.Presets = []model.Preset{{ID: "gone", Scopes: []string{"a"}}, {ID: "kept", Scopes: []string{"a", "b"}}, {ID: "more", Scopes: []string{"a"}}}
	after.Presets = []model.Preset{
		{ID: "more", Label: model.Text{"": "More"}, Scopes: []string{"b", "a"}, Since: "1"}, {ID: "kept", Scopes: []string{"b", "a"}}, {ID: "new", Scopes: []string{"a"}},
	}
	plan := catalog.Diff(before, after)
	want := catalog.Changes{
		Added: []string{"new"}, Removed: []string{"gone"}, Changed: []catalog.Edit{{ID: "more", Fields: []string{"label", "scopes", "since"}}},
	}
	if fmt.Sprint(plan.Presets) != fmt.Sprint(want) || fmt.Sprint(plan.Scopes.Changed) != "[{a [needs]}]" || plan.Empty() {
		t.Errorf("plan %+v", plan)
	}
	if len(plan.RemovedScopes)+len(plan.LostVersions)+len(plan.Widened) > 0 {
		t.Errorf("tokens are touched: %+v", plan)
	}
}

// TestMergeDropsMentions: an import leaves no hint or preset with a scope that
// is gone, so that the catalog stays one that can be applied.
func TestMergeDropsMentions(t *testing.T) {
	t.Parallel()
	have := ranged(scope("stays", "", "", "ends", "gone"), scope("ends", "", ""), scope("gone", "3", ""), scope("late", "3", "", "ends"))
	have.Presets = []model.Preset{
		{ID: "all", Label: model.Text{"": "All"}, Scopes: []string{"stays", "ends", "gone"}},
		{ID: "latest", Label: model.Text{"": "Latest"}, Since: "3", Scopes: []string{"stays", "ends"}},
		{ID: "lost", Label: model.Text{"": "Lost"}, Scopes: []string{"gone"}},
	}
	imported := model.Catalog{
		AccountType: "p", DefaultVersion: "3", Versions: have.Versions[2:],
		Categories: []model.Category{{ID: "c", Label: model.Text{"": "C"}, Scopes: []model.Scope{scope("stays", "", ""), scope("late", "", "")}}},
	}
	next, warnings, err := catalog.Merge(*have, imported)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, s := range next.Categories[0].Scopes {
		got += fmt.Sprint(s.ID, s.Needs, " ")
	}
	for _, p := range next.Presets {
		got += fmt.Sprint(p.ID, p.Scopes, " ")
	}
	if want := "stays[ends] ends[] late[] all[stays ends] latest[stays] "; got != want || len(warnings) != 3 {
		t.Errorf("%s, want %s; warnings %q", got, want, warnings)
	}
	if faults := catalog.Check(&next); len(faults) > 0 {
		t.Errorf("faults %+v", faults)
	}
	if fmt.Sprint(have.Presets[0].Scopes, have.Categories[0].Scopes[0].Needs) != "[stays ends gone] [ends gone]" {
		t.Error("Merge changes its input")
	}
}
