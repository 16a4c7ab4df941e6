package model

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Catalog is what exists for one account type.
type Catalog struct {
	AccountType    string    `json:"account_type"`
	Label          Text      `json:"label,omitzero"`
	DefaultVersion string    `json:"default_version"`
	Versions       []Version `json:"versions"` // oldest first
	// Bind names path parameters that must equal a fact of the token.
	Bind       map[string]Binding `json:"bind,omitempty"`
	Categories []Category         `json:"categories"`
	Presets    []Preset           `json:"presets,omitempty"`
	Routes     []Route            `json:"routes,omitempty"` // in no order that means anything
}

// Text is a text in several languages, by BCP 47 tag. The text under the empty
// tag is for all others.
type Text map[string]string

// In is the text for a reader of the given languages, the favourite one first. A
// text in a variety of the language will do. Otherwise it is the one for all
// others, then English, then any.
func (t Text) In(languages ...string) string {
	for _, want := range languages {
		for ; want != ""; want = want[:max(0, strings.LastIndexByte(want, '-'))] {
			if text, ok := t.prefixed(want); ok {
				return text
			}
		}
	}
	if text, ok := t[""]; ok {
		return text
	}
	if text, ok := t.prefixed("en"); ok {
		return text
	}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		return t[tag]
	}
	return ""
}

// prefixed is the text in a language or, failing that, in the first of its varieties.
func (t Text) prefixed(language string) (string, bool) {
	variety := strings.ToLower(language) + "-"
	found := ""
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		if strings.EqualFold(tag, language) {
			return t[tag], true
		}
		if found == "" && strings.HasPrefix(strings.ToLower(tag), variety) {
			found = tag
		}
	}
	return t[found], found != ""
}

// Binding is the fact of a token that a path parameter must equal.
type Binding string

// The facts a path parameter may be bound to.
const (
	BindTokenID    Binding = "token_id"
	BindAccountID  Binding = "account_id"
	BindExternalID Binding = "account_external_id"
)

// VersionState is how a version stands.
type VersionState string

// The states of a version.
const (
	VersionCurrent    VersionState = "current"
	VersionDeprecated VersionState = "deprecated"
	VersionRetired    VersionState = "retired"
)

// Version is a version of the API that the catalog describes.
type Version struct {
	ID         string       `json:"id"`
	State      VersionState `json:"state"`
	Released   *time.Time   `json:"released,omitempty"`
	Deprecated *time.Time   `json:"deprecated,omitempty"`
	Sunset     *time.Time   `json:"sunset,omitempty"`
	DocsURL    string       `json:"docs_url,omitempty"`
	AtSunset   AtSunset     `json:"at_sunset,omitempty"` // as written; empty for what the settings say
}

// AtSunset is what happens at the sunset of a version.
type AtSunset string

// What may happen at a sunset.
const (
	SunsetReport AtSunset = "report" // its tokens go on; the campaign says who is late
	SunsetRefuse AtSunset = "refuse" // its tokens are refused from that moment on
)

// Refused reports whether the tokens of the version are refused at a moment.
func (v *Version) Refused(now time.Time) bool {
	return v.State == VersionRetired || v.AtSunset == SunsetRefuse && v.Sunset != nil && !now.Before(*v.Sunset)
}

// StateAt is the state at a moment: a version whose tokens are refused is
// retired, and one that has a sunset is deprecated.
func (v *Version) StateAt(now time.Time) VersionState {
	switch {
	case v.Refused(now):
		return VersionRetired
	case v.Sunset != nil:
		return VersionDeprecated
	}
	return v.State
}

// SetAtSunset sets what happens at the sunset of versions that do not say so.
func (c *Catalog) SetAtSunset(otherwise AtSunset) {
	for i := range c.Versions {
		if v := &c.Versions[i]; v.AtSunset == "" {
			v.AtSunset = otherwise
		}
	}
}

// Category is a group of scopes.
type Category struct {
	ID          string  `json:"id"`
	Label       Text    `json:"label"`
	Description Text    `json:"description,omitzero"`
	Scopes      []Scope `json:"scopes"`
}

// Access is whether a scope lets its holder change anything.
type Access string

// The kinds of access.
const (
	AccessRead  Access = "read"
	AccessWrite Access = "write"
)

// Scope is a right.
type Scope struct {
	ID          string `json:"id"`
	Label       Text   `json:"label"`
	Description Text   `json:"description,omitzero"`
	Access      Access `json:"access"`
	Sensitive   bool   `json:"sensitive,omitempty"`
	Since       string `json:"since,omitempty"` // first version that has it; empty for all from the first
	Until       string `json:"until,omitempty"` // last version that has it; empty for all to the last
	// Needs are scopes without which it is of no use. They are told to people who
	// choose, and grant nothing.
	Needs []string `json:"needs,omitempty"`
}

// Preset is a choice of scopes that people often want. It grants nothing: a
// token holds the scopes that it was given, whatever becomes of the preset.
type Preset struct {
	ID          string   `json:"id"`
	Label       Text     `json:"label"`
	Description Text     `json:"description,omitzero"`
	Since       string   `json:"since,omitempty"` // first version it is for; empty for all from the first
	Until       string   `json:"until,omitempty"` // last version it is for; empty for all to the last
	Scopes      []string `json:"scopes"`          // of a version, those that exist there
}

// Route is a method and a path template. One whole set of Scopes opens it.
type Route struct {
	Method string     `json:"method"` // upper case
	Path   string     `json:"path"`
	Scopes [][]string `json:"scopes"` // alternatives, each a set; never empty
}

// VersionIndex is the place of a version, counted from the oldest, or -1.
func (c *Catalog) VersionIndex(id string) int {
	return slices.IndexFunc(c.Versions, func(v Version) bool { return v.ID == id })
}

// Version is the version of that id.
func (c *Catalog) Version(id string) (Version, bool) {
	i := c.VersionIndex(id)
	if i < 0 {
		return Version{}, false
	}
	return c.Versions[i], true
}

// Exists reports whether the scope exists in a version of this catalog.
func (c *Catalog) Exists(s Scope, version string) bool {
	at := c.VersionIndex(version)
	return at >= 0 &&
		(s.Since == "" || at >= c.VersionIndex(s.Since)) &&
		(s.Until == "" || at <= c.VersionIndex(s.Until))
}
