package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/model"
)

// reader reads a node of the file, which is at a place such as
// "account_types.partner.versions.0".
type reader func(n *yaml.Node, path string)

// field is a key of a mapping.
type field struct {
	key      string
	required bool
	read     reader
}

func required(key string, read reader) field { return field{key, true, read} }
func optional(key string, read reader) field { return field{key, false, read} }

// decoder gathers the faults of a file.
type decoder struct {
	faults []model.FieldError
	lines  map[string]int // by place
}

func (d *decoder) fault(n *yaml.Node, path, code, format string, args ...any) {
	d.lines[path] = n.Line
	d.add(path, code, fmt.Sprintf(format, args...))
}

// add records a fault; its line is that of the nearest place that is known.
func (d *decoder) add(path, code, message string) {
	if len(d.faults) >= maxFaults {
		return
	}
	line := 1
	for at := path; at != ""; at = at[:max(0, strings.LastIndexByte(at, '.'))] {
		if known, ok := d.lines[at]; ok {
			line = known
			break
		}
	}
	d.lines[path] = line
	d.faults = append(d.faults, model.FieldError{Field: path, Code: code, Message: fmt.Sprintf("Line %d: %s", line, message)})
}

// addOnce records a fault of the rules unless it only follows from one in how
// the file is written.
func (d *decoder) addOnce(written []model.FieldError, path string, f model.FieldError) {
	if len(written) > 0 && strings.HasPrefix(f.Code, "unknown_") {
		return
	}
	for _, have := range written {
		if within(have.Field, path) || within(path, have.Field) {
			return
		}
	}
	d.add(path, f.Code, f.Message)
}

// within reports whether a place is another, or in it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.')
}

// inOrder are the faults in the order of their lines.
func (d *decoder) inOrder() []model.FieldError {
	slices.SortStableFunc(d.faults, func(a, b model.FieldError) int {
		return cmp.Compare(d.lines[a.Field], d.lines[b.Field])
	})
	return d.faults
}

// is reports whether the node is of a kind, and records a fault if it is not.
func (d *decoder) is(n *yaml.Node, path string, kind yaml.Kind, want string) bool {
	d.lines[path] = n.Line
	if n.Kind == yaml.AliasNode {
		d.fault(n, path, "wrong_type", "Aliases are not possible in a catalog. Write the value out.")
		return false
	}
	if n.Kind != kind {
		d.fault(n, path, "wrong_type", "This must be %s.", want)
		return false
	}
	return true
}

// object reads a mapping with fixed keys. A null stands for an absent value.
func (d *decoder) object(fields ...field) reader {
	return func(n *yaml.Node, path string) {
		seen := map[string]bool{}
		d.entries(func(key string) reader {
			for _, f := range fields {
				if f.key == key {
					return func(n *yaml.Node, at string) {
						if n.Kind != yaml.ScalarNode || n.Tag != "!!null" {
							seen[key] = true
							f.read(n, at)
						}
					}
				}
			}
			return func(n *yaml.Node, at string) {
				d.fault(n, at, "unknown_field", "There is no field %q here.", key)
			}
		})(n, path)
		if n.Kind != yaml.MappingNode {
			return
		}
		for _, f := range fields {
			if f.required && !seen[f.key] {
				d.fault(n, join(path, f.key), "required", "The field %s is missing.", f.key)
			}
		}
	}
}

// entries reads a mapping with free keys.
func (d *decoder) entries(read func(key string) reader) reader {
	return func(n *yaml.Node, path string) {
		if !d.is(n, path, yaml.MappingNode, "a mapping") {
			return
		}
		seen := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Kind != yaml.ScalarNode {
				d.fault(key, path, "wrong_type", "A key must be a text.")
				continue
			}
			at := join(path, key.Value)
			if seen[key.Value] {
				d.fault(key, at, "duplicate", "The field %q is there twice.", key.Value)
				continue
			}
			seen[key.Value] = true
			read(key.Value)(value, at)
		}
	}
}

// list reads a sequence, each item with the reader made for it.
func list[T any](d *decoder, to *[]T, item func(*T) reader) reader {
	return func(n *yaml.Node, path string) {
		if !d.is(n, path, yaml.SequenceNode, "a list") {
			return
		}
		*to = make([]T, len(n.Content))
		for i, child := range n.Content {
			item(&(*to)[i])(child, join(path, strconv.Itoa(i)))
		}
	}
}

// scalar reads a text. A number is the text it is written as, so that version
// 1.10 needs no quotes.
func (d *decoder) scalar(to *string) reader {
	return func(n *yaml.Node, path string) {
		if !d.is(n, path, yaml.ScalarNode, "a text") {
			return
		}
		switch n.Tag {
		case "!!str", "!!int", "!!float", "!!timestamp":
			*to = n.Value
		default:
			d.fault(n, path, "wrong_type", "This must be a text. Put it in quotes.")
		}
	}
}

func (d *decoder) scalars(to *[]string) reader { return list(d, to, d.scalar) }

func (d *decoder) boolean(to *bool) reader {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			d.fault(n, path, "wrong_type", "This must be true or false.")
			return
		}
		*to = strings.EqualFold(n.Value, "true")
	}
}

// date reads a date, which means its first moment in UTC, or a moment.
func (d *decoder) date(to **time.Time) reader {
	return func(n *yaml.Node, path string) {
		var text string
		if d.scalar(&text)(n, path); text == "" {
			return
		}
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			at, err = time.Parse(time.RFC3339, text)
		}
		if err != nil {
			d.fault(n, path, "wrong_format", "This must be a date such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.")
			return
		}
		*to = new(at.UTC())
	}
}

// text reads a text, or a mapping of texts by language.
func (d *decoder) text(to *model.Text) reader {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			var one string
			d.scalar(&one)(n, path)
			*to = model.Text{"": one}
			return
		}
		d.entries(func(tag string) reader {
			return func(n *yaml.Node, path string) {
				var one string
				d.scalar(&one)(n, path)
				if *to == nil {
					*to = model.Text{}
				}
				(*to)[tag] = one
			}
		})(n, path)
	}
}

// join is the place of a child.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
