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
// A check may be answered from the state after the last acknowledged commit or
// from any later one: changes that nobody waits for, or not yet, reach the nodes
// in any order and at any time. A check that was not answered is no operation.
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

type action string

const (
	revoke  action = "revoke"
	remove  action = "delete"
	disable action = "disable"
	enable  action = "enable"
	rotate  action = "rotate"
	narrow  action = "narrow"
	widen   action = "widen"
)

// rights is what a token may do after a commit.
type rights struct {
	Revoked, Disabled, Narrow bool
	Secrets                   []issued // oldest first; the last is the current one
}

type issued struct {
	ID    int
	Ended int64 // at the latest; 0 while it lives
}

// version is the rights after the commit of a call.
type version struct {
	ID int
	rights
}

// state is the versions that a check may be answered from, oldest first.
type state []version

// allow reports whether a check of these rights may have that code. A secret is
// ended by time, so a check as of an earlier one may still find it alive.
func (r rights) allow(c check, code string) bool {
	at := slices.IndexFunc(r.Secrets, func(s issued) bool { return s.ID == c.secret })
	if at < 0 {
		return code == "unknown"
	}
	if ended := r.Secrets[at].Ended; ended != 0 && (code == "rotated" || c.asOf > ended) {
		return code == "rotated"
	}
	switch {
	case r.Revoked:
		return code == "revoked"
	case r.Disabled:
		return code == "disabled"
	case r.Narrow && c.wide:
		return code == "insufficient_scope"
	}
	return code == "ok"
}

// after is the rights once a change was made to them.
func (r rights) after(c commit) rights {
	switch c.action {
	case revoke, remove:
		r.Revoked = true
	case disable:
		r.Disabled = true
	case enable:
		r.Disabled = false
	case narrow, widen:
		r.Narrow = c.action == narrow
	case rotate:
		if slices.ContainsFunc(r.Secrets, func(s issued) bool { return s.ID == c.id }) {
			return r // a repetition
		}
		r.Secrets = slices.Clone(r.Secrets)
		for i := range r.Secrets {
			if r.Secrets[i].Ended == 0 && (i < len(r.Secrets)-1 || !c.grace) {
				r.Secrets[i].Ended = c.by
			}
		}
		r.Secrets = append(r.Secrets, issued{ID: c.id})
	}
	return r
}

func (s state) last() version { return s[len(s)-1] }

// step is the specification of one token.
func (s state) step(input, output any) (bool, state) {
	switch in := input.(type) {
	case commit:
		if s.last().Revoked && in.action != revoke && in.action != remove {
			return output == nil, s // with an unknown outcome, it was refused
		}
		return true, append(slices.Clip(s), version{in.id, s.last().after(in)})
	case acknowledge:
		if at := slices.IndexFunc(s, func(v version) bool { return v.ID == in.id }); at > 0 {
			return true, s[at:]
		}
		return true, s // a later one was acknowledged first
	case refused:
		return s.last().Revoked, s
	case check:
		return slices.ContainsFunc(s, func(v version) bool { return v.allow(in, output.(string)) }), s
	}
	panic(fmt.Sprintf("no such operation: %T", input))
}

var model = porcupine.Model{
	Init:              func() any { return state{{rights: rights{Secrets: []issued{{}}}}} },
	Step:              func(s, input, output any) (bool, any) { return s.(state).step(input, output) },
	Equal:             reflect.DeepEqual,
	DescribeOperation: describe,
	DescribeState:     func(s any) string { return fmt.Sprintf("%+v", s) },
}

func describe(input, output any) string {
	switch in := input.(type) {
	case commit:
		text := fmt.Sprintf("%s #%d", in.action, in.id)
		if in.grace {
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
