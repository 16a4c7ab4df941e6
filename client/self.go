package client

import (
	"context"
	"net/http"
)

// Whoami says what the client's own credential is.
func (c *Client) Whoami(ctx context.Context, opts ...CallOption) (Whoami, error) {
	var out Whoami
	err := c.do(ctx, newCall(http.MethodGet, "whoami").with(opts), &out)
	return out, err
}

// UpdateWhoami chooses the language of the member whose credential the client
// has.
func (c *Client) UpdateWhoami(ctx context.Context, body UpdateWhoamiRequest, opts ...CallOption) (Whoami, error) {
	var out Whoami
	err := c.do(ctx, newCall(http.MethodPatch, "whoami").json(body).with(opts), &out)
	return out, err
}

// RevokeWhoami revokes the token of the client's own secret, or only the secret
// if it is one that a rotation has replaced.
func (c *Client) RevokeWhoami(ctx context.Context, body RevokeTokenRequest, opts ...CallOption) (ChangedToken, error) {
	var out ChangedToken
	err := c.do(ctx, newCall(http.MethodPost, "whoami", "revoke").json(body).with(opts), &out)
	return out, err
}

// RotateWhoami gives the token of the client's own secret a new one, which is in
// the answer, once. The client goes on with the old one: make another.
func (c *Client) RotateWhoami(ctx context.Context, body RotateWhoamiRequest, opts ...CallOption) (RotatedToken, error) {
	var out RotatedToken
	err := c.do(ctx, newCall(http.MethodPost, "whoami", "rotate").json(body).once().with(opts), &out)
	return out, err
}

// Health tells whether the server's process is alive.
func (c *Client) Health(ctx context.Context) (Health, error) {
	var out Health
	err := c.do(ctx, newCall(http.MethodGet, "healthz"), &out)
	return out, err
}

// Ready tells whether the node may answer checks. One that may not gives an
// *Error of status 503.
func (c *Client) Ready(ctx context.Context) (Readiness, error) {
	var out Readiness
	err := c.do(ctx, newCall(http.MethodGet, "readyz"), &out)
	return out, err
}
