package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
)

// introspect measures POST /oauth/introspect of a cached token, whose caller
// authenticates by HTTP Basic, beside an empty Echo handler that reads the same
// body and answers with about as many bytes.
func (b *bench) introspect(ctx context.Context) error {
	reference, err := b.reference(ctx, "empty")
	if err != nil {
		return err
	}
	defer reference.stop()
	subject, err := b.tokenry(ctx, "")
	if err != nil {
		return err
	}
	defer subject.stop()
	var made struct{ Secret string }
	if err := subject.call(ctx, http.MethodPost, "/tokens", createBody(0), &made); err != nil {
		return err
	}
	var who struct {
		TokenID string `json:"token_id"`
	}
	if err := subject.call(ctx, http.MethodGet, "/whoami", nil, &who); err != nil {
		return err
	}
	form := []byte(url.Values{"token": {made.Secret}, "ip": {"203.0.113.9"}}.Encode())
	r := request{
		method: http.MethodPost, path: "/oauth/introspect", body: func(int64) []byte { return form },
		header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(who.TokenID+":"+subject.secret)),
			"Content-Type":  "application/x-www-form-urlencoded",
		},
	}
	if err := subject.isActive(ctx, r); err != nil {
		return err
	}
	err = b.beside(ctx, "Introspection, cached", "Reference: an empty Echo handler that reads the same body and answers with 300 bytes.",
		reference, subject, goal{cpu: 2}, question{"", r})
	if err != nil {
		return err
	}
	return b.profile(ctx, subject, r, "introspect")
}

// isActive sees that the answer is the one that is to be measured.
func (t *tokenry) isActive(ctx context.Context, r request) error {
	var answer struct{ Active bool }
	if err := t.ask(ctx, r, &answer); err != nil {
		return err
	}
	if !answer.Active {
		return fmt.Errorf("%s says that the token of the measurement is not active", r.path)
	}
	return nil
}
