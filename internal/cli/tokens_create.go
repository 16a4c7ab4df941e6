package cli

import (
	"context"

	"github.com/tokenry/tokenry/client"
)

type tokensCreate struct {
	inAccount
	showSecret
	Name        string            `required:"" help:"Name of the token, unique in its account."`
	Scope       []string          `required:"" placeholder:"SCOPE" help:"A right of the token. May be given several times."`
	Version     string            `placeholder:"VERSION" help:"API version of the token; the catalog's default one unless given."`
	Contact     string            `placeholder:"MEMBER" help:"Member to write to, by id or e-mail address; the account's only one if not given."`
	Developer   []string          `placeholder:"EMAIL" help:"E-mail address of a developer. May be given several times."`
	Description string            `placeholder:"TEXT" help:"What the token is for."`
	Expires     ahead             `placeholder:"WHEN" help:"When the token ends: 2027-01-31T12:00:00Z, 2027-01-31 or 90d; never unless given."`
	CIDR        []string          `name:"cidr" placeholder:"NETWORK" help:"Network the token may be used from. May be given several times."`
	Metadata    map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"A fact to keep with the token. May be given several times."`
	Claim       map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"A fact that operators vouch for. May be given several times."`
	Decoy       bool              `help:"Make a decoy: refused everywhere, and whoever tries it raises the alarm."`
}

// Run creates a token and prints its secret.
func (c *tokensCreate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	contact, err := findContact(ctx, tokenry, in, c.Contact)
	if err != nil {
		return err
	}
	body := client.CreateTokenRequest{
		Name: c.Name, Scopes: c.Scope, Version: given(c.Version), Description: given(c.Description), ExpiresAt: c.Expires.at,
		AllowedCidrs: c.CIDR, Metadata: c.Metadata, Claims: c.Claim,
	}
	if c.Decoy {
		body.Decoy = &c.Decoy
	}
	body.Contacts.Primary, body.Contacts.Developers = contact, c.Developer
	created, err := tokenry.CreateToken(ctx, body, c.options(in)...)
	if err != nil {
		return c.lost(err)
	}
	return c.print(env, created, created.Token, created.Secret, "is created")
}

// given is nil for a text that was not.
func given[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}

type tokensDuplicate struct {
	inAccount
	showSecret
	ID id `arg:"" help:"Id of the token."`
}

// Run creates a copy of a token and prints its secret.
func (c *tokensDuplicate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	created, err := tokenry.DuplicateToken(ctx, string(c.ID), c.options(in)...)
	if err != nil {
		return c.lost(err)
	}
	return c.print(env, created, created.Token, created.Secret, "is created")
}

type tokensRotate struct {
	inAccount
	showSecret
	ID          id       `arg:"" help:"Id of the token."`
	Grace       lifetime `default:"1d" placeholder:"DURATION" help:"How long the old secret is still accepted, such as 12h; 0m ends it now (${default})."`
	EndPrevious bool     `help:"End an earlier old secret that is still accepted."`
}

// Run gives a token a new secret and prints it.
func (c *tokensRotate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	body := client.RotateTokenRequest{GraceSeconds: new(c.Grace.seconds()), EndPrevious: &c.EndPrevious}
	rotated, err := tokenry.RotateToken(ctx, string(c.ID), body, c.options(in)...)
	if err != nil {
		return c.lost(err)
	}
	return c.print(env, rotated, rotated.Token, rotated.Secret,
		"has a new secret; the old one ends at "+moment(&rotated.PreviousExpiresAt, ""))
}
