package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/tokenry/tokenry/model"
)

// settle waits until a change that took rights away holds everywhere, unless
// the caller does not want to wait, and reports whether it does. Other changes
// give nil: they only reach this node at once, the others within a second.
func (s *Server) settle(ctx context.Context, taken int64, wait *Wait) (*Propagated, error) {
	if taken > 0 && (wait == nil || *wait) {
		return new(true), s.Tokens.Wait(ctx, taken)
	}
	if err := s.Node.CatchUp(ctx); err != nil { // the change is made; the next renewal of the lease does it
		s.Log.DebugContext(ctx, "change not applied here yet", "error", err)
	}
	if taken > 0 {
		return new(false), nil
	}
	return nil, nil
}

func errorOf(err error) (*model.Error, bool) { return errors.AsType[*model.Error](err) }

// cursorOf is nil after the last page.
func cursorOf(next string) *NextCursor { return optional(next) }

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// given is the value, or the zero value if none was given.
func given[T any](value *T) T {
	if value == nil {
		var none T
		return none
	}
	return *value
}

// patched is nil for what a merge patch leaves alone, and a pointer to nil for
// what it clears.
func patched[T any](value nullable.Nullable[T]) **T {
	switch {
	case !value.IsSpecified():
		return nil
	case value.IsNull():
		return new((*T)(nil))
	}
	return new(new(value.MustGet()))
}

// patchedTo is like patched, for fields that have no null: what is cleared
// becomes the zero value.
func patchedTo[T any](value nullable.Nullable[T]) *T {
	if p := patched(value); p != nil {
		return new(given(*p))
	}
	return nil
}

// listOf is the list, but never null in JSON.
func listOf(list []string) []string { return append([]string{}, list...) }

// textsOf is the map, but never null in JSON.
func textsOf(texts map[string]string) map[string]string {
	if texts == nil {
		return map[string]string{}
	}
	return texts
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return new(at.UTC())
}

// matches reports whether a list of entity tags, as in If-None-Match, has the
// tag.
func matches(list, tag string) bool {
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "*" || strings.TrimPrefix(entry, "W/") == tag {
			return true
		}
	}
	return false
}
