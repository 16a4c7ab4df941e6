package client

import (
	"context"
	"net/http"
	"net/url"
)

// IntrospectSecret asks about a secret as RFC 7662 has it. VerifyToken can be
// asked more, and says why a secret is no good. The client authenticates as it
// always does: ClientID and ClientSecret are not sent.
func (c *Client) IntrospectSecret(ctx context.Context, body IntrospectionRequest, opts ...CallOption) (Introspection, error) {
	form := url.Values{"token": {body.Token}}
	if body.IP != nil {
		form.Set("ip", *body.IP)
	}
	var out Introspection
	err := c.do(ctx, newCall(http.MethodPost, "oauth", "introspect").form(form).with(opts), &out)
	return out, err
}

// RevokeSecret revokes the token of a secret as RFC 7009 has it, or only the
// secret if it is one that a rotation has replaced. Operators may revoke any,
// programs the one that the client has. Secrets that nobody has are no error.
func (c *Client) RevokeSecret(ctx context.Context, secret string, opts ...CallOption) error {
	res, err := c.send(ctx, newCall(http.MethodPost, "oauth", "revoke").form(url.Values{"token": {secret}}).with(opts))
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// AuthorizationServer tells where the server's endpoints of OAuth are, as in
// RFC 8414.
func (c *Client) AuthorizationServer(ctx context.Context) (AuthorizationServer, error) {
	var out AuthorizationServer
	err := c.do(ctx, newCall(http.MethodGet, ".well-known", "oauth-authorization-server"), &out)
	return out, err
}
