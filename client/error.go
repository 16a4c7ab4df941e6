package client

import (
	"fmt"
	"time"
)

// Error is a failure that the server has told.
type Error struct {
	Status     int
	Code       string // for programs; "http_" and the status if it was not Tokenry that answered
	Message    string // for people
	Fields     []FieldError
	Need       string // the right that the caller lacks, with 403
	RequestID  string // names the request in the server's log
	RetryAfter time.Duration
}

// Error is the code and the message, and the faults of each field.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Message
	for _, f := range e.Fields {
		text += fmt.Sprintf(" (%s: %s)", f.Field, f.Message)
	}
	return text
}

// TransportError says that there was no answer: no connection, a broken one, or
// something that is not Tokenry at the other end. Whether a change has happened
// is not known.
type TransportError struct {
	Method string
	URL    string // without the query
	Err    error
}

// Error names the call and what went wrong.
func (e *TransportError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.URL, e.Err) }

// Unwrap gives the cause.
func (e *TransportError) Unwrap() error { return e.Err }
