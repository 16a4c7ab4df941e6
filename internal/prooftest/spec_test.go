package prooftest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// What a token's history consists of.
//
// A call that changes a token is two operations. Its commit happens at one
// instant between start and end of the call, or, if the outcome is unknown, at
// any time after the start; one that never happens is as good as one that
// happens after everything else. If the call took rights away and came back as
// propagated, its acknowledgement happens at the instant of its return.
//
// A check may be answered from what the token, its account and its catalog were
// after the last acknowledged commit of each, or after any later one: changes that
// nobody waits for, or not yet, reach the nodes in any order and at any time. A
// check that was not answered is no operation.
type (
	commit struct {
		id     int // the secret that a rotation makes is known by the id of the call
		action action
		grace  bool  // a rotation lets the old secret live on
		by     int64 // when it was made at the latest
	}
	acknowledge struct{ id int }
	refused     struct{} // a change, since the token was revoked
	check       struct {
		secret int  // the id of the call that made it, 0 for the first
		wide   bool // asks for the scope that can be taken away
		asOf   int64
	}
)

// version is what something is after the commit of a call.
type version[V any] struct {
	ID int
	Of V
}

// versions is what a node may take something for, oldest first.
type versions[V any] []version[V]

func (vs versions[V]) last() V { return vs[len(vs)-1].Of }

func (vs versions[V]) with(id int, v V) versions[V] {
	return append(slices.Clip(vs), version[V]{id, v})
}

// from drops what was before a commit, unless a later one was acknowledged first.
func (vs versions[V]) from(id int) versions[V] {
	if at := slices.IndexFunc(vs, func(v version[V]) bool { return v.ID == id }); at > 0 {
		return vs[at:]
	}
	return vs
}

// state is what checks may be answered from. A node may hear of changes of one
// thing before those of another.
type state struct {
	Token   versions[rights]
	Account versions[bool] // whether it is deactivated
	Catalog versions[bool] // whether the scope is gone
}

// step is the specification of one token, its account and its catalog.
func (s state) step(input, output any) (bool, state) {
	switch in := input.(type) {
	case commit:
		return s.commit(in, output)
	case acknowledge:
		return true, state{s.Token.from(in.id), s.Account.from(in.id), s.Catalog.from(in.id)}
	case refused:
		return s.Token.last().Revoked, s
	case check:
		return s.allow(in, output.(string)), s
	}
	panic(fmt.Sprintf("no such operation: %T", input))
}

func (s state) commit(in commit, output any) (bool, state) {
	switch in.action {
	case deactivate, activate:
		s.Account = s.Account.with(in.id, in.action == deactivate)
		return true, s
	case strip, restore:
		s.Catalog = s.Catalog.with(in.id, in.action == strip)
	case revoke, remove:
	default:
		if s.Token.last().Revoked {
			return output == nil, s // with an unknown outcome, it was refused
		}
	}
	s.Token = s.Token.with(in.id, s.Token.last().after(in, s.Catalog.last()))
	return true, s
}

func (s state) allow(in check, code string) bool {
	for _, tok := range s.Token {
		for _, account := range s.Account {
			for _, catalog := range s.Catalog {
				if tok.Of.allow(in, account.Of, catalog.Of, code) {
					return true
				}
			}
		}
	}
	return false
}

var start = state{
	Token:   versions[rights]{{Of: rights{Secrets: []issued{{}}}}},
	Account: versions[bool]{{}},
	Catalog: versions[bool]{{}},
}

var model = porcupine.Model{
	Init:              func() any { return start },
	Step:              func(s, input, output any) (bool, any) { return s.(state).step(input, output) },
	Equal:             reflect.DeepEqual,
	DescribeOperation: describe,
	DescribeState:     func(s any) string { return fmt.Sprintf("%+v", s) },
}

func describe(input, output any) string {
	switch in := input.(type) {
	case commit:
		text := fmt.Sprintf("%s #%d", in.action, in.id)
		if in.action == rotate && in.grace {
			text += " with grace"
		}
		if output == nil {
			text += ", outcome unknown"
		}
		return text
	case acknowledge:
		return fmt.Sprintf("#%d acknowledged", in.id)
	case check:
		return fmt.Sprintf("check of secret #%d, wide %t: %v", in.secret, in.wide, output)
	}
	return "refused: revoked"
}

// patience bounds the search through one token's history.
const patience = 2 * time.Minute

// judge searches an order of the operations that the specification allows.
func judge(history []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(model, history, patience)
}

// offender is the first operation, by its return, that makes the history
// impossible.
func offender(history []porcupine.Operation) porcupine.Operation {
	ordered := slices.SortedFunc(slices.Values(history), func(a, b porcupine.Operation) int {
		return cmp.Compare(a.Return, b.Return)
	})
	low, high := 0, len(ordered) // the first low are possible, the first high are not
	for low+1 < high {
		middle := (low + high) / 2
		if judge(until(history, ordered[middle-1].Return)) == porcupine.Illegal {
			high = middle
		} else {
			low = middle
		}
	}
	return ordered[high-1]
}

// until is the history as it was known at a moment.
func until(history []porcupine.Operation, moment int64) (known []porcupine.Operation) {
	for _, o := range history {
		switch _, isCommit := o.Input.(commit); {
		case o.Return <= moment:
			known = append(known, o)
		case isCommit && o.Call <= moment:
			o.Output, o.Return = nil, never
			known = append(known, o)
		}
	}
	return known
}
