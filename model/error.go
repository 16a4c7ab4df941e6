package model

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is. Only package api maps it to a
// status.
type Kind int

// The kinds of failure. The zero Kind is not a valid one.
const (
	KindInternal Kind = iota + 1
	KindMalformed
	KindInvalid
	KindUnauthenticated
	KindForbidden
	KindNotFound
	KindConflict
	KindPrecondition // a stale If-Match
	KindLimited
	KindUnavailable
)

// Error is a failure that the caller may know about.
type Error struct {
	Kind    Kind
	Code    string // for programs; never changes
	Message string // for people
	Fields  []FieldError
	// Need names the missing right of a KindForbidden error: a scope or roles.
	Need string
}

// FieldError is one fault in the input.
type FieldError struct {
	Field   string `json:"field"` // dotted path, such as "contacts.developers.1"
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error is the code and the message, for logs.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Message
	for _, f := range e.Fields {
		text += fmt.Sprintf(" (%s: %s)", f.Field, f.Code)
	}
	return text
}

// Errorf makes an Error; the format and its arguments are its Message.
func Errorf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFound is the error for what does not exist, or belongs to somebody else.
func NotFound() *Error {
	return Errorf(KindNotFound, "not_found", "There is nothing here that you may see.")
}

// Unavailable is the error for a database that cannot be reached.
func Unavailable() *Error {
	return Errorf(KindUnavailable, "try_again", "Tokenry cannot answer at the moment. Try again shortly.")
}

// Invalid is the error for input with the given faults, or nil if there are none.
func Invalid(faults []FieldError) error {
	if len(faults) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "invalid_request", Message: "The request has faults; see fields.", Fields: faults}
}

// IsKind reports whether err is, or wraps, an Error of the given kind.
func IsKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

// IsCode reports whether err is, or wraps, an Error with the given code.
func IsCode(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

// Faults gathers faults under their fields, the first of each field.
type Faults []FieldError

// Add records a fault, unless its field has one already.
func (f *Faults) Add(field, code, format string, args ...any) {
	if f.Has(field) {
		return
	}
	*f = append(*f, FieldError{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Has reports whether the field has a fault.
func (f Faults) Has(field string) bool {
	for _, have := range f {
		if have.Field == field {
			return true
		}
	}
	return false
}
