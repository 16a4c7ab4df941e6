package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
)

const (
	maxDocument  = 1 << 20
	maxRedirects = 3
)

var errNotSecure = errors.New("the address is not https")

// fetchKeys finds the provider's keys by discovery and reads them.
func (p *Provider) fetchKeys() (keyfunc.Keyfunc, error) {
	ctx, cancel := context.WithTimeout(p.ctx, fetchTimeout)
	defer cancel()
	var found struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := p.fetch(ctx, strings.TrimSuffix(p.cfg.Issuer, "/")+"/.well-known/openid-configuration", &found); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if found.Issuer != p.cfg.Issuer {
		return nil, fmt.Errorf("discovery: the document is of the issuer %q", found.Issuer)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := p.fetch(ctx, found.JWKSURI, &set); err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	return p.keysOf(ctx, set.Keys)
}

// keysOf takes the public keys for signatures out of a key set. It passes over
// all others, and over what it cannot read.
func (p *Provider) keysOf(ctx context.Context, set []json.RawMessage) (keyfunc.Keyfunc, error) {
	storage := jwkset.NewMemoryStorage()
	count := 0
	for _, raw := range set {
		// Without the option for private parts, shared secrets are not read either.
		key, err := jwkset.NewJWKFromRawJSON(raw, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
		if err != nil {
			p.log.DebugContext(ctx, "A key of the identity provider is not usable.", "issuer", p.cfg.Issuer, "error", err)
			continue
		}
		if use := key.Marshal().USE; use != "" && use != jwkset.UseSig {
			continue
		}
		if err := storage.KeyWrite(ctx, key); err != nil {
			return nil, err
		}
		count++
	}
	if count == 0 {
		return nil, errors.New("key set: there is no usable key in it")
	}
	return keyfunc.New(keyfunc.Options{Ctx: p.ctx, Storage: storage})
}

func (p *Provider) fetch(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if !p.secure(req.URL) {
		return fmt.Errorf("%s: %w", address, errNotSecure)
	}
	req.Header.Set("Accept", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", address, res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	if len(data) > maxDocument {
		return fmt.Errorf("%s: the answer is longer than %d bytes", address, maxDocument)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: the answer is not the JSON that was expected", address)
	}
	return nil
}

func (p *Provider) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errors.New("too many redirects")
	}
	if !p.secure(req.URL) {
		return &url.Error{Op: "redirect", URL: req.URL.Redacted(), Err: errNotSecure}
	}
	return nil
}
