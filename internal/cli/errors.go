package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
)

// The exit codes.
const (
	exitOK = iota
	exitRefused
	exitUsage
	exitUnreachable
)

// usageError is a mistake in how a command was called.
type usageError string

func (e usageError) Error() string { return string(e) }

func usage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// refusal is an error whose text is for people as it stands.
type refusal string

func (e refusal) Error() string { return string(e) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// errSaid ends a command with exit code 1 when all has been said already.
var errSaid = errors.New("refused")

// fail tells what went wrong, if anything did, and gives the exit code.
func (e *Env) fail(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSaid):
		return exitRefused
	}
	fmt.Fprintln(e.Stderr, secret.Redact(clean("tokenry: "+textOf(err))))
	return codeOf(err)
}

// failUsage tells of arguments that cannot be read.
func (e *Env) failUsage(err error) int {
	command := "tokenry"
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context.Selected() != nil {
		command = parse.Context.Selected().FullPath()
	}
	return e.fail(usage("%s\nRun `%s --help` for help.", err, command))
}

func codeOf(err error) int {
	if refused, ok := errors.AsType[*client.Error](err); ok {
		if refused.Status >= http.StatusInternalServerError {
			return exitUnreachable // it has not said no
		}
		return exitRefused
	}
	if _, ok := errors.AsType[*client.TransportError](err); ok {
		return exitUnreachable
	}
	if model.IsKind(err, model.KindUnavailable) {
		return exitUnreachable
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[config.Mistakes](err); ok {
		return exitUsage
	}
	return exitRefused
}

// textOf is an error for people: what happened, the faults one a line, and by
// what name the server's log knows the request.
func textOf(err error) string {
	if lost, ok := errors.AsType[*lostAnswer](err); ok {
		return textOf(lost.err) + "\n  It may have been done. Within 24 hours, the same command gives the same secret with" +
			"\n    --idempotency-key " + lost.key
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		var faults []model.FieldError
		for _, f := range e.Fields {
			faults = append(faults, model.FieldError{Field: f.Field, Message: f.Message})
		}
		text := problemText(e.Message, e.Code, faults) + hint(e.Code)
		if e.RequestID != "" {
			text += "\n  request id: " + e.RequestID
		}
		return text
	}
	if e, ok := errors.AsType[*model.Error](err); ok {
		text := problemText(e.Message, e.Code, e.Fields)
		if e.Kind == model.KindUnavailable { // of a local command: its cause is for who runs it
			text += "\n  " + strings.ReplaceAll(err.Error(), "\n", "\n  ")
		}
		return text
	}
	if _, ok := errors.AsType[*client.TransportError](err); ok {
		if errors.Is(err, context.Canceled) {
			return "Interrupted."
		}
		return "The server gave no answer. Is it up, and is TOKENRY_URL right?\n  " + err.Error()
	}
	return err.Error()
}

func problemText(message, code string, faults []model.FieldError) string {
	if inAnswer, ok := strings.CutSuffix(message, "; see fields."); ok && len(faults) > 0 {
		message = inAnswer + "."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)", message, code)
	for _, f := range faults {
		fmt.Fprintf(&b, "\n  %s: %s", f.Field, f.Message)
	}
	return b.String()
}

// hint says what to do about a refusal on the command line.
func hint(code string) string {
	switch code {
	case "account_required":
		return "\n  Name the account with --account or TOKENRY_ACCOUNT; `tokenry accounts list` shows all."
	case "bad_token":
		return "\n  The secret in TOKENRY_SECRET or TOKENRY_SECRET_FILE is not accepted by this server."
	case "removals_not_allowed":
		return "\n  Repeat with --allow-removals."
	case "widening_not_allowed":
		return "\n  Repeat with --allow-widening."
	}
	return ""
}
