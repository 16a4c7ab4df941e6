package openapiimport

import (
	"fmt"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is what of an OpenAPI document matters for a catalog.
type document struct {
	tags       []tag
	operations []operation
	scopes     map[string]string // descriptions of the scopes that flows declare
	declared   []string          // their names, in order
}

type tag struct {
	name, label, description string
}

type operation struct {
	method, path             string // the path with its base
	id, summary, description string
	tag                      string     // the first; empty if there is none
	alternatives             [][]string // empty if no scope is asked for
}

// String is what warnings call the operation.
func (o operation) String() string { return o.method + " " + o.path }

var methods = map[string]bool{
	"get": true, "put": true, "post": true, "delete": true,
	"options": true, "head": true, "patch": true, "trace": true,
}

func (r *reader) document(root *yaml.Node) document {
	r.root = r.object(root, "the document")
	doc := document{scopes: map[string]string{}}
	if r.root.node == nil && len(r.faults) == 0 {
		r.faultf(nil, "The document is empty.")
	}
	if r.root.node == nil || !r.supported() {
		return doc
	}
	doc.tags = r.tags()
	components := r.object(r.root.values["components"], "the components")
	schemes := r.schemes(components.values["securitySchemes"], &doc)
	paths := r.object(r.root.values["paths"], "the paths")
	if paths.node == nil {
		r.faultf(r.root.node, "The document has no paths, so there is nothing to import.")
		return doc
	}
	w := walker{reader: r, schemes: schemes, seen: map[string]bool{}}
	w.security = w.requirements(r.root.values["security"], "the security of the document")
	w.base = r.basePath(r.root.values["servers"], "")
	for _, name := range paths.names {
		if !strings.HasPrefix(name.Value, "x-") {
			w.path(name, paths.values[name.Value])
		}
	}
	doc.operations = w.operations
	return doc
}

// supported reports whether the document is of a version that we can read.
func (r *reader) supported() bool {
	if swagger := r.root.values["swagger"]; swagger != nil {
		r.faultf(swagger, "This is a Swagger %s description. Convert it to OpenAPI 3 first, for example with \"npx swagger2openapi\" or in editor.swagger.io, "+
			"and import the result.", r.text(swagger, "the version"))
		return false
	}
	version := r.text(r.root.values["openapi"], "the version")
	switch {
	case strings.HasPrefix(version+".", "3.0."), strings.HasPrefix(version+".", "3.1."):
		return true
	case version == "":
		r.faultf(r.root.node, "This is not an OpenAPI document: it has no \"openapi\" at its top, such as \"openapi: 3.0.3\".")
	default:
		r.faultf(r.root.values["openapi"], "OpenAPI %s is not supported, only 3.0 and 3.1.", version)
	}
	return false
}

func (r *reader) tags() []tag {
	var all []tag
	for i, n := range r.list(r.root.values["tags"], "the tags") {
		o := r.object(n, fmt.Sprintf("the tag number %d", i+1))
		if o.node == nil {
			continue
		}
		t := tag{
			name:        r.text(o.values["name"], "the name of a tag"),
			label:       r.text(o.values["x-displayName"], "the x-displayName of a tag"),
			description: r.text(o.values["description"], "the description of a tag"),
		}
		if t.name == "" {
			r.faultf(n, "The tag number %d has no name.", i+1)
		}
		all = append(all, t)
	}
	return all
}

// schemes is the set of the security schemes' names. It adds the scopes that
// they declare to doc.
func (r *reader) schemes(n *yaml.Node, doc *document) map[string]bool {
	all := r.object(n, "the securitySchemes")
	names := make(map[string]bool, len(all.names))
	for _, name := range all.names {
		names[name.Value] = true
		what := fmt.Sprintf("the security scheme %q", name.Value)
		scheme := r.referable(all.values[name.Value], what)
		flows := r.object(scheme.values["flows"], "the flows of "+what)
		for _, flow := range flows.names {
			if strings.HasPrefix(flow.Value, "x-") {
				continue
			}
			o := r.object(flows.values[flow.Value], "a flow of "+what)
			scopes := r.object(o.values["scopes"], "the scopes of "+what)
			for _, scope := range scopes.names {
				doc.declare(plain(scope.Value), r.text(scopes.values[scope.Value], fmt.Sprintf("the description of the scope %q", scope.Value)))
			}
		}
	}
	return names
}

// declare adds a scope; the first description of it stands.
func (d *document) declare(scope, description string) {
	have, known := d.scopes[scope]
	if !known {
		d.declared = append(d.declared, scope)
	}
	if have == "" {
		d.scopes[scope] = description
	}
}

func unescapePointer(part string) string {
	if plain, err := url.PathUnescape(part); err == nil {
		part = plain
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
}
