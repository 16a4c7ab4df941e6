package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tokenry/tokenry/client"
)

// fake is the environment of a server that answers as told, call by call.
func fake(t *testing.T, answer func(call int) any) []string {
	t.Helper()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body := answer(int(calls.Add(1) - 1))
		if problem, ok := body.(client.Problem); ok {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(problem.Status)
		}
		_ = json.NewEncoder(w).Encode(body)
	}))
	t.Cleanup(server.Close)
	return []string{"TOKENRY_URL=" + server.URL, "TOKENRY_SECRET=x"}
}

// No answer is never exit code 1, for that means no.
func TestExitCodeOfNoAnswer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		code   int
	}{"refused": {403, 1}, "limited": {429, 1}, "fault": {500, 3}, "unavailable": {503, 3}, "timeout": {504, 3}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environ := fake(t, func(int) any {
				return client.Problem{Status: tt.status, Code: "c", Detail: "So it is.", Title: "T", Type: "t"}
			})
			run(t.Context(), goodSecret, environ, "verify").want(t, tt.code, "So it is. (c)")
		})
	}
}

// What a lost answer held can be had again, so the key is told.
func TestLostSecretTellsItsKey(t *testing.T) {
	t.Parallel()
	environ := fake(t, func(int) any { return client.Problem{Status: 503, Code: "try_again"} })
	id := goodSecret[4:26]
	run(t.Context(), "", environ, "tokens", "rotate", id, "--idempotency-key", "0123456789abcdef").want(t, 3, "--idempotency-key 0123456789abcdef")
	r := run(t.Context(), "", []string{"TOKENRY_URL=http://127.0.0.1:1", "TOKENRY_SECRET=x"}, "tokens", "rotate", id).want(t, 3, "no answer")
	if len(r.stderr) == 0 || len(r.stdout) != 0 {
		t.Errorf("stdout %q, stderr %q", r.stdout, r.stderr)
	}
}

// Names are written by partners and shown on operators' terminals.
func TestOutputCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	environ := fake(t, func(int) any {
		return client.TokenList{Items: []client.Token{{Name: "a\x1b[2Jb\u202ec\nd 转化"}}}
	})
	r := run(t.Context(), "", environ, "tokens", "list").want(t, 0, "a�[2Jb�c d 转化")
	for _, bad := range []rune{'\x1b', '\u202e'} {
		for _, got := range r.stdout {
			if got == bad {
				t.Errorf("%U is in %q", bad, r.stdout)
			}
		}
	}
}

func TestFaultsStandBelow(t *testing.T) {
	t.Parallel()
	environ := fake(t, func(int) any {
		return client.Problem{
			Status: 422, Code: "invalid_request", Detail: "The request has faults; see fields.",
			Fields: []client.FieldError{{Field: "name", Message: "This is required."}},
		}
	})
	r := run(t.Context(), goodSecret, environ, "verify").want(t, 1, "faults. (invalid_request)\n  name: This is required.")
	if strings.Contains(r.stderr, "see fields") {
		t.Errorf("it speaks of fields: %q", r.stderr)
	}
}

// Services may not list accounts, and so cannot name one in words.
func TestAccountNameWithoutTheRightToListThem(t *testing.T) {
	t.Parallel()
	environ := fake(t, func(int) any { return client.Problem{Status: 403, Code: "insufficient_scope"} })
	run(t.Context(), "", environ, "tokens", "list", "-a", "acme").want(t, 1, `"acme"`, "Give its id")
}
