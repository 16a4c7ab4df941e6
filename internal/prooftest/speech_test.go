package prooftest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
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

func TestSpeechIsFollowed(t *testing.T) {
	t.Parallel()
	var said []byte
	for _, message := range []pgproto3.FrontendMessage{
		&pgproto3.StartupMessage{ProtocolVersion: pgproto3.ProtocolVersion30, Parameters: map[string]string{"user": "u"}},
		&pgproto3.Query{String: "begin"},
		&pgproto3.Parse{Name: "s1", Query: "SELECT 1"}, &pgproto3.Describe{ObjectType: 'S', Name: "s1"}, &pgproto3.Sync{},
		&pgproto3.Parse{Name: "s2", Query: "SELECT 2"}, &pgproto3.Sync{},
		&pgproto3.Bind{PreparedStatement: "s1", Parameters: [][]byte{[]byte("a\x00b")}}, &pgproto3.Execute{}, &pgproto3.Sync{},
	} {
		var err error
		if said, err = message.Encode(said); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int{1, 7, 64} { // of the packets
		s, heard := speech{prepared: map[string]string{}}, []string(nil)
		for packet := range slices.Chunk(said, size) {
			if statement := s.hear(packet); statement != "" {
				heard = append(heard, statement)
			}
		}
		if want := []string{"begin", "SELECT 1", "SELECT 2", "SELECT 1"}; size < 64 && !slices.Equal(heard, want) {
			t.Errorf("in packets of %d: %q, want %q", size, heard, want)
		} else if heard[len(heard)-1] != "SELECT 1" {
			t.Errorf("in packets of %d: %q, want the first of the prepared ones last", size, heard)
		}
	}
}
