package api

import (
	"net/netip"
	"slices"

	"github.com/tokenry/tokenry/service"
)

// scanner reads questions in the form in which programs write them, and gives up
// on any other: the questionReader then reads them again and says what is wrong
// with them, if anything is.
type scanner struct {
	text   string
	at     int
	scopes []string // of all questions, in one piece
}

// body reads a body, which holds one question or a batch of them, and adds them to a
// list.
func (s *scanner) body(list []service.Question, batch bool) ([]service.Question, bool) {
	ok := false
	if batch {
		list, ok = s.questions(list)
	} else {
		list = append(list, service.Question{})
		ok = s.question(&list[0])
	}
	s.space()
	return list, ok && s.at == len(s.text)
}

// The fields of a question, for the set of those that were there.
const (
	hasSecret = 1 << iota
	hasScopes
	hasMatch
	hasMethod
	hasPath
	hasVersion
	hasIP
)

// question reads one question into q, which must be empty.
func (s *scanner) question(q *service.Question) bool {
	if !s.take('{') {
		return false
	}
	for seen := 0; ; {
		name, ok := s.string()
		if !ok || !s.take(':') {
			return false
		}
		field := s.field(name, q)
		if field == 0 || seen&field != 0 {
			return false
		}
		seen |= field
		if s.take(',') {
			continue
		}
		route := seen & (hasMethod | hasPath)
		return s.take('}') && seen&hasSecret != 0 && (route == 0 || route == hasMethod|hasPath)
	}
}

// field reads the value of a field; it gives 0 if that is not as it should be.
func (s *scanner) field(name string, q *service.Question) int {
	if name == "scopes" {
		var ok bool
		if q.Scopes, ok = s.strings(); !ok {
			return 0
		}
		return hasScopes
	}
	text, ok := s.string()
	if !ok {
		return 0
	}
	switch name {
	case "secret":
		q.Secret = text
		return hasSecret
	case "match":
		q.Any = text == "any"
		return when(q.Any || text == "all", hasMatch)
	case "method":
		q.Method = text
		return when(isUpper(text), hasMethod)
	case "path":
		q.Path = text
		return when(text != "", hasPath)
	case "version":
		q.Version = text
		return when(text != "", hasVersion)
	case "ip":
		ip, err := netip.ParseAddr(text)
		q.IP = ip
		return when(err == nil && ip.Zone() == "", hasIP)
	}
	return 0
}

func when(ok bool, field int) int {
	if !ok {
		return 0
	}
	return field
}

// questions reads a batch, and adds it to a list.
func (s *scanner) questions(list []service.Question) ([]service.Question, bool) {
	if !s.take('{') {
		return list, false
	}
	if name, ok := s.string(); !ok || name != "items" || !s.take(':') || !s.take('[') {
		return list, false
	}
	for len(list) < maxQuestions {
		list = append(list, service.Question{})
		if !s.question(&list[len(list)-1]) {
			return list, false
		}
		if s.take(',') {
			continue
		}
		return list, s.take(']') && s.take('}')
	}
	return list, false
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// take reads a character, with the space in front of it.
func (s *scanner) take(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// string reads a string of ASCII characters without escapes.
func (s *scanner) string() (string, bool) {
	if !s.take('"') {
		return "", false
	}
	begin := s.at
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.text[begin : s.at-1], true
		case c < ' ' || c > '~' || c == '\\':
			return "", false
		}
	}
	return "", false
}

// strings reads an array of one to maxAskedScopes strings.
func (s *scanner) strings() ([]string, bool) {
	if !s.take('[') {
		return nil, false
	}
	for first := len(s.scopes); len(s.scopes) < first+maxAskedScopes; {
		text, ok := s.string()
		if !ok {
			return nil, false
		}
		s.scopes = append(s.scopes, text)
		if !s.take(',') {
			return slices.Clip(s.scopes[first:]), s.take(']')
		}
	}
	return nil, false
}

func isUpper(method string) bool {
	for i := range len(method) {
		if method[i] < 'A' || method[i] > 'Z' {
			return false
		}
	}
	return method != "" && len(method) <= 32
}
