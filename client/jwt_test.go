package client_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

const resource = "https://api.example.com/"

// jwtBound is the default of a JWTVerifier.
const jwtBound = 6 * time.Second

// jwt issues a JWT for a token.
func (s *server) jwt(token client.CreatedToken, resources ...string) string {
	s.t.Helper()
	c, err := client.New("http://"+s.address, token.Secret)
	must(s.t, err)
	issued, err := c.IssueJWT(s.t.Context(), client.JWTRequest{GrantType: "client_credentials", Resource: resources})
	must(s.t, err)
	return issued.AccessToken
}

// jwtVerifier is one that has no secret, and the road that its calls take.
func (s *server) jwtVerifier(options client.JWTVerifierOptions, servers ...string) (*client.JWTVerifier, *road) {
	s.t.Helper()
	if len(servers) == 0 {
		servers = []string{s.address}
	}
	r := &road{servers: servers}
	c, err := client.New("http://"+s.address, "", client.Transport(r))
	must(s.t, err)
	server, err := c.AuthorizationServer(s.t.Context())
	must(s.t, err)
	options.Issuer = server.Issuer
	if options.Audience == "" {
		options.Audience = resource
	}
	v, err := client.NewJWTVerifier(c, options)
	must(s.t, err)
	return v, r
}

func judged(t *testing.T, v client.Judge, q client.Question) *client.Answer {
	t.Helper()
	answer, err := v.Verify(t.Context(), q)
	must(t, err)
	return answer
}

func TestJWTVerifier(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			s := start(t, testdb.New(t, repository.SQLite), "TOKENRY_JWT_RESOURCES="+resource, "TOKENRY_JWT_ALGORITHM="+algorithm)
			v, r := s.jwtVerifier(client.JWTVerifierOptions{})
			token := s.issue()
			text := s.jwt(token, resource)
			answer := judged(t, v, client.Question{Secret: text, Scopes: []string{"actions.list_actions"}, Version: "16", IP: "203.0.113.9"})
			if !answer.Valid || answer.TokenID != token.ID || answer.AccountID != partner || answer.AccountType != "partner" || answer.Version != "16" ||
				answer.ExpiresAt == nil || strings.Join(answer.Scopes, " ") != "actions.list_actions" || answer.Audience[0] != resource {
				t.Fatalf("answer %+v", answer)
			}
			before := r.asked.Load()
			for name, tt := range map[string]struct {
				question client.Question
				want     client.VerificationCode
			}{
				"nothing else":         {client.Question{Secret: text}, "ok"},
				"one of two scopes":    {client.Question{Secret: text, Any: true, Scopes: []string{"jobs.list_jobs", "actions.list_actions"}}, "ok"},
				"both scopes":          {client.Question{Secret: text, Scopes: []string{"jobs.list_jobs", "actions.list_actions"}}, "insufficient_scope"},
				"another version":      {client.Question{Secret: text, Version: "15"}, "version_mismatch"},
				"meant for the issuer": {client.Question{Secret: s.jwt(token)}, "wrong_audience"},
				"a secret":             {client.Question{Secret: token.Secret}, "malformed"},
				"nothing":              {client.Question{}, "malformed"},
			} {
				if got := judged(t, v, tt.question); got.Code != tt.want || got.Valid != (tt.want == "ok") {
					t.Errorf("%s: %+v, want %s", name, got, tt.want)
				}
			}
			for name, forged := range forgeries(text) {
				if got := judged(t, v, client.Question{Secret: forged}); got.Valid || got.Code != "unknown" && got.Code != "malformed" || got.TokenID != "" {
					t.Errorf("%s: %+v", name, got)
				}
			}
			if asked := r.asked.Load() - before; asked > 3 { // for keys that are not known, once in a while
				t.Errorf("the server was asked %d times", asked)
			}
			if _, err := v.Verify(t.Context(), client.Question{Secret: text, Method: "GET", Path: "/"}); !errors.Is(err, client.ErrNoRoutes) {
				t.Errorf("by route: %v", err)
			}
		})
	}
}

// forgeries are made of a good JWT.
func forgeries(good string) map[string]string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	parts := strings.Split(good, ".")
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	with := func(old, changed string) string {
		return part(strings.Replace(string(header), old, changed, 1)) + "." + parts[1] + "." + parts[2]
	}
	return map[string]string{
		"none":           part(`{"alg":"none","typ":"at+jwt"}`) + "." + parts[1] + ".",
		"another type":   with("at+jwt", "JWT"),
		"another key":    with(`"kid":"`, `"kid":"x`),
		"critical":       with(`"typ"`, `"crit":["b64"],"typ"`),
		"changed":        parts[0] + "." + part(`{"sub":"you"}`) + "." + parts[2],
		"no signature":   parts[0] + "." + parts[1] + ".",
		"zero signature": parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		"cut":            good[:len(good)-4],
		"padded":         good + "=",
		"dots":           "..",
		"long":           strings.Repeat("x", 20_000) + ".x.x",
	}
}

func TestJWTVerifierNeedsAnAudience(t *testing.T) {
	t.Parallel()
	c, err := client.New("https://tokens.example.com", "")
	must(t, err)
	for _, options := range []client.JWTVerifierOptions{{}, {Issuer: "https://tokens.example.com"}, {Audience: resource}} {
		if _, err := client.NewJWTVerifier(c, options); err == nil {
			t.Errorf("made with %+v", options)
		}
	}
}

// wantRefusedWithin makes sure that a JWT is refused within a bound of the call
// that took its rights away.
func wantRefusedWithin(t *testing.T, v client.Judge, text string, acknowledged time.Time, bound time.Duration) {
	t.Helper()
	for {
		begun := time.Now()
		answer := judged(t, v, client.Question{Secret: text})
		if answer.Code == "revoked" {
			t.Logf("refused after %s", begun.Sub(acknowledged))
			return
		}
		if !answer.Valid || begun.Sub(acknowledged) > bound {
			t.Fatalf("%s after it was revoked: %+v", begun.Sub(acknowledged), answer)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestJWTVerifierRefusesWithinTheBound(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db, "TOKENRY_JWT_RESOURCES="+resource)
		v, _ := s.jwtVerifier(client.JWTVerifierOptions{})
		token, other := s.issue(), s.issue()
		text, kept := s.jwt(token, resource), s.jwt(other, resource)
		for _, good := range []string{text, kept} {
			if got := judged(t, v, client.Question{Secret: good}); !got.Valid {
				t.Fatalf("a good JWT: %+v", got)
			}
		}
		s.revoke(token.ID)
		wantRefusedWithin(t, v, text, time.Now(), jwtBound)
		if got := judged(t, v, client.Question{Secret: kept}); !got.Valid {
			t.Errorf("another token's: %+v", got)
		}
	})
}

// The JWT is issued by one node, revoked at it, and judged by what another tells.
func TestJWTVerifierAsksAnotherNode(t *testing.T) {
	t.Parallel()
	db := testdb.DB{Dialect: repository.Postgres, Config: repository.Config{URL: testdb.Postgres(t)}}
	root := filepath.Join(t.TempDir(), "root.key")
	_, err := keys.CreateRoot(root)
	must(t, err)
	settings := []string{"TOKENRY_ROOT_KEY_FILE=" + root, "TOKENRY_JWT_RESOURCES=" + resource, "TOKENRY_PUBLIC_URL=http://127.0.0.1:1"}
	first := start(t, db, settings...)
	second := start(t, db, settings...)
	v, _ := first.jwtVerifier(client.JWTVerifierOptions{}, second.address)
	token := first.issue()
	text := first.jwt(token, resource)
	if got := judged(t, v, client.Question{Secret: text}); !got.Valid {
		t.Fatalf("a good JWT: %+v", got)
	}
	first.revoke(token.ID)
	wantRefusedWithin(t, v, text, time.Now(), jwtBound)
}

// Without a list that is fresh enough there is no answer.
func TestJWTVerifierOutOfHearing(t *testing.T) {
	t.Parallel()
	s := start(t, testdb.New(t, repository.SQLite), "TOKENRY_JWT_RESOURCES="+resource)
	over := newLine(t, s.address)
	v, _ := s.jwtVerifier(client.JWTVerifierOptions{Timeout: time.Second, Bound: 3 * time.Second}, over.address())
	token := s.issue()
	text := s.jwt(token, resource)
	if got := judged(t, v, client.Question{Secret: text}); !got.Valid {
		t.Fatalf("a good JWT: %+v", got)
	}
	over.set(true)
	s.revoke(token.ID)
	acknowledged := time.Now()
	for {
		begun := time.Now()
		answer, err := v.Verify(t.Context(), client.Question{Secret: text})
		if err != nil {
			break
		}
		if answer.Valid && begun.Sub(acknowledged) > 3*time.Second {
			t.Fatalf("good %s after it was revoked, with the server out of hearing", begun.Sub(acknowledged))
		}
		time.Sleep(5 * time.Millisecond)
	}
	over.set(false)
	over.cut()
	until(t, func() bool {
		answer, err := v.Verify(t.Context(), client.Question{Secret: text})
		return err == nil && answer.Code == "revoked"
	})
}

// A Verifier keeps answers about JWTs as it keeps those about secrets.
func TestVerifierKeepsJWTs(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db, "TOKENRY_JWT_RESOURCES="+resource)
		token := s.issue()
		text, forOthers := s.jwt(token, resource), s.jwt(token)
		r := &road{servers: []string{s.address}, changes: s.address}
		v := newVerifier(t, s.client(r), client.VerifierOptions{Audience: resource})
		keep(t, v, &r.asked, client.Question{Secret: text, Scopes: []string{"actions.list_actions"}})
		if got := code(t, v, client.Question{Secret: forOthers}); got != "wrong_audience" {
			t.Errorf("a JWT for others: %s", got)
		}
		any := newVerifier(t, s.client(nil), client.VerifierOptions{})
		if got := code(t, any, client.Question{Secret: text}); got != "wrong_audience" {
			t.Errorf("a JWT for a resource, with no audience set: %s", got)
		}
		if got := code(t, any, client.Question{Secret: forOthers}); got != "ok" {
			t.Errorf("a JWT that names no resource, with no audience set: %s", got)
		}
		s.revoke(token.ID)
		wantRefusedWithin(t, v, text, time.Now(), bound)
	})
}

func TestMiddlewareWithJWTs(t *testing.T) {
	t.Parallel()
	s := start(t, testdb.New(t, repository.SQLite), "TOKENRY_JWT_RESOURCES="+resource)
	v, _ := s.jwtVerifier(client.JWTVerifierOptions{})
	token := s.issue()
	var reached atomic.Int64
	handler := client.Middleware(v, client.MiddlewareOptions{Scopes: []string{"actions.list_actions"}})(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if client.FromContext(r.Context()).TokenID == token.ID {
				reached.Add(1)
			}
		}))
	for text, want := range map[string]int{s.jwt(token, resource): 200, s.jwt(token): 401, token.Secret: 401} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+text)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want || want == 401 && !strings.Contains(w.Header().Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("answer %d %s, want %d", w.Code, w.Body, want)
		}
	}
	if reached.Load() != 1 {
		t.Errorf("the handler was reached %d times", reached.Load())
	}
}
