package cli

import (
	"context"

	"github.com/tokenry/tokenry/client"
)

type tokensDisable struct{ oneToken }

// Run disables a token.
func (c *tokensDisable) Run(ctx context.Context, env *Env) error {
	return c.end(ctx, env, "is disabled", func(tokenry *client.Client, in client.CallOption) (client.ChangedToken, error) {
		return tokenry.DisableToken(ctx, string(c.ID), in)
	})
}

type tokensRevoke struct {
	oneToken
	Reason string `placeholder:"TEXT" help:"Why; kept with the token."`
}

// Run revokes a token.
func (c *tokensRevoke) Run(ctx context.Context, env *Env) error {
	return c.end(ctx, env, "is revoked", func(tokenry *client.Client, in client.CallOption) (client.ChangedToken, error) {
		return tokenry.RevokeToken(ctx, string(c.ID), client.RevokeTokenRequest{Reason: given(c.Reason)}, in)
	})
}

type tokensDelete struct{ oneToken }

// Run deletes a token.
func (c *tokensDelete) Run(ctx context.Context, env *Env) error {
	return c.end(ctx, env, "is deleted", func(tokenry *client.Client, in client.CallOption) (client.ChangedToken, error) {
		return tokenry.DeleteToken(ctx, string(c.ID), in)
	})
}

// end makes a call after which no check accepts the token any more.
func (c *oneToken) end(ctx context.Context, env *Env, done string,
	call func(*client.Client, client.CallOption) (client.ChangedToken, error),
) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	token, err := call(tokenry, in)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(token)
	}
	env.printf("Token %q %s. No check that begins now accepts it.\n", clean(token.Name), done)
	return nil
}

type tokensEnable struct{ oneToken }

// Run enables a token.
func (c *tokensEnable) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	token, err := tokenry.EnableToken(ctx, string(c.ID), in)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(token)
	}
	env.printf("Token %q is %s.\n", clean(token.Name), token.Status)
	return nil
}
