package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/model"
)

// Merge puts the one version of an imported catalog into the catalog of its
// account type, as the newest version or in place of the newest. The texts are
// what people should know of how it went. An older version gives an error.
//
// The import says which scopes that version has and what opens its routes. What
// people may have written by hand stays: labels, descriptions, categories,
// names of path parameters, bindings, and the default version. What is of
// earlier versions only stays too.
func Merge(have, imported model.Catalog) (model.Catalog, []string, error) {
	m := merger{next: have, version: imported.Versions[0].ID, imported: imported}
	switch at := have.VersionIndex(m.version); {
	case at < 0:
		m.next.Versions = append(slices.Clone(have.Versions), imported.Versions[0])
	case at < len(have.Versions)-1:
		var faults model.Faults
		faults.Add("version", "not_newest", "Version %s is not the newest of %s. Export the catalog and change the file by hand.",
			m.version, have.AccountType)
		return have, nil, model.Invalid(faults)
	}
	if n := len(m.next.Versions); n > 1 {
		m.before = m.next.Versions[n-2].ID
	}
	m.categories()
	m.routes()
	m.dropMentions()
	return m.next, m.warnings, nil
}

type merger struct {
	next     model.Catalog
	imported model.Catalog
	version  string // the imported one, the newest
	before   string // the version before; empty if there is none
	warnings []string
}

// categories takes scopes that the version has not, or no more, out of it, and
// adds those that are new.
func (m *merger) categories() {
	inVersion := map[string]bool{}
	for _, category := range m.imported.Categories {
		for _, s := range category.Scopes {
			inVersion[s.ID] = true
		}
	}
	known := map[string]bool{}
	var categories []model.Category
	for _, category := range m.next.Categories {
		scopes := []model.Scope{}
		for _, s := range category.Scopes {
			known[s.ID] = true
			if s, stays := m.fit(s, inVersion[s.ID]); stays {
				scopes = append(scopes, s)
			}
		}
		category.Scopes = scopes
		categories = append(categories, category)
	}
	m.next.Categories = m.add(categories, known)
}

// fit makes a scope exist in the version or not. It does not stay if it would
// exist in no version.
func (m *merger) fit(s model.Scope, inVersion bool) (_ model.Scope, stays bool) {
	switch {
	case inVersion:
		if s.Until != "" && s.Until != m.version && s.Until != m.before {
			m.warnings = append(m.warnings, fmt.Sprintf(
				"Scope %s ended with version %s and is back in %s. A scope has no gaps, so it exists in the versions between, too.", s.ID, s.Until, m.version))
		}
		s.Until = ""
	case s.Until == "" || s.Until == m.version:
		s.Until = m.before
		return s, m.before != "" && s.Since != m.version
	}
	return s, true
}

// add adds the scopes that are new, in their categories.
func (m *merger) add(categories []model.Category, known map[string]bool) []model.Category {
	for _, category := range m.imported.Categories {
		added := slices.DeleteFunc(slices.Clone(category.Scopes), func(s model.Scope) bool { return known[s.ID] })
		if len(added) == 0 {
			continue
		}
		if m.before != "" {
			for i := range added {
				added[i].Since = m.version
			}
		}
		at := slices.IndexFunc(categories, func(c model.Category) bool { return c.ID == category.ID })
		if at < 0 {
			category.Scopes = added
			categories = append(categories, category)
			continue
		}
		categories[at].Scopes = append(categories[at].Scopes, added...)
	}
	return slices.DeleteFunc(categories, func(c model.Category) bool { return len(c.Scopes) == 0 })
}

// routes lets the import say what opens its routes. Alternatives that need a
// scope of earlier versions only stay: they are for the tokens of those. Other
// routes stay while there are earlier versions, which may have them.
func (m *merger) routes() {
	ended, exists := map[string]bool{}, map[string]bool{}
	for _, category := range m.next.Categories {
		for _, s := range category.Scopes {
			ended[s.ID], exists[s.ID] = s.Until != "", true
		}
	}
	isEnded := func(id string) bool { return ended[id] }
	isGone := func(id string) bool { return !exists[id] }
	imported := map[string]model.Route{}
	for _, r := range m.imported.Routes {
		imported[shape(r)] = r
	}
	var routes []model.Route
	for _, r := range m.next.Routes {
		now, described := imported[shape(r)]
		delete(imported, shape(r))
		if !described && m.before == "" {
			continue
		}
		r.Scopes = slices.DeleteFunc(slices.Clone(r.Scopes), func(set []string) bool {
			return slices.ContainsFunc(set, isGone) || described && !slices.ContainsFunc(set, isEnded)
		})
		r.Scopes = append(r.Scopes, now.Scopes...)
		if len(r.Scopes) > 0 {
			routes = append(routes, r)
		}
	}
	for _, r := range m.imported.Routes {
		if _, isNew := imported[shape(r)]; isNew {
			routes = append(routes, r)
		}
	}
	m.next.Routes = routes
}

// dropMentions takes scopes out of presets, and out of what others need, that do
// not exist there any more. A preset with no scope left is gone, too.
func (m *merger) dropMentions() {
	known := index(&m.next)
	left := func(ids []string, within span) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			s, exists := known.scopes[id]
			return !exists || !s.meets(within)
		})
	}
	for _, category := range m.next.Categories { // its list of scopes is ours
		for i, s := range category.Scopes {
			category.Scopes[i].Needs = left(s.Needs, known.scopes[s.ID].span)
		}
	}
	var presets []model.Preset
	for _, p := range m.next.Presets {
		had := len(p.Scopes)
		if p.Scopes = left(p.Scopes, known.spanOf(p.Since, p.Until)); len(p.Scopes) < had {
			m.warnings = append(m.warnings, fmt.Sprintf("Preset %s had scopes that have ended. It has %d left.", p.ID, len(p.Scopes)))
		}
		if len(p.Scopes) > 0 {
			presets = append(presets, p)
		}
	}
	m.next.Presets = presets
}

var parameter = regexp.MustCompile(`\{[^{}]*?(\.\.\.)?\}`)

// shape is what two routes have in common that differ in the names of their
// parameters only.
func shape(r model.Route) string {
	return strings.ToUpper(r.Method) + " " + parameter.ReplaceAllString(r.Path, "{$1}")
}
