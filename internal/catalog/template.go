package catalog

import (
	"errors"
	"fmt"
	"strings"
)

const (
	maxTemplate = 2048 // bytes
	maxSegments = 64

	// In a shape, these stand for a parameter. Neither can be in a literal.
	paramMark = "\x00"
	restMark  = "\x01"
)

// segment is one segment of a template: literals and parameters in turn,
// beginning and ending with a literal, which may be empty.
type segment struct {
	literals []string // decoded; one more than params
	params   []string
	rest     bool // {name...}
}

// parseTemplate reads a path template. Its errors are for the author of the
// catalog.
func parseTemplate(path string) ([]segment, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, errors.New("the path must begin with /")
	}
	if len(path) > maxTemplate {
		return nil, fmt.Errorf("the path is longer than %d bytes", maxTemplate)
	}
	parts := strings.Split(path[1:], "/")
	if len(parts) > maxSegments {
		return nil, fmt.Errorf("the path has more than %d segments", maxSegments)
	}
	segs := make([]segment, len(parts))
	seen := map[string]bool{}
	for i, part := range parts {
		seg, err := parseSegment(part)
		if err != nil {
			return nil, err
		}
		last := i == len(parts)-1
		if part == "" && !last {
			return nil, errors.New("the path has an empty segment")
		}
		if seg.rest && !last && (i != len(parts)-2 || parts[i+1] != "") {
			return nil, fmt.Errorf("{%s...} must be the last segment", seg.params[0])
		}
		for _, name := range seg.params {
			if seen[name] {
				return nil, fmt.Errorf("the parameter {%s} is there twice", name)
			}
			seen[name] = true
		}
		segs[i] = seg
	}
	return segs, nil
}

// parseSegment reads one segment of a template.
func parseSegment(text string) (segment, error) {
	var seg segment
	for {
		open := strings.IndexByte(text, '{')
		literal := text
		if open >= 0 {
			literal = text[:open]
		}
		if err := seg.addLiteral(literal); err != nil {
			return segment{}, err
		}
		if open < 0 {
			break
		}
		end := strings.IndexByte(text, '}')
		if end < 0 {
			return segment{}, fmt.Errorf("a brace is not closed in %q", text)
		}
		if err := seg.addParam(text[open+1 : end]); err != nil {
			return segment{}, err
		}
		text = text[end+1:]
	}
	switch {
	case seg.rest && seg.literalLen()+len(seg.params) != 1:
		return segment{}, errors.New("a {name...} parameter must be a whole segment")
	case len(seg.params) == 0 && (seg.literals[0] == "." || seg.literals[0] == ".."):
		return segment{}, errors.New("the path has a dot segment")
	}
	return seg, nil
}

// addLiteral adds the literal before the next parameter, or after the last.
func (s *segment) addLiteral(text string) error {
	if i := strings.IndexAny(text, `}?#\`); i >= 0 {
		return fmt.Errorf("the character %q must not be in a path; write it as %%%02X", text[i], text[i])
	}
	literal, ok := decode(text)
	if !ok || strings.Contains(text, " ") {
		return fmt.Errorf("%q has a space, a control character or a wrong %%-escape", text)
	}
	if strings.ContainsAny(literal, `/\`) {
		return fmt.Errorf("%q has an encoded slash", text)
	}
	s.literals = append(s.literals, literal)
	return nil
}

// addParam adds a parameter. Two must have a literal between them.
func (s *segment) addParam(name string) error {
	name, rest := strings.CutSuffix(name, "...")
	s.rest = s.rest || rest
	if _, ok := decode(name); !ok || name == "" || strings.ContainsAny(name, "{ ") {
		return fmt.Errorf("%q is no name of a parameter", name)
	}
	if len(s.params) > 0 && s.literals[len(s.literals)-1] == "" {
		return fmt.Errorf("the parameters {%s} and {%s} have nothing between them", s.params[len(s.params)-1], name)
	}
	s.params = append(s.params, name)
	return nil
}

// bindable is an error if the values of the segment's parameters are not
// beyond doubt, so that none of them may be bound.
func (s *segment) bindable() error {
	if s.rest || len(s.params) > 1 {
		return errors.New("a bound parameter must be the only one of its segment, and not {name...}")
	}
	return nil
}

// literalLen is how much literal text the segment has.
func (s *segment) literalLen() int {
	n := 0
	for _, l := range s.literals {
		n += len(l)
	}
	return n
}

// shape is the segment without the names of its parameters.
func (s *segment) shape() string {
	if s.rest {
		return restMark
	}
	return strings.Join(s.literals, paramMark)
}

// matches reports whether a segment of a path, decoded and not empty, is one
// that this segment describes. Each parameter takes at least one byte.
func (s *segment) matches(text string) bool {
	first, last := s.literals[0], s.literals[len(s.literals)-1]
	if len(text) < s.literalLen()+len(s.params) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, literal := range s.literals[1 : len(s.literals)-1] {
		if text == "" {
			return false
		}
		at := strings.Index(text[1:], literal)
		if at < 0 {
			return false
		}
		text = text[1+at+len(literal):]
	}
	return text != ""
}

// shapeOf is the shape of a whole template. Two templates of one shape match
// the same paths.
func shapeOf(segs []segment) string {
	shapes := make([]string, len(segs))
	for i := range segs {
		shapes[i] = segs[i].shape()
	}
	return "/" + strings.Join(shapes, "/")
}
