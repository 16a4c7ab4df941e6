package catalog

import (
	"slices"

	"github.com/tokenry/tokenry/model"
)

// PresetVersions is the versions that a preset is for, oldest first: those
// between its own first and last in which any of its scopes exists.
func (c *Compiled) PresetVersions(p model.Preset) []string {
	own := c.spanOf(p.Since, p.Until)
	versions := []string{}
	for at, v := range c.catalog.Versions {
		if own.has(at) && slices.ContainsFunc(p.Scopes, func(id string) bool { return c.ExistsIn(id, v.ID) }) {
			versions = append(versions, v.ID)
		}
	}
	return versions
}

// Needs is, by scope, the scopes without which it is of no use: those that the
// catalog names, and those that every route asks for beside it.
func (c *Compiled) Needs() map[string][]string {
	needs := map[string][]string{}
	for _, r := range c.catalog.Routes {
		for _, set := range r.Scopes {
			for _, id := range set {
				together, seen := needs[id]
				needs[id] = slices.DeleteFunc(slices.Clone(set), func(other string) bool {
					return other == id || seen && !slices.Contains(together, other)
				})
			}
		}
	}
	for _, cat := range c.catalog.Categories {
		for _, s := range cat.Scopes {
			implied := slices.DeleteFunc(needs[s.ID], func(id string) bool { return slices.Contains(s.Needs, id) })
			needs[s.ID] = slices.Concat(s.Needs, implied)
		}
	}
	return needs
}
