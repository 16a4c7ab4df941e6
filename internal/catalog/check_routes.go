package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/model"
)

const (
	maxAlternatives = 100
	maxScopesInSet  = 20
)

// methods are those that a route may have.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}

func (k *checker) checkRoutes() {
	c := k.catalog
	k.atMost("routes", len(c.Routes), maxRoutes)
	shapes := map[string]string{} // the path, by method and shape
	params := map[string]bool{}
	for i, r := range c.Routes {
		field := fmt.Sprintf("routes.%d", i)
		if !slices.Contains(methods, r.Method) {
			k.add(field+".method", "not_one_of", "The method must be one of %s.", strings.Join(methods, ", "))
		}
		segs, err := parseTemplate(r.Path)
		if err != nil {
			k.add(field+".path", "wrong_format", "The path %s cannot be used: %s.", r.Path, err)
			continue
		}
		k.checkParams(field+".path", segs, params)
		shape := r.Method + shapeOf(segs)
		if other, taken := shapes[shape]; taken {
			k.add(field+".path", "same_shape", "%s %s matches the same paths as %s. Keep one of them.", r.Method, r.Path, other)
		} else {
			shapes[shape] = r.Path
		}
		k.checkAlternatives(field+".scopes", r.Scopes)
	}
	k.checkBind(params)
}

// checkParams notes the parameters of a template and refuses those that cannot
// be bound, but are.
func (k *checker) checkParams(field string, segs []segment, params map[string]bool) {
	for i := range segs {
		for _, name := range segs[i].params {
			params[name] = true
			if err := segs[i].bindable(); err != nil && k.catalog.Bind[name] != "" {
				k.add(field, "not_bindable", "The parameter {%s} is bound: %s.", name, err)
			}
		}
	}
}

func (k *checker) checkAlternatives(field string, alternatives [][]string) {
	if len(alternatives) == 0 {
		k.add(field, "required", "A route needs at least one scope that opens it.")
	}
	k.atMost(field, len(alternatives), maxAlternatives)
	seen := map[string]bool{}
	for i, set := range alternatives {
		at := fmt.Sprintf("%s.%d", field, i)
		if len(set) == 0 {
			k.add(at, "required", "An alternative needs at least one scope.")
		}
		k.atMost(at, len(set), maxScopesInSet)
		inSet := map[string]bool{}
		for j, id := range set {
			if _, known := k.scopes[id]; !known {
				k.add(fmt.Sprintf("%s.%d", at, j), "unknown_scope", "There is no scope %q.", id)
			}
			if inSet[id] {
				k.add(fmt.Sprintf("%s.%d", at, j), "duplicate", "The scope %q is there twice.", id)
			}
			inSet[id] = true
		}
		if key := setKey(set); seen[key] {
			k.add(at, "duplicate", "The alternative is there twice.")
		} else {
			seen[key] = true
		}
	}
}

// checkBind refuses a binding of a parameter that no template has: misspelt, it
// would leave the right one open.
func (k *checker) checkBind(params map[string]bool) {
	k.atMost("bind", len(k.catalog.Bind), maxBindings)
	for _, name := range sortedKeys(k.catalog.Bind) {
		switch k.catalog.Bind[name] {
		case model.BindTokenID, model.BindAccountID, model.BindExternalID:
		default:
			k.add("bind."+name, "not_one_of", "A parameter is bound to token_id, account_id or account_external_id.")
		}
		if !params[name] {
			k.add("bind."+name, "unknown_parameter", "No route has the parameter {%s}.", name)
		}
	}
}

// setKey is the same for sets of the same scopes.
func setKey(set []string) string {
	return strings.Join(slices.Sorted(slices.Values(set)), " ")
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
