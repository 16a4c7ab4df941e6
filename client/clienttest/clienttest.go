// Package clienttest is a small Tokenry for the tests of programs that use
// package client.
//
//	tokenry := clienttest.NewServer()
//	defer tokenry.Close()
//	secret := tokenry.Issue(clienttest.Token{Scopes: []string{"orders.read"}})
//	verifier := client.NewVerifier(tokenry.Client(), client.VerifierOptions{})
//	defer verifier.Close()
//
// It checks secrets and streams changes, by scopes and by the routes that it is
// told. It knows nothing of accounts, contacts, versions and networks: for tests
// of those, run Tokenry itself with `tokenry serve --demo`.
package clienttest

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tokenry/tokenry/client"
)

// Token is what a secret may do.
type Token struct {
	Name      string
	AccountID string // "account" unless set
	Scopes    []string
	ExpiresAt *time.Time // nil for never
	Metadata  map[string]string
	Claims    map[string]string
}

// Server is a fake Tokenry on loopback. Its methods may be called at any time.
type Server struct {
	// URL of the server.
	URL string

	http *httptest.Server

	mu      sync.Mutex
	tokens  map[string]*token // by secret
	routes  *http.ServeMux
	scopes  map[string]string // by pattern of a route
	away    bool
	asked   int
	changes []string // ids of tokens; the number of a change is its place, from 1
	wake    chan struct{}
}

type token struct {
	Token
	id      string
	revoked bool
}

// NewServer starts a server. Close must follow.
func NewServer() *Server {
	s := &Server{
		tokens: map[string]*token{}, routes: http.NewServeMux(), scopes: map[string]string{}, wake: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tokens/verify", s.verify)
	mux.HandleFunc("POST /tokens/verify/batch", s.verifyBatch)
	mux.HandleFunc("GET /changes", s.stream)
	s.http = httptest.NewServer(mux)
	s.URL = s.http.URL
	return s
}

// Close stops the server.
func (s *Server) Close() {
	s.SetAway(true)
	s.http.Close()
}

// Client is a client of the server, as a service would have it.
func (s *Server) Client() *client.Client {
	c, err := client.New(s.URL, "tkr_service_secret")
	if err != nil {
		panic(err) // the URL is ours
	}
	return c
}

// Issue makes a token, and gives its secret.
func (s *Server) Issue(t Token) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.AccountID == "" {
		t.AccountID = "account"
	}
	t.Scopes = slices.Sorted(slices.Values(t.Scopes))
	id := rand.Text()[:22]
	secret := "tkr_" + id + "_" + rand.Text() + rand.Text()[:23]
	s.tokens[secret] = &token{Token: t, id: id}
	return secret
}

// Revoke revokes the token of a secret. When it returns, the server refuses the
// secret; a client.Verifier does so when it has heard.
func (s *Server) Revoke(secret string) { s.change(secret, func(t *token) { t.revoked = true }) }

// SetScopes changes what a secret may do.
func (s *Server) SetScopes(secret string, scopes ...string) {
	s.change(secret, func(t *token) { t.Scopes = slices.Sorted(slices.Values(scopes)) })
}

func (s *Server) change(secret string, how func(*token)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[secret]
	if t == nil {
		panic("clienttest: no such secret")
	}
	how(t)
	s.changes = append(s.changes, t.id)
	s.rouse()
}

// Route says which scope opens a route, whose pattern is one of http.ServeMux
// with a method, such as "GET /orders/{id}".
func (s *Server) Route(pattern, scope string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes.Handle(pattern, http.NotFoundHandler())
	s.scopes[pattern] = scope
}

// SetAway lets the server answer nothing but 503 and ends its streams, or lets it
// come back.
func (s *Server) SetAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
	s.rouse()
}

// Asked is how many questions have reached the server.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// rouse wakes the streams.
func (s *Server) rouse() {
	close(s.wake)
	s.wake = make(chan struct{})
}

func (s *Server) judge(q client.VerifyRequest) client.Verification {
	s.asked++
	now := time.Now().UTC()
	v := client.Verification{AsOf: &now, Code: client.VerificationCodeUnknown}
	t := s.tokens[q.Secret]
	if strings.Count(q.Secret, "_") != 2 {
		v.Code = client.VerificationCodeMalformed
	}
	if t == nil {
		return v
	}
	v.TokenID, v.AccountID, v.AccountType, v.Name, v.Version = &t.id, &t.AccountID, new("developer"), &t.Name, new("1")
	v.Scopes, v.SecretState, v.ExpiresAt = slices.Clone(t.Scopes), new(client.SecretStateCurrent), t.ExpiresAt
	v.Metadata, v.Claims = maps.Clone(t.Metadata), maps.Clone(t.Claims)
	v.Code, v.MissingScopes = s.rights(t, q, now)
	v.Valid = v.Code == client.VerificationCodeOk
	return v
}

func (s *Server) rights(t *token, q client.VerifyRequest, now time.Time) (client.VerificationCode, []string) {
	var missing []string
	for _, scope := range q.Scopes {
		if !slices.Contains(t.Scopes, scope) {
			missing = append(missing, scope)
		}
	}
	if q.Match != nil && *q.Match == client.VerifyRequestMatchAny && len(missing) < len(q.Scopes) {
		missing = nil
	}
	switch {
	case t.revoked:
		return client.VerificationCodeRevoked, nil
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return client.VerificationCodeExpired, nil
	case q.Method != nil && q.Path != nil:
		scope, ok := s.route(*q.Method, *q.Path)
		if !ok {
			return client.VerificationCodeNoSuchRoute, nil
		}
		if !slices.Contains(t.Scopes, scope) && !slices.Contains(missing, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return client.VerificationCodeInsufficientScope, missing
	}
	return client.VerificationCodeOk, nil
}

// route is the scope that opens a route.
func (s *Server) route(method, path string) (string, bool) {
	r, err := http.NewRequest(method, path, http.NoBody) //nolint:noctx // it is never sent
	if err != nil {
		return "", false
	}
	_, pattern := s.routes.Handler(r)
	scope, ok := s.scopes[pattern]
	return scope, ok
}
