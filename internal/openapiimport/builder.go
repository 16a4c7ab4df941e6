package openapiimport

import (
	"fmt"

	"github.com/tokenry/tokenry/model"
)

// builder puts a catalog together, one operation after the other.
type builder struct {
	notes       *notes
	routes      []model.Route
	categoryIDs ids
	scopeIDs    ids
	labels      map[string]tag // by the name of the tag
	names       []string       // of tags, in order; empty for the untagged
	byTag       map[string]*group
	declared    map[string]*placed // by the scope's name in the document
	doc         document
}

// group is a category in the making.
type group struct {
	category model.Category
	scopes   []*placed
}

// placed is a scope, which has a category once an operation needs it.
type placed struct {
	scope  model.Scope
	opened bool
}

func newBuilder(doc document, n *notes) *builder {
	b := &builder{
		notes: n, doc: doc,
		categoryIDs: ids{}, scopeIDs: ids{},
		labels: map[string]tag{}, byTag: map[string]*group{}, declared: map[string]*placed{},
	}
	kept := b.distinct(doc.operations)
	b.nameCategories(kept)
	b.nameScopes(kept)
	for _, op := range kept {
		b.add(op)
	}
	b.noteUnused()
	return b
}

// distinct leaves out an operation whose template has the shape of an earlier
// one's: of two such routes a path could mean either.
func (b *builder) distinct(all []operation) []operation {
	var kept []operation
	first := make(map[string]operation, len(all))
	for _, op := range all {
		key := op.method + " " + shape(op.path)
		if earlier, have := first[key]; have {
			b.notes.add("Operations are left out because an earlier one matches the same paths", fmt.Sprintf("%s (as %s)", op, earlier))
			continue
		}
		first[key] = op
		kept = append(kept, op)
	}
	return kept
}

// add makes the route of an operation, and a scope if it has none.
func (b *builder) add(op operation) {
	route := model.Route{Method: op.method, Path: op.path}
	if len(op.alternatives) == 0 {
		route.Scopes = [][]string{{b.open(b.own(op), op)}}
	}
	for _, names := range op.alternatives {
		set := make([]string, len(names))
		for i, name := range names {
			set[i] = b.open(b.declared[name], op)
		}
		route.Scopes = append(route.Scopes, set)
	}
	b.routes = append(b.routes, route)
}

// open records that the scope opens the operation, and is its id. The first
// operation gives it its category.
func (b *builder) open(p *placed, op operation) string {
	if !p.opened {
		p.opened = true
		g := b.byTag[op.tag]
		g.scopes = append(g.scopes, p)
	}
	switch op.method {
	case "GET", "HEAD", "OPTIONS":
	default:
		p.scope.Access = model.AccessWrite
	}
	return p.scope.ID
}

// own makes a scope for one operation.
func (b *builder) own(op operation) *placed {
	name := op.id
	if name == "" {
		name = op.method + " " + op.path
	}
	label := op.summary
	if label == "" {
		label = name
	}
	id := b.byTag[op.tag].category.ID + "." + slug(name, "operation")
	return &placed{scope: model.Scope{
		ID:          b.scopeIDs.take(id, op.String()),
		Label:       text(label, maxLabel),
		Description: text(op.description, maxDescription),
		Access:      model.AccessRead,
	}}
}

func (b *builder) noteUnused() {
	for _, name := range b.doc.declared {
		if b.declared[name] == nil {
			b.notes.add("Scopes are left out because no operation asks for them", name)
		}
	}
}

func (b *builder) categories() []model.Category {
	var all []model.Category
	for _, name := range b.names {
		g := b.byTag[name]
		for _, p := range g.scopes {
			g.category.Scopes = append(g.category.Scopes, p.scope)
		}
		if len(g.category.Scopes) > 0 {
			all = append(all, g.category)
		}
	}
	return all
}
