package catalog

import (
	"time"

	"github.com/tokenry/tokenry/model"
)

// placedVersion is a version and its place among those that both catalogs have.
type placedVersion struct {
	model.Version
	place int
}

// placedScope is a scope and its category.
type placedScope struct {
	model.Scope
	category string
}

func placedVersions(c, other *model.Catalog) map[string]placedVersion {
	out := map[string]placedVersion{}
	shared := 0
	for _, v := range c.Versions {
		place := -1
		if other.VersionIndex(v.ID) >= 0 {
			place = shared
			shared++
		}
		out[v.ID] = placedVersion{v, place}
	}
	return out
}

func placedScopes(c *model.Catalog) map[string]placedScope {
	out := map[string]placedScope{}
	for _, cat := range c.Categories {
		for _, s := range cat.Scopes {
			out[s.ID] = placedScope{s, cat.ID}
		}
	}
	return out
}

func byID[T any](items []T, id func(T) string) map[string]T {
	out := make(map[string]T, len(items))
	for _, item := range items {
		out[id(item)] = item
	}
	return out
}

func categoryID(c model.Category) string { return c.ID }
func presetID(p model.Preset) string     { return p.ID }
func routeID(r model.Route) string       { return r.Method + " " + r.Path }

func versionFields(a, b placedVersion) []string {
	return changed(map[string]bool{
		"state":      a.State != b.State,
		"released":   !sameTime(a.Released, b.Released),
		"deprecated": !sameTime(a.Deprecated, b.Deprecated),
		"sunset":     !sameTime(a.Sunset, b.Sunset),
		"docs_url":   a.DocsURL != b.DocsURL,
		"at_sunset":  a.AtSunset != b.AtSunset,
		"order":      a.place != b.place,
	})
}

func categoryFields(a, b model.Category) []string {
	return changed(map[string]bool{
		"label":       !sameText(a.Label, b.Label),
		"description": !sameText(a.Description, b.Description),
	})
}

func scopeFields(a, b placedScope) []string {
	return changed(map[string]bool{
		"label":       !sameText(a.Label, b.Label),
		"description": !sameText(a.Description, b.Description),
		"access":      a.Access != b.Access,
		"sensitive":   a.Sensitive != b.Sensitive,
		"since":       a.Since != b.Since,
		"until":       a.Until != b.Until,
		"needs":       setKey(a.Needs) != setKey(b.Needs),
		"category":    a.category != b.category,
	})
}

func presetFields(a, b model.Preset) []string {
	return changed(map[string]bool{
		"label":       !sameText(a.Label, b.Label),
		"description": !sameText(a.Description, b.Description),
		"since":       a.Since != b.Since,
		"until":       a.Until != b.Until,
		"scopes":      setKey(a.Scopes) != setKey(b.Scopes),
	})
}

func routeFields(a, b model.Route) []string {
	return changed(map[string]bool{"scopes": !sameSets(a.Scopes, b.Scopes)})
}

func sameTime(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}
