package api

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/tokenry/tokenry/model"
)

// maxFaults bounds how many faults an answer lists.
const maxFaults = 100

// checker gathers the faults of values against schemas.
//
// It does what kin-openapi's own visitor does, but gives every fault its field
// and a stable code, and never puts a rejected value into a text. It knows the
// keywords that openapi.yaml uses in requests; checkable refuses all others.
type checker struct {
	faults model.Faults
}

// add records a fault, unless there are too many already.
func (c *checker) add(field, code, format string, args ...any) {
	if len(c.faults) < maxFaults {
		c.faults.Add(field, code, format, args...)
	}
}

// value checks a decoded JSON value. It returns the value without what cannot
// be decoded into the schema's type, and whether anything is left.
func (c *checker) value(field string, s *openapi3.Schema, v any) (any, bool) {
	if v == nil {
		if !s.Nullable {
			c.add(field, "wrong_type", "This must not be null.")
		}
		return nil, s.Nullable
	}
	switch {
	case s.Type.Is(openapi3.TypeObject):
		if object, ok := v.(map[string]any); ok {
			return c.object(field, s, object)
		}
		c.add(field, "wrong_type", "This must be an object.")
	case s.Type.Is(openapi3.TypeArray):
		if array, ok := v.([]any); ok {
			return c.array(field, s, array)
		}
		c.add(field, "wrong_type", "This must be an array.")
	case s.Type.Is(openapi3.TypeString):
		if text, ok := v.(string); ok {
			return text, c.text(field, s, text)
		}
		c.add(field, "wrong_type", "This must be a string.")
	case s.Type.Is(openapi3.TypeInteger):
		if number, ok := v.(float64); ok && number == float64(int64(number)) {
			c.number(field, s, number)
			return number, true
		}
		c.add(field, "wrong_type", "This must be a whole number.")
	case s.Type.Is(openapi3.TypeBoolean):
		if _, ok := v.(bool); ok {
			return v, true
		}
		c.add(field, "wrong_type", "This must be true or false.")
	}
	return nil, false
}

// object checks the properties and drops those that cannot be decoded.
func (c *checker) object(field string, s *openapi3.Schema, object map[string]any) (any, bool) {
	for _, name := range s.Required {
		if _, ok := object[name]; !ok {
			c.missing(join(field, name), s.Properties[name].Value)
		}
	}
	if s.MaxProps != nil && uint64(len(object)) > *s.MaxProps {
		c.add(field, "too_many", "This may have at most %d entries.", *s.MaxProps)
		return nil, false
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		property, known := s.Properties[name]
		if !known {
			property = s.AdditionalProperties.Schema
		}
		if property == nil || !clean(name) {
			c.add(join(field, name), "unknown_field", "There is no such field.")
			delete(object, name)
			continue
		}
		if left, ok := c.value(join(field, name), property.Value, object[name]); ok {
			object[name] = left
		} else {
			delete(object, name)
		}
	}
	return object, true
}

// missing records that a required property is not there. Of an object, it is
// the required properties inside that are missing: those are what people enter.
func (c *checker) missing(field string, s *openapi3.Schema) {
	if len(s.Required) == 0 {
		c.add(field, "required", "This is required.")
	}
	for _, name := range s.Required {
		c.missing(join(field, name), s.Properties[name].Value)
	}
}

// array checks the items. Those that cannot be decoded leave a gap, so that
// later faults name the right item.
func (c *checker) array(field string, s *openapi3.Schema, array []any) (any, bool) {
	if uint64(len(array)) < s.MinItems {
		c.add(field, "too_few", "This must have at least %d entries.", s.MinItems)
	}
	if s.MaxItems != nil && uint64(len(array)) > *s.MaxItems {
		c.add(field, "too_many", "This may have at most %d entries.", *s.MaxItems)
		return nil, false
	}
	for i, item := range array {
		left, ok := c.value(join(field, strconv.Itoa(i)), s.Items.Value, item)
		if !ok {
			left = nil
		}
		array[i] = left
	}
	return array, true
}

// text reports whether the text can be decoded; it may have other faults.
func (c *checker) text(field string, s *openapi3.Schema, text string) bool {
	length := uint64(utf8.RuneCountInString(text))
	switch {
	case !clean(text):
		c.add(field, "wrong_format", "This must be text in UTF-8 without the character U+0000.")
		return false
	case length < s.MinLength:
		c.add(field, "too_short", "This must have at least %d characters.", s.MinLength)
	case s.MaxLength != nil && length > *s.MaxLength:
		c.add(field, "too_long", "This may have at most %d characters.", *s.MaxLength)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)):
		c.add(field, "not_one_of", "This must be one of: %s.", listed(s.Enum))
	case s.Format == "date-time":
		if new(time.Time).UnmarshalText([]byte(text)) != nil {
			c.add(field, "wrong_format", "This must be a time such as 2027-11-23T00:00:00Z.")
			return false
		}
	}
	return true
}

func (c *checker) number(field string, s *openapi3.Schema, number float64) {
	if s.Min != nil && number < *s.Min {
		c.add(field, "out_of_range", "This must be at least %.0f.", *s.Min)
	}
	if s.Max != nil && number > *s.Max {
		c.add(field, "out_of_range", "This may be at most %.0f.", *s.Max)
	}
}

// listed is an enumeration in words.
func listed(enum []any) string {
	words := make([]string, len(enum))
	for i, v := range enum {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

// clean reports whether both databases can hold the text.
func clean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// join is the dotted path of a property. A name that cannot be one of ours is
// cut: it is the caller's, and may be of any length.
func join(field, name string) string {
	const longest = 128
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	if field == "" {
		return name
	}
	return field + "." + name
}

// checkable reports the first keyword of a schema that a checker does not know.
func checkable(s *openapi3.Schema) error {
	if len(s.OneOf)+len(s.AnyOf)+len(s.AllOf) > 0 || s.Not != nil || s.Pattern != "" || s.UniqueItems ||
		s.MultipleOf != nil || s.ExclusiveMin.IsSet() || s.ExclusiveMax.IsSet() || s.MinProps > 0 {
		return fmt.Errorf("schema %q has a keyword that is not checked", s.Description)
	}
	if !slices.Contains([]string{"object", "array", "string", "integer", "boolean"}, strings.Join(s.Type.Slice(), ",")) {
		return fmt.Errorf("schema %q has a type that is not checked", s.Description)
	}
	inner := slices.Collect(maps.Values(s.Properties))
	for _, ref := range append(inner, s.Items, s.AdditionalProperties.Schema) {
		if ref == nil {
			continue
		}
		if err := checkable(ref.Value); err != nil {
			return err
		}
	}
	return nil
}
