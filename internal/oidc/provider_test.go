package oidc_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
)

func TestProviderDownAtStart(t *testing.T) {
	t.Parallel()
	reserved := listen(t, "127.0.0.1:0")
	address := reserved.Addr().String()
	must(t, reserved.Close())
	down := &issuer{url: "http://" + address}
	es := newES256(t, "es")
	var log syncLog
	p := oidc.New(t.Context(), oidc.Config{Issuer: down.url, Audience: audience}, log.logger())
	raw := down.token(t, es, nil)
	log.wait(t) // for the first failure
	for _, token := range []string{raw, "rubbish"} {
		if _, err := p.Verify(t.Context(), token); !model.IsKind(err, model.KindUnavailable) {
			t.Fatalf("Verify before the keys are known = %v, want unavailable", err)
		}
	}
	up := startIssuer(t, listen(t, address))
	up.publish(es)
	eventually(t, p, raw)
}

func TestProviderRotates(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	first, second := newES256(t, "first"), newES256(t, "second")
	is.publish(first)
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, first, nil))

	is.publish(second)
	if _, err := p.Verify(t.Context(), is.token(t, second, nil)); err != nil {
		t.Errorf("the new key: %v", err)
	}
	if _, err := p.Verify(t.Context(), is.token(t, first, nil)); !model.IsCode(err, "bad_token") {
		t.Errorf("the withdrawn key: %v, want bad_token", err)
	}
}

func TestProviderDownAfterStart(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	known, fresh := newES256(t, "known"), newES256(t, "fresh")
	is.publish(known)
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, known, nil))

	is.change(func() { is.broken = true })
	if _, err := p.Verify(t.Context(), is.token(t, known, nil)); err != nil {
		t.Errorf("a key that is known: %v", err)
	}
	if _, err := p.Verify(t.Context(), is.token(t, fresh, nil)); !model.IsKind(err, model.KindUnavailable) {
		t.Errorf("a key that cannot be looked up: %v, want unavailable", err)
	}
	is.publish(known, fresh)
	is.change(func() { is.broken = false })
	eventually(t, p, is.token(t, fresh, nil))
}

func TestProviderAsksOnceForMany(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es, unknown := newES256(t, "es"), newES256(t, "unknown")
	is.publish(es)
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, es, nil))
	raw := is.token(t, unknown, nil)
	var all sync.WaitGroup
	start := time.Now()
	for range 200 {
		all.Go(func() {
			if _, err := p.Verify(t.Context(), raw); !model.IsCode(err, "bad_token") {
				t.Errorf("Verify = %v, want bad_token", err)
			}
		})
	}
	all.Wait()
	is.change(func() {
		if most := 3 + int(time.Since(start)/time.Second); is.asked > most {
			t.Errorf("the issuer was asked for keys %d times, want at most %d", is.asked, most)
		}
	})
}

func TestProviderGivesUpWithItsCaller(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	es, unknown := newES256(t, "es"), newES256(t, "unknown")
	is.publish(es)
	p := newProvider(t, is, nil)
	eventually(t, p, is.token(t, es, nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Verify(ctx, is.token(t, unknown, nil)); err == nil || model.IsCode(err, "bad_token") {
		t.Errorf("Verify = %v, want the context's error", err)
	}
}

func TestProviderDistrusts(t *testing.T) {
	t.Parallel()
	other := newIssuer(t)
	es := newES256(t, "es")
	other.publish(es)
	tests := map[string]func(is *issuer){
		"another issuer":   func(is *issuer) { is.document["issuer"] = is.url + "/" },
		"no issuer":        func(is *issuer) { delete(is.document, "issuer") },
		"no keys' address": func(is *issuer) { delete(is.document, "jwks_uri") },
		"keys in a file":   func(is *issuer) { is.document["jwks_uri"] = "file:///etc/passwd" },
		"no usable key":    func(is *issuer) { is.keys = []map[string]any{{"kty": "oct", "k": "AAAA", "kid": "es"}} },
		"too long":         func(is *issuer) { is.document["x"] = strings.Repeat("x", 2<<20) },
		"wrong types":      func(is *issuer) { is.document["issuer"] = 7 },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := newIssuer(t)
			is.publish(es)
			is.change(func() { spoil(is) })
			var log syncLog
			p := oidc.New(t.Context(), oidc.Config{Issuer: is.url, Audience: audience}, log.logger())
			log.wait(t)
			if _, err := p.Verify(t.Context(), is.token(t, es, nil)); !model.IsKind(err, model.KindUnavailable) {
				t.Errorf("Verify = %v, want unavailable", err)
			}
		})
	}
}

// TestProviderNeedsHTTPS has an issuer on https that points to keys in clear.
func TestProviderNeedsHTTPS(t *testing.T) {
	t.Parallel()
	plain := newIssuer(t)
	es := newES256(t, "es")
	plain.publish(es)
	tests := map[string]func(base string) string{
		"directly":    func(string) string { return plain.url + "/keys" },
		"by redirect": func(base string) string { return base + "/moved" },
	}
	for name, keysAt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			server := httptest.NewTLSServer(mux)
			t.Cleanup(server.Close)
			mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"issuer":"` + server.URL + `","jwks_uri":"` + keysAt(server.URL) + `"}`))
			})
			mux.Handle("GET /moved", http.RedirectHandler(plain.url+"/keys", http.StatusFound))
			var log syncLog
			p := oidc.New(t.Context(), oidc.Config{Issuer: server.URL, Audience: audience, HTTPClient: server.Client()}, log.logger())
			if text := log.wait(t); !strings.Contains(text, "not https") {
				t.Errorf("the log says %q", text)
			}
			if _, err := p.Verify(t.Context(), plain.token(t, es, nil)); !model.IsKind(err, model.KindUnavailable) {
				t.Errorf("Verify = %v, want unavailable", err)
			}
		})
	}
}
