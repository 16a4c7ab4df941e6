package openapiimport

import (
	"fmt"

	"github.com/tokenry/tokenry/model"
)

const (
	maxLabel       = 100 // characters
	maxDescription = 1000
)

// nameCategories gives each tag in use an id: first those that the document
// lists, in its order, then the others, and last the untagged.
func (b *builder) nameCategories(kept []operation) {
	used := map[string]bool{}
	for _, op := range kept {
		used[op.tag] = true
	}
	name := func(t tag) {
		if used[t.name] && b.byTag[t.name] == nil {
			b.names = append(b.names, t.name)
			b.byTag[t.name] = &group{category: b.category(t)}
		}
	}
	for _, t := range b.doc.tags {
		name(t)
	}
	for _, op := range kept {
		if op.tag != "" {
			name(tag{name: op.tag})
		}
	}
	name(tag{name: "", label: "Other"})
}

func (b *builder) category(t tag) model.Category {
	id := slug(t.name, "tag")
	switch {
	case t.name == "":
		id = "default"
	case id == "tokenry": // whose scopes would be reserved names
		id = "tokenry_api"
	}
	label := t.label
	if label == "" {
		label = t.name
	}
	return model.Category{
		ID:          b.categoryIDs.take(id[:min(len(id), maxID/2)], t.name),
		Label:       text(label, maxLabel),
		Description: text(t.description, maxDescription),
	}
}

// nameScopes gives each scope that operations name an id, first those that keep
// their names.
func (b *builder) nameScopes(kept []operation) {
	var renamed []string
	known := map[string]bool{}
	for _, op := range kept {
		for _, set := range op.alternatives {
			for _, name := range set {
				switch {
				case known[name]:
				case scopeID(name) == name:
					b.declare(name)
				default:
					renamed = append(renamed, name)
				}
				known[name] = true
			}
		}
	}
	for _, name := range renamed {
		b.declare(name)
		b.notes.add("Scopes have other names in the catalog", fmt.Sprintf("%q is %s", name, b.declared[name].scope.ID))
	}
}

func (b *builder) declare(name string) {
	description := b.doc.scopes[name]
	s := model.Scope{
		ID:     b.scopeIDs.take(scopeID(name), name),
		Access: model.AccessRead, // until an operation shows that it is not
		Label:  text(name, maxLabel),
	}
	if description != "" {
		s.Label = text(description, maxLabel)
	}
	if description != s.Label[""] {
		s.Description = text(description, maxDescription)
	}
	b.declared[name] = &placed{scope: s}
}

// text is a text for all languages, bounded in length; nil if it is empty.
func text(s string, limit int) model.Text {
	if s == "" {
		return nil
	}
	if chars := []rune(s); len(chars) > limit {
		s = string(chars[:limit-1]) + "…"
	}
	return model.Text{"": s}
}
