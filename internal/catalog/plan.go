package catalog

import (
	"maps"
	"reflect"
	"slices"

	"github.com/tokenry/tokenry/model"
)

// Plan is what applying a catalog changes for one account type.
type Plan struct {
	AccountType    string        `json:"account_type"`
	New            bool          `json:"new"` // the account type appears
	Fields         []string      `json:"fields,omitempty"`
	DefaultVersion *model.Change `json:"default_version,omitempty"`
	Versions       Changes       `json:"versions,omitzero"`
	Categories     Changes       `json:"categories,omitzero"`
	Scopes         Changes       `json:"scopes,omitzero"`
	Routes         Changes       `json:"routes,omitzero"`   // such as "GET /users/{id}"
	Bindings       Changes       `json:"bindings,omitzero"` // names of parameters
	Presets        Changes       `json:"presets,omitzero"`

	RemovedVersions []string `json:"removed_versions"`
	RetiredVersions []string `json:"retired_versions"` // were not retired before
	RemovedScopes   []string `json:"removed_scopes"`
	// LostVersions are the versions that stay and in which a scope that stays
	// does no longer exist.
	LostVersions []VersionScope `json:"lost_versions"`
	Widened      []Widening     `json:"widened"`

	// TouchedTokens and TouchedByScope count live tokens. Diff leaves them empty.
	TouchedTokens  int            `json:"touched_tokens"`
	TouchedByScope map[string]int `json:"touched_by_scope,omitempty"`
}

// Changes is what happens to the things of one sort, by id.
type Changes struct {
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Changed []Edit   `json:"changed,omitempty"`
}

// Edit is a thing that stays and what of it changes.
type Edit struct {
	ID     string   `json:"id"`
	Fields []string `json:"fields"`
}

// VersionScope is a scope in a version.
type VersionScope struct {
	Version string `json:"version"`
	Scope   string `json:"scope"`
}

// Diff compares a catalog with the one of the same account type that is in
// force, which is nil for a new account type. The order of scopes, categories,
// routes and presets makes no difference.
func Diff(current, next *model.Catalog) Plan {
	p := Plan{AccountType: next.AccountType, New: current == nil}
	if current == nil {
		current = &model.Catalog{DefaultVersion: next.DefaultVersion, Label: next.Label}
	}
	if !sameText(current.Label, next.Label) {
		p.Fields = append(p.Fields, "label")
	}
	if current.DefaultVersion != next.DefaultVersion {
		p.DefaultVersion = &model.Change{Old: current.DefaultVersion, New: next.DefaultVersion}
	}
	oldScopes, newScopes := placedScopes(current), placedScopes(next)
	p.Versions = compare(placedVersions(current, next), placedVersions(next, current), versionFields)
	p.Categories = compare(byID(current.Categories, categoryID), byID(next.Categories, categoryID), categoryFields)
	p.Scopes = compare(oldScopes, newScopes, scopeFields)
	p.Routes = compare(byID(current.Routes, routeID), byID(next.Routes, routeID), routeFields)
	p.Bindings = compare(current.Bind, next.Bind, func(a, b model.Binding) []string {
		return changed(map[string]bool{"fact": a != b})
	})
	p.Presets = compare(byID(current.Presets, presetID), byID(next.Presets, presetID), presetFields)
	p.RemovedVersions = list0(p.Versions.Removed)
	p.RetiredVersions = retired(current, next)
	p.RemovedScopes = list0(p.Scopes.Removed)
	p.LostVersions = lostVersions(current, next, oldScopes, newScopes)
	p.Widened = widened(current, next)
	return p
}

// Empty reports whether applying the catalog would change nothing.
func (p Plan) Empty() bool {
	p.TouchedTokens, p.TouchedByScope = 0, nil
	none := Plan{
		AccountType: p.AccountType, RemovedVersions: []string{}, RetiredVersions: []string{},
		RemovedScopes: []string{}, LostVersions: []VersionScope{}, Widened: []Widening{},
	}
	return reflect.DeepEqual(p, none)
}

// compare finds what appears, vanishes and changes, by id.
func compare[T any](before, after map[string]T, fields func(a, b T) []string) Changes {
	var c Changes
	for _, id := range sortedKeys(after) {
		old, known := before[id]
		if !known {
			c.Added = append(c.Added, id)
		} else if edited := fields(old, after[id]); len(edited) > 0 {
			c.Changed = append(c.Changed, Edit{id, edited})
		}
	}
	for _, id := range sortedKeys(before) {
		if _, stays := after[id]; !stays {
			c.Removed = append(c.Removed, id)
		}
	}
	return c
}

// changed are the names of the fields that differ, sorted.
func changed(fields map[string]bool) []string {
	maps.DeleteFunc(fields, func(_ string, differs bool) bool { return !differs })
	return sortedKeys(fields)
}

// retired are the versions that the next catalog retires.
func retired(current, next *model.Catalog) []string {
	out := []string{}
	for _, v := range next.Versions {
		if old, known := current.Version(v.ID); known && v.State == model.VersionRetired && old.State != v.State {
			out = append(out, v.ID)
		}
	}
	return out
}

// lostVersions compares the versions of the scopes that stay.
func lostVersions(current, next *model.Catalog, before, after map[string]placedScope) []VersionScope {
	out := []VersionScope{}
	for _, v := range next.Versions {
		for _, id := range sortedKeys(after) {
			old, known := before[id]
			if known && current.Exists(old.Scope, v.ID) && !next.Exists(after[id].Scope, v.ID) {
				out = append(out, VersionScope{Version: v.ID, Scope: id})
			}
		}
	}
	return out
}

// list0 is the list, but never null in JSON.
func list0(list []string) []string { return append([]string{}, list...) }

// sameText reports whether two texts are alike.
func sameText(a, b model.Text) bool { return maps.Equal(a, b) }

// sameSets reports whether two lists have the same alternatives.
func sameSets(a, b [][]string) bool {
	return slices.Equal(setKeys(a), setKeys(b))
}

func setKeys(sets [][]string) []string {
	keys := make([]string, len(sets))
	for i, set := range sets {
		keys[i] = setKey(set)
	}
	slices.Sort(keys)
	return keys
}
