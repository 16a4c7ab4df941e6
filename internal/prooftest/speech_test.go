package prooftest

import (
	"bytes"
	"encoding/binary"
)

// speech follows what a node says on a connection, by PostgreSQL's protocol.
type speech struct {
	begun    bool              // past the first message, which has no type
	rest     []byte            // of a message that is not whole yet
	prepared map[string]string // statements, by the names that the node gave them
}

// hear takes what is said, and gives the last statement in it that is to be
// prepared or executed; empty for none.
func (s *speech) hear(said []byte) (statement string) {
	s.rest = append(s.rest, said...)
	for {
		kind, body, whole := s.next()
		if !whole {
			return statement
		}
		first, after, _ := bytes.Cut(body, []byte{0})
		second, _, _ := bytes.Cut(after, []byte{0})
		switch kind {
		case 'Q': // a statement
			statement = string(first)
		case 'P': // a name and a statement
			statement = string(second)
			s.prepared[string(first)] = statement
		case 'B': // a portal and the name of a statement
			statement = s.prepared[string(second)]
		}
	}
}

// next takes a whole message, if there is one. The first has kind 0.
func (s *speech) next() (kind byte, body []byte, whole bool) {
	header := 5 // a type, and the length of all but that
	if !s.begun {
		header = 4
	}
	if len(s.rest) < header {
		return 0, nil, false
	}
	end := header - 4 + int(binary.BigEndian.Uint32(s.rest[header-4:]))
	if len(s.rest) < end {
		return 0, nil, false
	}
	if s.begun {
		kind = s.rest[0]
	}
	s.begun, body, s.rest = true, s.rest[header:end], s.rest[end:]
	return kind, body, true
}
