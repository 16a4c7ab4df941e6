package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// returns exports catalogs and reads them again.
func returns(t testing.TB, want []model.Catalog) {
	t.Helper()
	data, err := catalog.Export(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := catalog.Parse("export", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	same(t, got, want)
	byType := func(a, b model.Catalog) int { return strings.Compare(a.AccountType, b.AccountType) }
	if data, err = catalog.ExportJSON(want); err == nil {
		got, err = catalog.Parse("export", data)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	same(t, slices.SortedFunc(slices.Values(got), byType), slices.SortedFunc(slices.Values(want), byType))
}

func TestExportReturns(t *testing.T) {
	t.Parallel()
	returns(t, catalog.Sample())
	returns(t, catalog.Starter())
	for _, catalogs := range [][]model.Catalog{catalog.Starter(), catalog.Sample()} {
		data, _ := catalog.Export(catalogs)
		asText, err := catalog.ExportJSON(catalogs)
		if err != nil || compileSchema(t).Validate(asJSON(t, string(data))) != nil || compileSchema(t).Validate(asJSON(t, string(asText))) != nil {
			t.Errorf("the export breaks the schema: %v", err)
		}
	}
}

func TestExportKeepsItsInput(t *testing.T) {
	t.Parallel()
	c := model.Catalog{Routes: []model.Route{
		{Method: "POST", Path: "/b", Scopes: [][]string{{"y", "x"}, {"a"}}}, {Method: "GET", Path: "/a", Scopes: [][]string{{"a"}}},
	}}
	before := fmt.Sprint(c)
	if _, err := catalog.Export([]model.Catalog{c}); err != nil || fmt.Sprint(c) != before {
		t.Errorf("Export leaves %v, %v", c, err)
	}
}

func TestExportReturnsAnything(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"1", "1.10", "0x1F", "true", "null", "no", "1e3", "2024-01-01", "a:b", "y", "v-1", "0o7"})
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
				return -1
			}
			return r
		}, rapid.StringN(0, 40, -1).Draw(t, "text")) + rapid.SampledFrom([]string{"x", "x\n", ": x", "#x", "'x\"", "- x"}).Draw(t, "end")
	})
	texts := rapid.Custom(func(t *rapid.T) model.Text {
		return model.Text(rapid.MapOfN(rapid.SampledFrom([]string{"", "en", "zh-CN", "no"}), text, 1, 3).Draw(t, "texts"))
	})
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(word, 2, 4, rapid.ID).Draw(t, "scopes")
		c := model.Catalog{
			AccountType: "p", Label: texts.Draw(t, "label"), DefaultVersion: "true",
			Versions: []model.Version{{
				ID: "true", State: model.VersionDeprecated,
				Released: new(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "released"), 0).UTC()),
			}},
			Categories: []model.Category{{ID: word.Draw(t, "category"), Label: texts.Draw(t, "label")}},
		}
		for i, id := range ids {
			c.Categories[0].Scopes = append(c.Categories[0].Scopes, model.Scope{
				ID: id, Label: texts.Draw(t, "label"), Description: texts.Draw(t, "description"), Access: model.AccessRead,
				Sensitive: rapid.Bool().Draw(t, "sensitive"), Until: rapid.SampledFrom([]string{"", "true"}).Draw(t, "until"),
				Needs: rapid.SliceOfNDistinct(rapid.SampledFrom(slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })), 0, 1, rapid.ID).Draw(t, "needs"),
			})
			c.Presets = append(c.Presets, model.Preset{
				ID: id, Label: texts.Draw(t, "label"), Since: rapid.SampledFrom([]string{"", "true"}).Draw(t, "since"), Scopes: ids[:i+1],
			})
			set := []string{id}
			if rapid.Bool().Draw(t, "together") {
				set = []string{min(ids[0], ids[1]), max(ids[0], ids[1])}
			}
			c.Routes = append(c.Routes, model.Route{Method: "GET", Path: fmt.Sprintf("/%d/{no}", i), Scopes: [][]string{set}})
		}
		if rapid.Bool().Draw(t, "bound") {
			c.Bind = map[string]model.Binding{"no": model.BindExternalID}
		}
		data, err := catalog.Export([]model.Catalog{c})
		if err != nil {
			t.Fatal(err)
		}
		got, err := catalog.Parse("export", data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if plan := catalog.Diff(&c, &got[0]); !plan.Empty() {
			t.Fatalf("%s%s", plan, data)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal(oneScope)))
	f.Add([]byte(`{"account_types":{"p":{"versions":[{"id":1}],"categories":[]}}}`))
	f.Add([]byte("account_types: {a: &x {b: *x}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if catalogs, err := catalog.Parse("fuzz", data); err == nil {
			returns(t, catalogs)
			for i := range catalogs {
				compile(t, &catalogs[i])
			}
		}
	})
}
