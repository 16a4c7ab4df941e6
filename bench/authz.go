package main

import (
	"context"
	"net/http"
)

// authz measures /authz of a cached token, by route, beside an empty Echo handler
// that gets the same request and answers with about as many bytes, though as a
// body: Tokenry's are headers.
func (b *bench) authz(ctx context.Context) error {
	reference, err := b.reference(ctx, "empty")
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := b.tokenry(ctx, "", "--trusted-proxies=127.0.0.1")
	if err != nil {
		return err
	}
	defer subject.stop()
	var made struct{ ID, Secret string }
	if err := subject.call(ctx, http.MethodPost, "/tokens", createBody(0), &made); err != nil {
		return err
	}
	r := request{
		method: http.MethodPost, path: "/authz", body: func(int64) []byte { return nil },
		header: map[string]string{
			"Tokenry-Authorization": "Bearer " + subject.secret, "Authorization": "Bearer " + made.Secret,
			"X-Forwarded-Method": http.MethodGet, "X-Forwarded-Uri": "/Mediapartners/" + made.ID + "/Actions",
			"X-Forwarded-For": "203.0.113.9",
		},
	}
	err = b.beside(ctx, "Gateways, cached", "`/authz` by route. Reference: an empty Echo handler that gets the same request and answers with 300 bytes.",
		reference, subject, goal{cpu: 1.6}, question{"", r})
	if err != nil {
		return err
	}
	return b.profile(ctx, subject, r, "authz")
}
