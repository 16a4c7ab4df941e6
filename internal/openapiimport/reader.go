package openapiimport

import (
	"fmt"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

const (
	maxFaults = 20
	maxVisits = 4_000_000 // of members and items; aliases could make it any number
	maxChain  = 16        // of references to references
)

// reader takes values out of a document and gathers what is wrong with it. A
// value that is absent, null or of a wrong type is read as the zero value.
type reader struct {
	root   object
	faults []Fault
	notes  notes
	visits int

	onTheWay map[*yaml.Node]object // of references
}

// object is a mapping, its members in order.
type object struct {
	node   *yaml.Node // nil if absent
	names  []*yaml.Node
	values map[string]*yaml.Node
}

func (r *reader) faultf(at *yaml.Node, format string, args ...any) {
	if len(r.faults) > maxFaults {
		return
	}
	message := fmt.Sprintf(format, args...)
	f := Fault{Message: strings.ToUpper(message[:1]) + message[1:]}
	if len(r.faults) == maxFaults {
		f.Message = "There are more faults, from here on."
	}
	if at != nil {
		f.Line, f.Column = at.Line, at.Column
	}
	r.faults = append(r.faults, f)
}

// visit counts n values and reports whether there is room for them.
func (r *reader) visit(at *yaml.Node, n int) bool {
	if r.visits > maxVisits {
		return false
	}
	if r.visits += n; r.visits > maxVisits {
		r.faultf(at, "The document is too large when its aliases and references are followed.")
		return false
	}
	return true
}

// object reads a mapping. What a merge key names is part of it.
func (r *reader) object(n *yaml.Node, what string) object {
	o := object{values: map[string]*yaml.Node{}}
	if n = r.present(n); n == nil {
		return o
	}
	if n.Kind != yaml.MappingNode {
		r.faultf(n, "%s must be an object, not %s.", what, kindOf(n))
		return o
	}
	o.node = n
	r.addMembers(&o, n, what, 0)
	return o
}

// referable reads a mapping that may be a reference to another, whose members
// are then part of it.
func (r *reader) referable(n *yaml.Node, what string) object {
	o := r.object(n, what)
	for depth := 0; o.values["$ref"] != nil; depth++ {
		ref := o.values["$ref"]
		delete(o.values, "$ref")
		if depth == maxChain {
			r.faultf(ref, "the references of %s go round in a circle.", what)
			return o
		}
		if target := r.target(ref, what); target != nil {
			r.addMembers(&o, target, what, 0)
		}
	}
	return o
}

// addMembers adds the members of n that o does not have yet.
func (r *reader) addMembers(o *object, n *yaml.Node, what string, depth int) {
	if n.Kind != yaml.MappingNode {
		r.faultf(n, "%s must be an object, not %s.", what, kindOf(n))
		return
	}
	if depth == maxChain || !r.visit(n, len(n.Content)/2+1) {
		return
	}
	own := make(map[string]bool, len(n.Content)/2)
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name = r.present(name); name == nil || name.Kind != yaml.ScalarNode {
			r.faultf(n.Content[i], "the names in %s must be texts.", what)
			continue
		}
		if name.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if own[name.Value] {
			r.faultf(n.Content[i], "%s has the name %q twice.", what, name.Value)
			continue
		}
		own[name.Value] = true
		if _, have := o.values[name.Value]; !have {
			o.names = append(o.names, name)
			o.values[name.Value] = value
		}
	}
	for _, m := range merged {
		r.merge(o, m, what, depth+1)
	}
}

func (r *reader) merge(o *object, n *yaml.Node, what string, depth int) {
	n = r.present(n)
	if n == nil {
		return
	}
	sources := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		sources = n.Content
	}
	for _, source := range sources {
		if source = r.present(source); source != nil {
			r.addMembers(o, source, what, depth)
		}
	}
}

// target finds what a reference within the document names, or nil.
func (r *reader) target(ref *yaml.Node, what string) *yaml.Node {
	pointer := r.text(ref, "$ref")
	if pointer == "" {
		return nil
	}
	parts, local := strings.CutPrefix(pointer, "#/")
	if !local {
		r.faultf(ref, "%s refers to %q, which is outside this document. "+
			"Bundle the description into one file first, for example with \"npx @redocly/cli bundle\".", what, pointer)
		return nil
	}
	o := r.root
	var found *yaml.Node
	for i, part := range strings.Split(parts, "/") {
		if i > 0 {
			o = r.crossed(found, what)
		}
		if found = r.present(o.values[unescapePointer(part)]); found == nil {
			r.faultf(ref, "%s refers to %q, which is not in this document.", what, pointer)
			return nil
		}
	}
	return found
}

// crossed is an object on the way of a reference, read once for all of them.
func (r *reader) crossed(n *yaml.Node, what string) object {
	o, have := r.onTheWay[n]
	if !have {
		o = r.object(n, what)
		r.onTheWay[n] = o
	}
	return o
}

func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	n = r.present(n)
	switch {
	case n == nil:
		return nil
	case n.Kind != yaml.SequenceNode:
		r.faultf(n, "%s must be an array, not %s.", what, kindOf(n))
		return nil
	case !r.visit(n, len(n.Content)+1):
		return nil
	}
	return n.Content
}

func (r *reader) text(n *yaml.Node, what string) string {
	n = r.present(n)
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		r.faultf(n, "%s must be a string, not %s.", what, kindOf(n))
		return ""
	}
	return plain(n.Value)
}

// plain is a text in one line, without control characters.
func plain(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, "�"), func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c)
	})
	return strings.Join(words, " ")
}

func (r *reader) flag(n *yaml.Node, what string) bool {
	n = r.present(n)
	if n == nil {
		return false
	}
	var value bool
	if n.Decode(&value) != nil {
		r.faultf(n, "%s must be true or false.", what)
	}
	return value
}

// present is the value itself in place of an alias of it; nil if it is null.
func (r *reader) present(n *yaml.Node) *yaml.Node {
	for depth := 0; n != nil && n.Kind == yaml.AliasNode && depth < maxChain; depth++ {
		n = n.Alias
	}
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	return n
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "an array"
	}
	return "a single value"
}
