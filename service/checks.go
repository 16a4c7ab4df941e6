package service

import (
	"iter"
	"slices"
	"sync/atomic"
)

// noAnswer counts the checks that could not be answered.
const noAnswer = "no_answer"

// checkCodes has the frequent codes first.
var checkCodes = [...]string{
	CodeOK, CodeUnknown, CodeMalformed, CodeExpired, CodeRevoked, CodeInsufficientScope, CodeRotated,
	CodeAccountDisabled, CodeDisabled, CodeIPDenied, CodeVersionRetired, CodeVersionMismatch,
	CodeNoSuchRoute, CodePathDenied, noAnswer,
}

// Checks counts checks by the code of their answer. The zero value has counted
// none.
type Checks struct {
	counts [len(checkCodes)]atomic.Uint64
}

// Add counts a check. A code that it does not know counts as no answer.
func (c *Checks) Add(code string) {
	i := slices.Index(checkCodes[:], code)
	if i < 0 {
		i = len(checkCodes) - 1
	}
	c.counts[i].Add(1)
}

// All gives every code with the number of checks that it has ended.
func (c *Checks) All() iter.Seq2[string, uint64] {
	return func(yield func(string, uint64) bool) {
		for i, code := range checkCodes {
			if !yield(code, c.counts[i].Load()) {
				return
			}
		}
	}
}
