package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
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

// IssueJWT issues a short-lived JWT for the client's own token, or for the subject
// of a token exchange. The client authenticates as it always does: ClientID and
// ClientSecret are not sent.
func (c *Client) IssueJWT(ctx context.Context, body JWTRequest, opts ...CallOption) (IssuedJWT, error) {
	form := url.Values{"grant_type": {string(body.GrantType)}}
	if len(body.Resource) > 0 {
		form["resource"] = body.Resource
	}
	if body.Scope != nil {
		form.Set("scope", *body.Scope)
	}
	if body.SubjectToken != nil {
		form.Set("subject_token", *body.SubjectToken)
	}
	if body.SubjectTokenType != nil {
		form.Set("subject_token_type", string(*body.SubjectTokenType))
	}
	if body.RequestedTokenType != nil {
		form.Set("requested_token_type", string(*body.RequestedTokenType))
	}
	var out IssuedJWT
	err := c.do(ctx, newCall(http.MethodPost, "oauth", "token").form(form).with(opts), &out)
	return out, err
}

// KeySet is the keys that JWTs are signed with.
func (c *Client) KeySet(ctx context.Context) (KeySet, error) {
	var out KeySet
	err := c.do(ctx, newCall(http.MethodGet, ".well-known", "jwks.json"), &out)
	return out, err
}

// StatusList is a status list as it is signed; a JWTVerifier reads it.
func (c *Client) StatusList(ctx context.Context, list int) (string, error) {
	text, _, err := c.statusList(ctx, list)
	return text, err
}

func (c *Client) statusList(ctx context.Context, list int) (string, http.Header, error) {
	return c.text(ctx, newCall(http.MethodGet, "status-lists", strconv.Itoa(list)), "application/statuslist+jwt")
}

// AuthorizationServer tells where the server's endpoints of OAuth are, as in
// RFC 8414.
func (c *Client) AuthorizationServer(ctx context.Context) (AuthorizationServer, error) {
	var out AuthorizationServer
	err := c.do(ctx, newCall(http.MethodGet, ".well-known", "oauth-authorization-server"), &out)
	return out, err
}
