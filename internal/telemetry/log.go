// Package telemetry is how the server is watched from outside: its log, its
// metrics and its traces.
package telemetry

import (
	"io"
	"log/slog"
	"os"
	"regexp"

	"golang.org/x/term"
)

// NewLogger logs to w as "json", as "text", or, with "auto", as text if w is a
// terminal and as JSON if not. Whatever is logged, the secret part of a
// Tokenry secret in it is not written.
func NewLogger(w io.Writer, format string, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	out := redactor{w}
	if format == "text" || format == "auto" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// redactor hides secrets in what passes through. It relies on each line being
// one Write, as slog promises.
type redactor struct{ w io.Writer }

// secretBody finds a secret whatever its prefix; its id is public and stays.
var secretBody = regexp.MustCompile(`(_[0-9A-Za-z]{22}_)[0-9A-Za-z]{49}`)

// Write reports the length of what it was given, not of what it wrote.
func (r redactor) Write(line []byte) (int, error) {
	_, err := r.w.Write(secretBody.ReplaceAll(line, []byte("${1}[redacted]")))
	if err != nil {
		return 0, err
	}
	return len(line), nil
}
