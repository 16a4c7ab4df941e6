package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
)

func problemIn(tb testing.TB, w *httptest.ResponseRecorder) Problem {
	tb.Helper()
	if kind := w.Header().Get("Content-Type"); kind != "application/problem+json" {
		tb.Fatalf("answer %d is %s: %s", w.Code, kind, w.Body)
	}
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		tb.Fatal(err)
	}
	if p.Status != w.Code || p.Type != "urn:tokenry:problem:"+p.Code || p.Title != http.StatusText(w.Code) || p.Detail == "" {
		tb.Errorf("problem %+v with status %d", p, w.Code)
	}
	return p
}

// fail is the answer to a request whose handler returns err, and what was logged.
func fail(t *testing.T, err error) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var got any
	var log bytes.Buffer
	e := newEcho(t, stub{got: &got, err: err}, &log)
	w := httptest.NewRecorder()
	w.Header().Set(echo.HeaderXRequestID, "r1")
	e.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/tokens", nil))
	return w, log.String()
}

func TestProblems(t *testing.T) {
	t.Parallel()
	need := &model.Error{Kind: model.KindForbidden, Code: "insufficient_scope", Message: "No.", Need: "tokenry.verify"}
	tests := map[string]struct {
		err    error
		status int
		code   string
		header string // one that the answer has
	}{
		"wrapped":          {fmt.Errorf("list: %w", model.NotFound()), 404, "not_found", ""},
		"conflict":         {model.Errorf(model.KindConflict, "name_taken", "Taken."), 409, "name_taken", ""},
		"stale":            {model.Errorf(model.KindPrecondition, "stale", "Stale."), 412, "stale", ""},
		"no credential":    {model.Errorf(model.KindUnauthenticated, "missing_token", "Send one."), 401, "missing_token", `Www-Authenticate: Bearer realm="tokenry"`},
		"bad credential":   {model.Errorf(model.KindUnauthenticated, "bad_token", "Bad."), 401, "bad_token", `Www-Authenticate: Bearer realm="tokenry", error="invalid_token"`},
		"missing scope":    {need, 403, "insufficient_scope", `Www-Authenticate: Bearer realm="tokenry", error="insufficient_scope", scope="tokenry.verify"`},
		"missing role":     {model.Errorf(model.KindForbidden, "insufficient_role", "No."), 403, "insufficient_role", "Www-Authenticate: "},
		"too many":         {model.Errorf(model.KindLimited, "rate_limited", "Slow."), 429, "rate_limited", "Retry-After: 1"},
		"database gone":    {model.Unavailable(), 503, "try_again", "Retry-After: 1"},
		"deadline":         {fmt.Errorf("query: %w", context.DeadlineExceeded), 504, "timeout", ""},
		"body too large":   {fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), 413, "http_413", ""},
		"Echo's too large": {fmt.Errorf("read: %w", echo.ErrStatusRequestEntityTooLarge), 413, "http_413", ""},
		"bug":              {errors.New("password is swordfish"), 500, "internal", ""},
		"kindless":         {&model.Error{Code: "x", Message: "swordfish"}, 500, "internal", ""},
		"Echo's bug":       {echo.NewHTTPError(500, "swordfish"), 500, "internal", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, log := fail(t, tt.err)
			p := problemIn(t, w)
			if p.Status != tt.status || p.Code != tt.code || p.RequestID == nil || *p.RequestID != "r1" {
				t.Errorf("problem %s, want %d %s", w.Body, tt.status, tt.code)
			}
			if name, value, ok := strings.Cut(tt.header, ": "); ok && w.Header().Get(name) != value {
				t.Errorf("%s is %q, want %q", name, w.Header().Get(name), value)
			}
			if strings.Contains(w.Body.String(), "swordfish") {
				t.Errorf("the answer tells what is for the log: %s", w.Body)
			}
			if want := map[bool]int{true: 1}[tt.status >= 500]; strings.Count(log, "request failed") != want {
				t.Errorf("logged %q, want %d lines", log, want)
			}
		})
	}
}

func TestProblemNamesTheRight(t *testing.T) {
	t.Parallel()
	w, _ := fail(t, &model.Error{Kind: model.KindForbidden, Code: "insufficient_role", Message: "No.", Need: "admin"})
	if p := problemIn(t, w); p.Need == nil || *p.Need != "admin" {
		t.Errorf("problem %s", w.Body)
	}
}

func TestProblemOfUnknownRoute(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"GET /nowhere": "http_404", "PUT /tokens": "http_405"}
	for request, want := range tests {
		w, _ := call(t, request, "")
		if p := problemIn(t, w); p.Code != want {
			t.Errorf("%s: %s, want %s", request, w.Body, want)
		}
	}
}

func TestCallerWhoLeftIsNoFault(t *testing.T) {
	t.Parallel()
	var got any
	var log bytes.Buffer
	e := newEcho(t, stub{got: &got, err: fmt.Errorf("query: %w", context.Canceled)}, &log)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/tokens", nil))
	if w.Code != statusClientGone || log.Len() != 0 {
		t.Errorf("answer %d, log %q", w.Code, &log)
	}
}
