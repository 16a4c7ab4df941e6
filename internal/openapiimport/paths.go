package openapiimport

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What the routes of a catalog are bounded by.
const (
	maxAlternatives = 100
	maxScopesInSet  = 20
)

// walker goes through the paths and gathers their operations.
type walker struct {
	*reader
	schemes    map[string]bool
	security   requirements // of the document
	base       string       // of the document
	operations []operation
	seen       map[string]bool // operation ids
}

// requirements are the alternatives that a list of security requirements asks
// for. One that asks for no scope is not among them.
type requirements struct {
	given        bool
	alternatives [][]string
	public       bool // one asks for nothing at all, or the list is empty
	scopeless    bool // one asks for a credential, but for no scope
}

func (w *walker) path(name, n *yaml.Node) {
	what := fmt.Sprintf("the path %q", name.Value)
	if !strings.HasPrefix(name.Value, "/") {
		w.faultf(name, "%s must begin with a slash.", what)
		return
	}
	item := w.referable(n, what)
	base := w.basePath(item.values["servers"], w.base)
	for _, member := range item.names {
		if methods[member.Value] {
			method := strings.ToUpper(member.Value)
			w.operation(name, base, method, item.values[member.Value])
		}
	}
}

func (w *walker) operation(path *yaml.Node, base, method string, n *yaml.Node) {
	what := method + " " + path.Value
	o := w.object(n, what)
	if o.node == nil {
		if w.present(n) == nil {
			w.faultf(path, "%s is empty.", what)
		}
		return
	}
	op := operation{
		method:      method,
		path:        w.basePath(o.values["servers"], base) + path.Value,
		id:          w.text(o.values["operationId"], "the operationId of "+what),
		summary:     w.text(o.values["summary"], "the summary of "+what),
		description: w.text(o.values["description"], "the description of "+what),
	}
	if tags := w.list(o.values["tags"], "the tags of "+what); len(tags) > 0 {
		op.tag = w.text(tags[0], "a tag of "+what)
	}
	fault, odd := checkTemplate(op.path)
	switch {
	case fault != "":
		w.faultf(path, "The path of %s %s.", op, fault)
	case odd != "":
		w.notes.add("Operations are left out because their path "+odd, op.String())
		return
	}
	if op.id != "" && w.seen[op.id] {
		w.notes.add("Operation ids stand more than once", op.id)
	}
	w.seen[op.id] = true
	if w.flag(o.values["deprecated"], "the mark \"deprecated\" of "+what) {
		w.notes.add("Deprecated operations are imported like all others", op.String())
	}
	op.alternatives = w.alternatives(op, o.values["security"])
	w.operations = append(w.operations, op)
}

// alternatives are those of the operation. It notes where the document would
// let somebody in who has no scope, for Tokenry does not.
func (w *walker) alternatives(op operation, n *yaml.Node) [][]string {
	needs := w.requirements(n, "the security of "+op.String())
	if !needs.given {
		needs = w.security
	}
	switch {
	case len(needs.alternatives) == 0 && needs.public:
		w.notes.add("Operations that the document calls public need a scope of their own", op.String())
	case needs.public || needs.scopeless && len(needs.alternatives) > 0:
		w.notes.add("Operations that may also be called without a scope need one of the scopes named beside it", op.String())
	}
	return needs.alternatives
}

func (w *walker) requirements(n *yaml.Node, what string) requirements {
	items := w.list(n, what)
	given := w.present(n) != nil
	needs := requirements{given: given, public: given && len(items) == 0}
	have := map[string]bool{}
	for _, item := range items {
		schemes := w.object(item, what)
		set := w.scopes(schemes, what)
		switch key := strings.Join(slices.Sorted(slices.Values(set)), "\x00"); {
		case len(schemes.names) == 0:
			needs.public = true
		case len(set) == 0:
			needs.scopeless = true
		case !have[key]:
			have[key] = true
			needs.alternatives = append(needs.alternatives, set)
		}
	}
	if len(needs.alternatives) > maxAlternatives {
		w.faultf(n, "%s has %d alternatives; at most %d are possible.", what, len(needs.alternatives), maxAlternatives)
	}
	return needs
}

// scopes are those that all schemes of one requirement ask for together.
func (w *walker) scopes(schemes object, what string) []string {
	var set []string
	have := map[string]bool{}
	for _, name := range schemes.names {
		if !w.schemes[name.Value] {
			w.faultf(name, "%s names the security scheme %q, which components.securitySchemes does not have.", what, name.Value)
		}
		for _, n := range w.list(schemes.values[name.Value], what) {
			scope := w.text(n, "a scope in "+what)
			if scope == "" {
				w.faultf(n, "%s has an empty scope.", what)
			}
			if !have[scope] {
				have[scope] = true
				set = append(set, scope)
			}
		}
	}
	if len(set) > maxScopesInSet {
		w.faultf(schemes.node, "%s asks for %d scopes at once; at most %d are possible.", what, len(set), maxScopesInSet)
	}
	return set
}
