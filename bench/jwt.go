package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
)

// jwt measures POST /oauth/token of a cached token, beside an Echo handler that
// reads the same body and makes one signature.
func (b *bench) jwt(ctx context.Context) error {
	reference, err := b.reference(ctx, "sign")
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
	form := []byte(url.Values{"grant_type": {"client_credentials"}}.Encode())
	r := request{
		method: http.MethodPost, path: "/oauth/token", body: func(int64) []byte { return form },
		header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(made.ID+":"+made.Secret)),
			"Content-Type":  "application/x-www-form-urlencoded", "X-Forwarded-For": "203.0.113.9",
		},
	}
	var issued struct {
		Text string `json:"access_token"`
	}
	if err := subject.ask(ctx, r, &issued); err != nil {
		return err
	}
	if issued.Text == "" {
		return errors.New("there is no JWT in the answer that is to be measured")
	}
	err = b.beside(ctx, "Issue a JWT", "ES256, for a cached token. Reference: an Echo handler that reads the same body, signs once by ES256 and answers "+
		"with 300 bytes.", reference, subject, goal{rate: 0.6}, question{"", r})
	if err != nil {
		return err
	}
	return b.profile(ctx, subject, r, "jwt")
}

// signer makes the signature of a JWT of about as many bytes as Tokenry's.
func signer() (func(context.Context, []byte) error, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text := make([]byte, 800)
	return func(context.Context, []byte) error {
		sum := sha256.Sum256(text)
		_, _, err := ecdsa.Sign(rand.Reader, key, sum[:])
		return err
	}, nil
}
