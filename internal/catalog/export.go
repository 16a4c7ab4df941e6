package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/model"
)

type catalogOut struct {
	Label          any                      `yaml:"label,omitempty" json:"label,omitempty"`
	DefaultVersion string                   `yaml:"default_version" json:"default_version"`
	Versions       []versionOut             `yaml:"versions" json:"versions"`
	Bind           map[string]model.Binding `yaml:"bind,omitempty" json:"bind,omitempty"`
	Categories     []categoryOut            `yaml:"categories" json:"categories"`
	Presets        []presetOut              `yaml:"presets,omitempty" json:"presets,omitempty"`
	Routes         []routeOut               `yaml:"routes,omitempty" json:"routes,omitempty"`
}

type versionOut struct {
	ID         string             `yaml:"id" json:"id"`
	State      model.VersionState `yaml:"state,omitempty" json:"state,omitempty"`
	Released   string             `yaml:"released,omitempty" json:"released,omitempty"`
	Deprecated string             `yaml:"deprecated,omitempty" json:"deprecated,omitempty"`
	Sunset     string             `yaml:"sunset,omitempty" json:"sunset,omitempty"`
	DocsURL    string             `yaml:"docs_url,omitempty" json:"docs_url,omitempty"`
	AtSunset   model.AtSunset     `yaml:"at_sunset,omitempty" json:"at_sunset,omitempty"`
}

type categoryOut struct {
	ID          string     `yaml:"id" json:"id"`
	Label       any        `yaml:"label" json:"label"`
	Description any        `yaml:"description,omitempty" json:"description,omitempty"`
	Scopes      []scopeOut `yaml:"scopes,omitempty" json:"scopes,omitempty"`
}

type scopeOut struct {
	ID          string       `yaml:"id" json:"id"`
	Label       any          `yaml:"label" json:"label"`
	Description any          `yaml:"description,omitempty" json:"description,omitempty"`
	Access      model.Access `yaml:"access" json:"access"`
	Sensitive   bool         `yaml:"sensitive,omitempty" json:"sensitive,omitempty"`
	Since       string       `yaml:"since,omitempty" json:"since,omitempty"`
	Until       string       `yaml:"until,omitempty" json:"until,omitempty"`
	Needs       []string     `yaml:"needs,omitempty,flow" json:"needs,omitempty"`
	Routes      []inlineOut  `yaml:"routes,omitempty" json:"routes,omitempty"`
}

type inlineOut struct {
	Method string `yaml:"method" json:"method"`
	Path   string `yaml:"path" json:"path"`
}

type presetOut struct {
	ID          string   `yaml:"id" json:"id"`
	Label       any      `yaml:"label" json:"label"`
	Description any      `yaml:"description,omitempty" json:"description,omitempty"`
	Since       string   `yaml:"since,omitempty" json:"since,omitempty"`
	Until       string   `yaml:"until,omitempty" json:"until,omitempty"`
	Scopes      []string `yaml:"scopes,flow" json:"scopes"`
}

type routeOut struct {
	Method string     `yaml:"method" json:"method"`
	Path   string     `yaml:"path" json:"path"`
	Scopes [][]string `yaml:"scopes,flow" json:"scopes"`
}

// Export writes catalogs as a YAML file. Parse makes the same catalogs of it,
// with their routes sorted.
func Export(catalogs []model.Catalog) ([]byte, error) {
	types := &yaml.Node{Kind: yaml.MappingNode}
	for _, c := range catalogs {
		var key, value yaml.Node
		key.SetString(c.AccountType)
		if err := value.Encode(newCatalogOut(&c)); err != nil {
			return nil, fmt.Errorf("export catalog: %w", err)
		}
		types.Content = append(types.Content, &key, &value)
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(map[string]*yaml.Node{"account_types": types}); err != nil {
		return nil, fmt.Errorf("export catalog: %w", err)
	}
	return out.Bytes(), nil
}

// ExportJSON is like Export, in JSON.
func ExportJSON(catalogs []model.Catalog) ([]byte, error) {
	types := map[string]catalogOut{}
	for _, c := range catalogs {
		types[c.AccountType] = newCatalogOut(&c)
	}
	out, err := json.Marshal(map[string]any{"account_types": types})
	if err != nil {
		return nil, fmt.Errorf("export catalog: %w", err)
	}
	return out, nil
}

func newCatalogOut(c *model.Catalog) catalogOut {
	out := catalogOut{Label: textOut(c.Label), DefaultVersion: c.DefaultVersion, Bind: c.Bind}
	for _, v := range c.Versions {
		out.Versions = append(out.Versions, versionOut{
			v.ID, v.State, dateOut(v.Released), dateOut(v.Deprecated), dateOut(v.Sunset), v.DocsURL, v.AtSunset,
		})
	}
	inline := map[string][]inlineOut{}
	for _, r := range sorted(c.Routes) {
		if slices.ContainsFunc(r.Scopes, func(set []string) bool { return len(set) != 1 }) {
			out.Routes = append(out.Routes, routeOut(r))
			continue
		}
		for _, set := range r.Scopes {
			inline[set[0]] = append(inline[set[0]], inlineOut{r.Method, r.Path})
		}
	}
	out.Categories = make([]categoryOut, len(c.Categories))
	for i, cat := range c.Categories {
		o := categoryOut{ID: cat.ID, Label: textOut(cat.Label), Description: textOut(cat.Description)}
		for _, s := range cat.Scopes {
			o.Scopes = append(o.Scopes, scopeOut{
				s.ID, textOut(s.Label), textOut(s.Description), s.Access, s.Sensitive, s.Since, s.Until, s.Needs, inline[s.ID],
			})
		}
		out.Categories[i] = o
	}
	for _, p := range c.Presets {
		out.Presets = append(out.Presets, presetOut{p.ID, textOut(p.Label), textOut(p.Description), p.Since, p.Until, p.Scopes})
	}
	return out
}

// textOut is a plain text if there is but one for all languages.
func textOut(t model.Text) any {
	if len(t) == 0 {
		return nil
	}
	if text, plain := t[""]; plain && len(t) == 1 {
		return line(text)
	}
	out := make(map[string]line, len(t))
	for tag, text := range t {
		out[tag] = line(text)
	}
	return out
}

// line is a text that is written in quotes if it has several lines: the writer's
// own blocks lose spaces at their edges.
type line string

// MarshalYAML chooses the style.
func (l line) MarshalYAML() (any, error) {
	if !strings.Contains(string(l), "\n") {
		return string(l), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(l)}, nil
}

// dateOut is a date if the moment is one.
func dateOut(at *time.Time) string {
	if at == nil {
		return ""
	}
	utc := at.UTC()
	if utc.Equal(utc.Truncate(24 * time.Hour)) {
		return utc.Format(time.DateOnly)
	}
	return utc.Format(time.RFC3339Nano)
}
