package api

import (
	"net/netip"

	"github.com/tokenry/tokenry/service"
)

// scanner reads questions in the form in which programs write them, and gives up
// on any other: the questionReader then reads them again and says what is wrong
// with them, if anything is.
type scanner struct {
	text string
	at   int
}

// question reads one question.
func (s *scanner) question() (q service.Question, ok bool) {
	if !s.take('{') {
		return q, false
	}
	match, ip, seen := "all", "", 0
	for {
		name, ok := s.string()
		if !ok || !s.take(':') {
			return q, false
		}
		field := 0
		switch name {
		case "secret":
			q.Secret, ok = s.string()
			field = 1
		case "scopes":
			q.Scopes, ok = s.strings()
			field = 2
		case "match":
			match, ok = s.string()
			field = 4
		case "method":
			q.Method, ok = s.string()
			ok = ok && isUpper(q.Method)
			field = 8
		case "path":
			q.Path, ok = s.string()
			ok = ok && q.Path != ""
			field = 16
		case "version":
			q.Version, ok = s.string()
			ok = ok && q.Version != ""
			field = 32
		case "ip":
			ip, ok = s.string()
			field = 64
		}
		if !ok || field == 0 || seen&field != 0 {
			return q, false
		}
		seen |= field
		if s.take(',') {
			continue
		}
		if !s.take('}') || seen&1 == 0 || seen&8 == 0 != (seen&16 == 0) {
			return q, false
		}
		break
	}
	if seen&64 != 0 {
		var err error
		if q.IP, err = netip.ParseAddr(ip); err != nil || q.IP.Zone() != "" {
			return q, false
		}
	}
	q.Any = match == "any"
	return q, q.Any || match == "all"
}

// questions reads a batch.
func (s *scanner) questions() (batch []service.Question, ok bool) {
	if !s.take('{') {
		return nil, false
	}
	if name, ok := s.string(); !ok || name != "items" || !s.take(':') || !s.take('[') {
		return nil, false
	}
	for len(batch) < maxQuestions {
		q, ok := s.question()
		if !ok {
			return nil, false
		}
		batch = append(batch, q)
		if s.take(',') {
			continue
		}
		return batch, s.take(']') && s.take('}')
	}
	return nil, false
}

// end reports whether nothing is left.
func (s *scanner) end() bool {
	s.space()
	return s.at == len(s.text)
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
	list := make([]string, 0, 4)
	for len(list) < maxAskedScopes {
		text, ok := s.string()
		if !ok {
			return nil, false
		}
		list = append(list, text)
		if !s.take(',') {
			return list, s.take(']')
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
