package service

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tokenry/tokenry/internal/webhook"
)

// sendingAtOnce bounds the requests that one endpoint has at once, of a node: a
// slow one does not hold up the others.
const sendingAtOnce = 8

// slots counts the requests under way to each endpoint.
type slots struct {
	mu    sync.Mutex
	taken map[string]int
}

// take reports whether another request may be made, which must call free.
func (s *slots) take(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == nil {
		s.taken = map[string]int{}
	}
	if s.taken[id] >= sendingAtOnce {
		return false
	}
	s.taken[id]++
	return true
}

func (s *slots) free(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[id]--; s.taken[id] == 0 {
		delete(s.taken, id)
	}
}

// Outcomes counts attempts by their outcome. The zero value has counted none.
type Outcomes struct {
	counts [len(webhook.Outcomes)]atomic.Uint64
}

func (o *Outcomes) add(outcome webhook.Outcome) {
	if i := slices.Index(webhook.Outcomes[:], outcome); i >= 0 {
		o.counts[i].Add(1)
	}
}

// All gives every outcome with the number of attempts that had it.
func (o *Outcomes) All() iter.Seq2[string, uint64] {
	return func(yield func(string, uint64) bool) {
		for i, outcome := range webhook.Outcomes {
			if !yield(string(outcome), o.counts[i].Load()) {
				return
			}
		}
	}
}
