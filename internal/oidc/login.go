package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"github.com/tokenry/tokenry/model"
)

// findEvery is how long the endpoints of the provider are believed.
const findEvery = time.Hour

// LoginConfig is how people sign in with the identity provider.
type LoginConfig struct {
	ClientID     string
	ClientSecret string   // empty for a public client
	Scopes       []string // openid, profile and email if empty
	RedirectURL  string   // where the provider sends people when they have signed in
	LeaveURL     string   // and when they have signed out
}

// Login signs people in with the identity provider, by an authorization code
// with PKCE.
type Login struct {
	provider *Provider
	cfg      LoginConfig

	known   atomic.Pointer[endpoints] // nil until they are
	finding singleflight.Group
}

// endpoints is what discovery has told.
type endpoints struct {
	provider *coreos.Provider
	verifier *coreos.IDTokenVerifier
	oauth    oauth2.Config
	leave    string // where people sign out; empty if there is no such place
	at       time.Time
}

// NewLogin makes a Login. It asks the provider nothing before somebody signs in.
func (p *Provider) NewLogin(cfg LoginConfig) *Login {
	if len(cfg.Scopes) == 0 {
		cfg.Scopes = []string{coreos.ScopeOpenID, "profile", "email"}
	}
	return &Login{provider: p, cfg: cfg}
}

// Begun is a login that has begun. It is for the browser that began it, and for
// nobody else.
type Begun struct {
	State    string
	Nonce    string
	Verifier string // of PKCE
}

// Begin begins a login, and gives the address to send the browser to. While the
// provider does not answer the error is of model.KindUnavailable.
func (l *Login) Begin(ctx context.Context) (Begun, string, error) {
	found, err := l.find(ctx)
	if err != nil {
		return Begun{}, "", err
	}
	begun := Begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return begun, found.oauth.AuthCodeURL(begun.State, oauth2.S256ChallengeOption(begun.Verifier), coreos.Nonce(begun.Nonce)), nil
}

// Finish gives what the provider says of who signed in. Its error for a code
// that is no good has the code "login_failed"; while the provider does not
// answer it is of model.KindUnavailable.
func (l *Login) Finish(ctx context.Context, begun Begun, code string) (Claims, error) {
	found, err := l.find(ctx)
	if err != nil {
		return Claims{}, err
	}
	ctx = coreos.ClientContext(ctx, l.provider.client)
	tokens, err := found.oauth.Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	if err != nil {
		return Claims{}, l.failed(ctx, "exchange", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return Claims{}, l.failed(ctx, "id token", err)
	}
	if token.Nonce != begun.Nonce {
		return Claims{}, l.failed(ctx, "id token", errors.New("the nonce is another"))
	}
	all, err := l.claimsOf(ctx, found, token, tokens)
	if err != nil {
		return Claims{}, l.failed(ctx, "claims", err)
	}
	return l.provider.claims(all)
}

// LeaveURL is where the browser goes to sign out at the provider, too; empty if
// there is no such place.
func (l *Login) LeaveURL(ctx context.Context) string {
	found := l.known.Load() // old ones do, so that nobody waits to sign out
	if found == nil {
		var err error
		if found, err = l.find(ctx); err != nil {
			return ""
		}
	}
	if found.leave == "" {
		return ""
	}
	u, err := url.Parse(found.leave)
	if err != nil {
		return ""
	}
	query := u.Query()
	query.Set("client_id", l.cfg.ClientID)
	query.Set("post_logout_redirect_uri", l.cfg.LeaveURL)
	u.RawQuery = query.Encode()
	return u.String()
}

// find finds the endpoints of the provider by discovery. If that fails those
// that are known already go on.
func (l *Login) find(ctx context.Context) (*endpoints, error) {
	known := l.known.Load()
	if known != nil && time.Since(known.at) < findEvery {
		return known, nil
	}
	found, err, _ := l.finding.Do("", func() (any, error) { return l.discover() })
	switch {
	case err == nil:
		l.known.Store(found.(*endpoints))
		return found.(*endpoints), nil
	case known != nil:
		return known, nil
	}
	l.provider.log.WarnContext(ctx, "The identity provider cannot be reached for a login.",
		"issuer", l.provider.cfg.Issuer, "error", fmt.Sprintf("%.300v", err))
	return nil, unavailable()
}

func (l *Login) discover() (*endpoints, error) {
	cfg := l.provider.cfg
	provider, err := coreos.NewProvider(coreos.ClientContext(l.provider.ctx, l.provider.client), cfg.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		JWKS  string `json:"jwks_uri"`
		Leave string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, provider.UserInfoEndpoint(), more.JWKS, more.Leave} {
		if u, err := url.Parse(address); err != nil || address != "" && !l.provider.secure(u) {
			return nil, fmt.Errorf("%s: %w", address, errNotSecure)
		}
	}
	if l.cfg.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &endpoints{
		provider: provider, leave: more.Leave, at: time.Now(),
		verifier: provider.Verifier(&coreos.Config{ClientID: l.cfg.ClientID, SupportedSigningAlgs: cfg.Algorithms}),
		oauth: oauth2.Config{
			ClientID: l.cfg.ClientID, ClientSecret: l.cfg.ClientSecret, Endpoint: endpoint,
			RedirectURL: l.cfg.RedirectURL, Scopes: l.cfg.Scopes,
		},
	}, nil
}

// failed says whose fault it is that a login did not succeed. What the provider
// said goes to the log as a code only.
func (l *Login) failed(ctx context.Context, step string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	refused, isAnswer := errors.AsType[*oauth2.RetrieveError](err)
	_, isNet := errors.AsType[*url.Error](err)
	text := err.Error()
	if isAnswer {
		text = fmt.Sprintf("status %d, %q", refused.Response.StatusCode, refused.ErrorCode)
	}
	l.provider.log.WarnContext(ctx, "A login with the identity provider failed.", "issuer", l.provider.cfg.Issuer, "step", step, "error", text)
	if isNet || isAnswer && refused.Response.StatusCode >= http.StatusInternalServerError {
		return unavailable()
	}
	return model.Errorf(model.KindUnauthenticated, "login_failed", "The identity provider did not confirm who you are.")
}
