package service

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"
	"unique"
)

const (
	usageShards = 64
	// tokensPerShard bounds, at two million in all, the tokens that are counted
	// at once. More come together only if the database takes no counts and yet
	// answers.
	tokensPerShard = 2_000_000 / usageShards
	// cellsPerShard and cellsPerToken bound how finely uses are told apart by
	// scope and caller; what is beyond counts as other.
	cellsPerShard = 1 << 19 / usageShards
	cellsPerToken = 256
)

// counts is the uses of tokens since they were last taken. The zero counts is
// ready.
type counts struct {
	shards [usageShards]shard
	lost   atomic.Int64
}

// shard is the tokens with the same hash.
type shard struct {
	mu     sync.Mutex
	tokens map[string]*total
	totals int // of all tokens
	cells  int // of all tokens
	_      [64]byte
}

// total counts the uses of a token in an hour with the same outcome, exactly,
// and tells of the last one.
type total struct {
	code     string
	hour     uint32 // since 1970
	previous bool
	hasIP    bool
	ip       [16]byte
	n        uint64
	at       int64 // in microseconds since 1970
	caller   unique.Handle[string]
	cells    []cell
	other    [2]uint32 // what has no cell, by what the uses are told apart by
	next     *total    // another total of the token; nearly always nil
}

// by is what uses are told apart by.
type by uint8

const (
	byScope by = iota
	byCaller
)

// cell counts the uses of a total that have the same scope or caller.
type cell struct {
	name unique.Handle[string]
	n    uint64
	by   by
}

var usageSeed = maphash.MakeSeed()

// add counts a use.
func (c *counts) add(use *Use) {
	s := &c.shards[maphash.String(usageSeed, use.TokenID)%usageShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.total(use)
	if t == nil {
		c.lost.Add(1)
		return
	}
	t.n++
	for _, scope := range use.Scopes {
		s.cell(t, byScope, scope)
	}
	s.cell(t, byCaller, use.Caller)
	if at := use.At.UnixMicro(); at >= t.at {
		t.at, t.hasIP, t.ip = at, use.IP.IsValid(), use.IP.As16()
		if t.caller.Value() != use.Caller {
			t.caller = unique.Make(use.Caller)
		}
	}
}

// total finds the counter of a use, or makes it. It is nil if there are too
// many.
func (s *shard) total(use *Use) *total {
	hour := uint32(use.At.Unix() / 3600)
	first := s.tokens[use.TokenID]
	for t := first; t != nil; t = t.next {
		if t.counts(use, hour) {
			return t
		}
	}
	if first == nil && len(s.tokens) >= tokensPerShard {
		return nil
	}
	if s.tokens == nil {
		s.tokens = map[string]*total{}
	}
	s.totals++
	t := &total{code: use.Code, hour: hour, previous: use.Previous, caller: unique.Make(use.Caller), next: first}
	s.tokens[use.TokenID] = t
	return t
}

func (t *total) counts(use *Use, hour uint32) bool {
	return t.hour == hour && t.previous == use.Previous && t.code == use.Code
}

// cell counts a use by scope or caller.
func (s *shard) cell(t *total, by by, name string) {
	for i := range t.cells {
		if c := &t.cells[i]; c.by == by && c.name.Value() == name {
			c.n++
			return
		}
	}
	if s.cells >= cellsPerShard || len(t.cells) >= cellsPerToken {
		t.other[by]++
		return
	}
	s.cells++
	t.cells = append(t.cells, cell{unique.Make(name), 1, by}) // the name may be part of a request, which must not stay
}

// take gives what one shard has counted, and has it begin anew.
func (c *counts) take(number int) map[string]*total {
	s := &c.shards[number]
	s.mu.Lock()
	defer s.mu.Unlock()
	tokens := s.tokens
	s.tokens, s.totals, s.cells = nil, 0, 0
	return tokens
}

// size is how many counters there are.
func (c *counts) size() int {
	size := 0
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		size += s.totals + s.cells
		s.mu.Unlock()
	}
	return size
}

// address is who presented the secret last, as a text; empty if that is not
// known.
func (t *total) address() string {
	if !t.hasIP {
		return ""
	}
	return netip.AddrFrom16(t.ip).Unmap().String()
}
