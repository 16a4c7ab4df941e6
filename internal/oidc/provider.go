// Package oidc verifies the JWTs of the company's OpenID Connect provider.
//
// Its keys are found by discovery and kept up to date in the background. While
// they are not known, no token is accepted and none is called bad.
package oidc

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/sync/singleflight"
)

const (
	refreshEvery = 5 * time.Minute // so a withdrawn key is trusted no longer than that
	retryFirst   = time.Second     // after a failure; doubled from then on
	retryLast    = 10 * time.Second
	refreshGap   = time.Second // between refreshes, however many tokens ask for one
	fetchTimeout = 5 * time.Second
)

// asymmetric are the algorithms that Config may name. There are no others: with
// a shared secret whoever can verify a token can make one.
var asymmetric = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
}

// Config says whose tokens are accepted and what their claims mean. The name of
// a claim may be a path with dots, such as "realm_access.roles".
type Config struct {
	Issuer     string
	Audience   string
	Algorithms []string // RS256, ES256, PS256 and EdDSA if empty; those with a shared secret are ignored

	AccountClaim  string
	MemberClaim   string // "sub" if empty
	NameClaim     string // "name" if empty
	OperatorClaim string // a text, or an array of texts; nobody is an operator if it is empty
	OperatorValue string

	HTTPClient *http.Client  // one with a timeout of a few seconds if nil
	Leeway     time.Duration // for clocks that differ; 30 s if zero
}

// Provider verifies the tokens of one identity provider.
type Provider struct {
	cfg    Config
	log    *slog.Logger
	ctx    context.Context // of the background work
	client *http.Client
	parser *jwt.Parser

	keys      atomic.Pointer[keyfunc.Keyfunc] // nil until they are known
	refreshes singleflight.Group
	tried     time.Time // of the last refresh; only touched within refreshes
}

// New makes a Provider, which looks for the keys in the background until ctx
// ends. It does not wait: an identity provider that is down may come up later.
func New(ctx context.Context, cfg Config, log *slog.Logger) *Provider {
	p := &Provider{cfg: withDefaults(cfg), log: log, ctx: ctx}
	client := *p.cfg.HTTPClient
	client.CheckRedirect = p.checkRedirect
	p.client = &client
	p.parser = jwt.NewParser(
		jwt.WithValidMethods(p.cfg.Algorithms),
		jwt.WithIssuer(p.cfg.Issuer),
		jwt.WithAudience(p.cfg.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(p.cfg.Leeway),
		jwt.WithJSONNumber(),
	)
	go p.run()
	return p
}

func withDefaults(cfg Config) Config {
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []string{"RS256", "ES256", "PS256", "EdDSA"}
	}
	cfg.Algorithms = slices.DeleteFunc(slices.Clone(cfg.Algorithms), func(alg string) bool {
		return !slices.Contains(asymmetric, alg)
	})
	if cfg.MemberClaim == "" {
		cfg.MemberClaim = "sub"
	}
	if cfg.NameClaim == "" {
		cfg.NameClaim = "name"
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{Timeout: fetchTimeout}
	}
	if cfg.Leeway == 0 {
		cfg.Leeway = 30 * time.Second
	}
	return cfg
}

// run keeps the keys up to date.
func (p *Provider) run() {
	retry := retryFirst
	for {
		wait := refreshEvery
		if _, err := p.refresh(p.ctx, p.keys.Load()); err != nil {
			p.log.WarnContext(p.ctx, "The keys of the identity provider cannot be read.", "issuer", p.cfg.Issuer, "error", err, "retry_in", retry)
			wait, retry = retry, min(2*retry, retryLast)
		} else {
			retry = retryFirst
		}
		select {
		case <-p.ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// refresh reads the keys, unless others than the given ones are known by then.
// All who ask at the same time get the answer of one reading.
func (p *Provider) refresh(ctx context.Context, old *keyfunc.Keyfunc) (*keyfunc.Keyfunc, error) {
	done := p.refreshes.DoChan("", func() (any, error) {
		if now := p.keys.Load(); now != old {
			return now, nil
		}
		select {
		case <-p.ctx.Done():
			return old, p.ctx.Err()
		case <-time.After(time.Until(p.tried.Add(refreshGap))):
		}
		p.tried = time.Now()
		keys, err := p.fetchKeys()
		if err != nil {
			return old, err
		}
		p.keys.Store(&keys)
		return &keys, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-done:
		return got.Val.(*keyfunc.Keyfunc), got.Err
	}
}

// secure reports whether keys may come from this address: over plain HTTP only
// if the issuer itself was configured so.
func (p *Provider) secure(address *url.URL) bool {
	issuer, err := url.Parse(p.cfg.Issuer)
	return address.Scheme == "https" || err == nil && address.Scheme == "http" && issuer.Scheme == "http"
}
