package service

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
)

// These bound the requests that one endpoint, and all of an account, have at once,
// of a node: slow ones do not hold up the others.
const (
	endpointAtOnce = 8
	accountAtOnce  = 20
)

// slots counts the requests under way to each endpoint, and of each account.
type slots struct {
	mu    sync.Mutex
	taken map[string]int // by the id of a webhook or an account
}

// take reports whether another request may be made, which must call free.
func (s *slots) take(w *model.Webhook) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == nil {
		s.taken = map[string]int{}
	}
	if s.taken[w.ID] >= endpointAtOnce || s.taken[w.AccountID] >= accountAtOnce {
		return false
	}
	s.taken[w.ID]++
	s.taken[w.AccountID]++
	return true
}

func (s *slots) free(w *model.Webhook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range []string{w.ID, w.AccountID} {
		if s.taken[id]--; s.taken[id] == 0 {
			delete(s.taken, id)
		}
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
