package catalog

import "github.com/tokenry/tokenry/model"

// Plan is what applying a catalog changes for one account type.
type Plan struct {
	AccountType     string        `json:"account_type"`
	New             bool          `json:"new"` // the account type appears
	DefaultVersion  *model.Change `json:"default_version,omitempty"`
	Versions        Changes       `json:"versions,omitzero"`
	Categories      Changes       `json:"categories,omitzero"`
	Scopes          Changes       `json:"scopes,omitzero"`
	Routes          Changes       `json:"routes,omitzero"` // such as "GET /users/{id}"
	Bindings        Changes       `json:"bindings,omitzero"`
	RemovedVersions []string      `json:"removed_versions"`
	RetiredVersions []string      `json:"retired_versions"`
	RemovedScopes   []string      `json:"removed_scopes"`
	// LostVersions are the versions in which a scope that stays no longer exists.
	LostVersions []VersionScope `json:"lost_versions"`
	Widened      []Widening     `json:"widened"`

	// TouchedTokens and TouchedByScope count live tokens. Diff leaves them empty.
	TouchedTokens  int            `json:"touched_tokens"`
	TouchedByScope map[string]int `json:"touched_by_scope,omitempty"`
}

// Changes is what happens to the things of one sort.
type Changes struct {
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Changed []Edit   `json:"changed,omitempty"`
}

// Edit is a thing that stays but changes.
type Edit struct {
	ID     string   `json:"id"`
	Fields []string `json:"fields"` // sorted
}

// VersionScope is a scope in a version.
type VersionScope struct {
	Version string `json:"version"`
	Scope   string `json:"scope"`
}

// Widening is a scope whose holders could open more than before.
type Widening struct {
	Scope  string   `json:"scope"`
	With   []string `json:"with,omitempty"` // further scopes that the holder needs
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Code   string   `json:"code"`
	Reason string   `json:"reason"`
}

// Diff compares a catalog with the one that is in force, which is nil for a new
// account type.
func Diff(old, new *model.Catalog) Plan { return Plan{} }

// Empty reports whether the plan changes nothing.
func (p Plan) Empty() bool { return false }

// String is the plan for a terminal, at most one screen.
func (p Plan) String() string { return "" }
