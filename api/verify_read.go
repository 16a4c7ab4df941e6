package api

import (
	"net/netip"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tokenry/tokenry/service"
)

// maxAskedScopes is how many scopes a question may name.
const maxAskedScopes = 500

var isMethod = regexp.MustCompile(`^[A-Z][A-Z0-9_-]{0,31}$`).MatchString

// questionReader reads questions about secrets more strictly than the validator
// and with less work. What is well-formed JSON but no good question is in the
// faults; what is not even JSON is in err.
type questionReader struct {
	decoder *jsontext.Decoder
	check   checker
	err     error
}

// batch reads {"items": [...]}.
func (q *questionReader) batch() []service.Question {
	questions, count := []service.Question{}, 0
	seen := q.object("", func(name, field string) bool {
		if name != "items" {
			return false
		}
		q.array(field, func(field string) {
			if count++; count > maxQuestions {
				q.fail(q.decoder.SkipValue())
				return
			}
			questions = append(questions, q.question(field))
		})
		return true
	})
	switch {
	case !seen["items"]:
		q.check.add("items", "required", "This is required.")
	case count > maxQuestions:
		q.check.add("items", "too_many", "This may have at most %d entries.", maxQuestions)
	case count == 0:
		q.check.add("items", "too_few", "This must have at least 1 entry.")
	}
	return questions
}

// question reads one question at a place in the body.
func (q *questionReader) question(at string) service.Question {
	var question service.Question
	seen := q.object(at, func(name, field string) bool {
		switch name {
		case "secret":
			question.Secret = q.text(field)
		case "scopes":
			question.Scopes = q.scopes(field)
		case "match":
			question.Any = q.match(field)
		case "method":
			question.Method = q.text(field)
			q.require(field, isMethod(question.Method), "This must be a method in upper case, such as GET.")
		case "path":
			question.Path = q.text(field)
			q.require(field, question.Path != "", "This must not be empty.")
		case "version":
			question.Version = q.text(field)
			q.require(field, question.Version != "", "This must not be empty.")
		case "ip":
			question.IP = q.address(field)
		default:
			return false
		}
		return true
	})
	if seen == nil {
		return question
	}
	if !seen["secret"] {
		q.check.add(join(at, "secret"), "required", "This is required.")
	}
	if seen["method"] && !seen["path"] {
		q.check.add(join(at, "path"), "required", "A route is a method and a path.")
	}
	if seen["path"] && !seen["method"] {
		q.check.add(join(at, "method"), "required", "A route is a method and a path.")
	}
	return question
}

func (q *questionReader) scopes(field string) []string {
	var scopes []string
	count := 0
	isArray := q.array(field, func(field string) {
		scope := q.text(field)
		if count++; count <= maxAskedScopes {
			scopes = append(scopes, scope)
		}
	})
	switch {
	case isArray && count == 0:
		q.check.add(field, "too_few", "This must have at least 1 entry.")
	case count > maxAskedScopes:
		q.check.add(field, "too_many", "This may have at most %d entries.", maxAskedScopes)
	}
	return scopes
}

func (q *questionReader) match(field string) bool {
	match := q.text(field)
	if match != "all" && match != "any" {
		q.check.add(field, "not_one_of", "This must be one of: all, any.")
	}
	return match == "any"
}

func (q *questionReader) address(field string) netip.Addr {
	ip, err := netip.ParseAddr(q.text(field))
	q.require(field, err == nil && ip.Zone() == "", "This must be an address such as 203.0.113.9 or 2001:db8::1.")
	return ip
}

// require records a fault unless the field has one or is as it should be.
func (q *questionReader) require(field string, ok bool, message string) {
	if !ok {
		q.check.add(field, "wrong_format", "%s", message)
	}
}

// object reads an object, handing each value to read, which reports false for a
// name that it does not know. It returns the names, or nil if it is no object.
func (q *questionReader) object(at string, read func(name, field string) bool) map[string]bool {
	if !q.enter(at, '{', "This must be an object.") {
		return nil
	}
	seen := map[string]bool{}
	for q.err == nil && q.decoder.PeekKind() != '}' {
		token, err := q.decoder.ReadToken()
		if q.fail(err) {
			return nil
		}
		name := token.String()
		field := join(at, name)
		switch {
		case seen[name]:
			q.check.add(field, "duplicate", "This is there twice.")
			q.fail(q.decoder.SkipValue())
		case !read(name, field):
			q.check.add(field, "unknown_field", "There is no such field.")
			q.fail(q.decoder.SkipValue())
		}
		seen[name] = true
	}
	q.leave()
	return seen
}

// array reads an array, handing each place to read. It reports false if it is
// no array.
func (q *questionReader) array(at string, read func(field string)) bool {
	if !q.enter(at, '[', "This must be an array.") {
		return false
	}
	for i := 0; q.err == nil && q.decoder.PeekKind() != ']'; i++ {
		read(join(at, strconv.Itoa(i)))
	}
	q.leave()
	return true
}

// text reads a string. Anything else is a fault.
func (q *questionReader) text(field string) string {
	if q.decoder.PeekKind() != '"' {
		q.check.add(field, "wrong_type", "This must be a string.")
		q.fail(q.decoder.SkipValue())
		return ""
	}
	token, err := q.decoder.ReadToken()
	if q.fail(err) {
		return ""
	}
	return token.String()
}

// enter reads the beginning of an object or array. What is none is a fault, or,
// if it is the whole body, malformed.
func (q *questionReader) enter(at string, kind jsontext.Kind, fault string) bool {
	if q.err != nil {
		return false
	}
	if q.decoder.PeekKind() == kind {
		_, err := q.decoder.ReadToken()
		return !q.fail(err)
	}
	if at == "" {
		q.err = malformed()
		return false
	}
	q.check.add(at, "wrong_type", "%s", fault)
	q.fail(q.decoder.SkipValue())
	return false
}

// leave reads the end of an object or array.
func (q *questionReader) leave() {
	if q.err == nil {
		_, err := q.decoder.ReadToken()
		q.fail(err)
	}
}

// fail keeps the first error, and reports whether there is one.
func (q *questionReader) fail(err error) bool {
	if q.err == nil {
		q.err = err
	}
	return q.err != nil
}
