package client

import (
	"context"
	"errors"
	"net/http"
)

// CreateToken creates a token. The answer carries the secret, once.
func (c *Client) CreateToken(ctx context.Context, body CreateTokenRequest, opts ...CallOption) (CreatedToken, error) {
	var out CreatedToken
	err := c.do(ctx, newCall(http.MethodPost, "tokens").json(body).once().with(opts), &out)
	return out, err
}

// ListTokens gives a page of the account's tokens.
func (c *Client) ListTokens(ctx context.Context, params ListTokensParams, opts ...CallOption) (TokenList, error) {
	var out TokenList
	err := c.do(ctx, newGet(params, "tokens").with(opts), &out)
	return out, err
}

// Token is the token of that id.
func (c *Client) Token(ctx context.Context, id string, opts ...CallOption) (Token, error) {
	var out Token
	err := c.do(ctx, newCall(http.MethodGet, "tokens", id).with(opts), &out)
	return out, err
}

// UpdateToken changes the given fields.
func (c *Client) UpdateToken(ctx context.Context, id string, body UpdateTokenRequest, opts ...CallOption) (ChangedToken, error) {
	var out ChangedToken
	err := c.do(ctx, newCall(http.MethodPatch, "tokens", id).json(body).with(opts), &out)
	return out, err
}

// RotateToken gives the token a new secret, which is in the answer, once.
func (c *Client) RotateToken(ctx context.Context, id string, body RotateTokenRequest, opts ...CallOption) (RotatedToken, error) {
	var out RotatedToken
	err := c.do(ctx, newCall(http.MethodPost, "tokens", id, "rotate").json(body).once().with(opts), &out)
	return out, err
}

// DuplicateToken creates a token with the same settings. The answer carries its
// secret, once.
func (c *Client) DuplicateToken(ctx context.Context, id string, opts ...CallOption) (CreatedToken, error) {
	var out CreatedToken
	err := c.do(ctx, newCall(http.MethodPost, "tokens", id, "duplicate").once().with(opts), &out)
	return out, err
}

// DisableToken has the token refused until it is enabled again.
func (c *Client) DisableToken(ctx context.Context, id string, opts ...CallOption) (ChangedToken, error) {
	var out ChangedToken
	err := c.do(ctx, newCall(http.MethodPost, "tokens", id, "disable").with(opts), &out)
	return out, err
}

// EnableToken has a disabled token accepted again.
func (c *Client) EnableToken(ctx context.Context, id string, opts ...CallOption) (Token, error) {
	var out Token
	err := c.do(ctx, newCall(http.MethodPost, "tokens", id, "enable").with(opts), &out)
	return out, err
}

// RevokeToken has the token refused for good.
func (c *Client) RevokeToken(ctx context.Context, id string, body RevokeTokenRequest, opts ...CallOption) (ChangedToken, error) {
	var out ChangedToken
	err := c.do(ctx, newCall(http.MethodPost, "tokens", id, "revoke").json(body).with(opts), &out)
	return out, err
}

// DeleteToken revokes the token and removes it from lists.
func (c *Client) DeleteToken(ctx context.Context, id string, opts ...CallOption) (ChangedToken, error) {
	var out ChangedToken
	err := c.do(ctx, newCall(http.MethodDelete, "tokens", id).with(opts), &out)
	return out, err
}

// Upgrade tells what would change if the token went to another API version. It
// changes nothing.
func (c *Client) Upgrade(ctx context.Context, id, version string, opts ...CallOption) (Upgrade, error) {
	var out Upgrade
	err := c.do(ctx, newGet(GetUpgradeParams{Version: version}, "tokens", id, "upgrade").with(opts), &out)
	return out, err
}

// ListTokenHistory gives a page of the token's audit entries, newest first.
func (c *Client) ListTokenHistory(ctx context.Context, id string, params ListTokenHistoryParams, opts ...CallOption) (AuditList, error) {
	var out AuditList
	err := c.do(ctx, newGet(params, "tokens", id, "history").with(opts), &out)
	return out, err
}

// TokenUsage counts how the token was used.
func (c *Client) TokenUsage(ctx context.Context, id string, params GetTokenUsageParams, opts ...CallOption) (TokenUsage, error) {
	var out TokenUsage
	err := c.do(ctx, newGet(params, "tokens", id, "usage").with(opts), &out)
	return out, err
}

// VerifyToken asks whether a secret is good and may do what is asked. A secret
// that is not is an answer, not an error.
func (c *Client) VerifyToken(ctx context.Context, body VerifyRequest, opts ...CallOption) (Verification, error) {
	var out Verification
	err := c.do(ctx, newCall(http.MethodPost, "tokens", "verify").json(body).with(opts), &out)
	return out, err
}

// VerifyTokens asks up to 100 questions at once. The answers are in the order of
// the questions.
func (c *Client) VerifyTokens(ctx context.Context, questions []VerifyRequest, opts ...CallOption) ([]Verification, error) {
	var out VerificationList
	err := c.do(ctx, newCall(http.MethodPost, "tokens", "verify", "batch").json(VerifyBatchRequest{Items: questions}).with(opts), &out)
	if err == nil && len(out.Items) != len(questions) {
		return nil, errors.New("the server has not answered each question")
	}
	return out.Items, err
}
