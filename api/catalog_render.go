package api

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// english is what a reader gets whose languages a catalog does not have, if it
// has no text for all.
const english = "en"

// texts chooses among the languages of a catalog.
type texts struct {
	tag     string // the language that fits the reader best; empty for none
	hasAll  bool   // some texts are for all languages
	english bool   // some texts are in English
}

func newTexts(c *model.Catalog, acceptLanguage string) texts {
	tags := map[string]bool{}
	eachText(c, func(t model.Text) {
		for tag := range t {
			tags[tag] = true
		}
	})
	chosen := texts{hasAll: tags[""], english: tags[english]}
	delete(tags, "")
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 || len(tags) == 0 {
		return chosen
	}
	names := slices.Sorted(maps.Keys(tags))
	have := make([]language.Tag, len(names))
	for i, name := range names {
		have[i] = language.Make(name)
	}
	if _, i, confidence := language.NewMatcher(have).Match(wanted...); confidence > language.No {
		chosen.tag = names[i]
	}
	return chosen
}

// eachText calls visit with every text of a catalog.
func eachText(c *model.Catalog, visit func(model.Text)) {
	visit(c.Label)
	for _, category := range c.Categories {
		visit(category.Label)
		visit(category.Description)
		for _, scope := range category.Scopes {
			visit(scope.Label)
			visit(scope.Description)
		}
	}
	for _, preset := range c.Presets {
		visit(preset.Label)
		visit(preset.Description)
	}
}

// of is the text for the reader: in their language, for all, in English, or in
// any other.
func (t texts) of(text model.Text) string {
	for _, tag := range []string{t.tag, "", english} {
		if found, ok := text[tag]; ok {
			return found
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(text)) {
		return text[tag]
	}
	return ""
}

// language is the language of the texts, or empty if that is not known.
func (t texts) language() string {
	if t.tag == "" && !t.hasAll && t.english {
		return english
	}
	return t.tag
}

func toCatalog(compiled *catalog.Compiled, texts texts, now time.Time) Catalog {
	c := compiled.Catalog()
	out := Catalog{
		AccountType: c.AccountType, Label: texts.of(c.Label), DefaultVersion: c.DefaultVersion,
		Versions: make([]Version, len(c.Versions)), Categories: make([]Category, len(c.Categories)), Presets: make([]Preset, len(c.Presets)),
		Bind: make(map[string]CatalogBind, len(c.Bind)),
	}
	for i, v := range c.Versions {
		out.Versions[i] = toVersion(&v, now)
	}
	for parameter, fact := range c.Bind {
		out.Bind[parameter] = CatalogBind(fact)
	}
	routes, needs := routesByScope(c), compiled.Needs()
	for i, category := range c.Categories {
		scopes := make([]Scope, len(category.Scopes))
		for j, scope := range category.Scopes {
			scopes[j] = Scope{
				ID: scope.ID, Label: texts.of(scope.Label), Description: texts.of(scope.Description),
				Access: ScopeAccess(scope.Access), Sensitive: scope.Sensitive,
				Since: optional(scope.Since), Until: optional(scope.Until),
				Needs:  append([]string{}, needs[scope.ID]...),
				Routes: append([]Route{}, routes[scope.ID]...),
			}
		}
		out.Categories[i] = Category{
			ID: category.ID, Label: texts.of(category.Label), Description: texts.of(category.Description), Scopes: scopes,
		}
	}
	for i, p := range c.Presets {
		out.Presets[i] = Preset{
			ID: p.ID, Label: texts.of(p.Label), Description: texts.of(p.Description), Versions: compiled.PresetVersions(p), Scopes: p.Scopes,
		}
	}
	return out
}

func toVersion(v *model.Version, now time.Time) Version {
	return Version{
		ID: v.ID, State: VersionState(v.StateAt(now)), Released: utc(v.Released), Deprecated: utc(v.Deprecated),
		Sunset: utc(v.Sunset), DocsURL: optional(v.DocsURL), AtSunset: AtSunset(cmp.Or(v.AtSunset, model.SunsetReport)),
	}
}

// routesByScope is the routes that each scope opens, alone or with others.
func routesByScope(c *model.Catalog) map[string][]Route {
	routes := map[string][]Route{}
	for _, r := range c.Routes {
		seen := map[string]bool{}
		for _, alternative := range r.Scopes {
			for _, scope := range alternative {
				if !seen[scope] {
					routes[scope] = append(routes[scope], Route{Method: r.Method, Path: r.Path})
				}
				seen[scope] = true
			}
		}
	}
	return routes
}
