package cli

import (
	"context"
	"slices"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/tokenry/tokenry/client"
)

type tokensUpdate struct {
	oneToken
	Name           *string           `placeholder:"NAME" help:"New name."`
	Description    *string           `placeholder:"TEXT" help:"New description; an empty one clears it."`
	Version        *string           `placeholder:"VERSION" help:"Later API version."`
	Contact        string            `placeholder:"MEMBER" help:"New primary contact, by id or e-mail address."`
	Developer      []string          `placeholder:"EMAIL" help:"E-mail addresses of developers, in place of those there are; none for no addresses."`
	Scope          []string          `placeholder:"SCOPE" xor:"all,add" help:"Scopes, in place of those there are."`
	AddScope       []string          `placeholder:"SCOPE" xor:"all" help:"Scopes to add to those there are."`
	RemoveScope    []string          `placeholder:"SCOPE" xor:"add" help:"Scopes to remove from those there are."`
	Expires        string            `placeholder:"WHEN" help:"When the token ends: 2027-01-31T12:00:00Z, 2027-01-31, 90d or never."`
	CIDR           []string          `name:"cidr" placeholder:"NETWORK" help:"Networks, in place of those there are; none for no restriction."`
	Metadata       map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"A fact to add or replace."`
	RemoveMetadata []string          `placeholder:"KEY" help:"Facts to remove."`
	Claim          map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"A claim to add or replace."`
	RemoveClaim    []string          `placeholder:"KEY" help:"Claims to remove."`
}

// Run changes a token and prints what it is now.
func (c *tokensUpdate) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	opts := []client.CallOption{in}
	if len(c.AddScope)+len(c.RemoveScope) > 0 {
		var etag string
		token, err := tokenry.Token(ctx, string(c.ID), in, client.KeepETag(&etag))
		if err != nil {
			return err
		}
		body.Scopes = c.scopes(token.Scopes)
		opts = append(opts, client.WithIfMatch(etag)) // another change in between is not lost
	}
	if c.Contact != "" {
		contact, err := findContact(ctx, tokenry, in, c.Contact)
		if err != nil {
			return err
		}
		contacts(&body).Primary = &contact
	}
	token, err := tokenry.UpdateToken(ctx, string(c.ID), body, opts...)
	if err != nil {
		return err
	}
	return env.printToken(c.JSON, token, token.Token)
}

// body is the change, but for what needs the server.
func (c *tokensUpdate) body() (client.UpdateTokenRequest, error) {
	body := client.UpdateTokenRequest{
		Name: c.Name, Version: c.Version, Scopes: c.Scope,
		Metadata: patch(c.Metadata, c.RemoveMetadata), Claims: patch(c.Claim, c.RemoveClaim),
	}
	if c.Description != nil {
		body.Description = orNull(*c.Description)
	}
	switch {
	case len(c.Developer) == 1 && c.Developer[0] == "none":
		contacts(&body).Developers = []string{}
	case len(c.Developer) > 0:
		contacts(&body).Developers = c.Developer
	}
	switch {
	case len(c.CIDR) == 1 && c.CIDR[0] == "none":
		body.AllowedCidrs = nullable.NewNullNullable[[]string]()
	case len(c.CIDR) > 0:
		body.AllowedCidrs = nullable.NewNullableWithValue(c.CIDR)
	}
	switch c.Expires {
	case "":
	case "never":
		body.ExpiresAt = nullable.NewNullNullable[time.Time]()
	default:
		at, err := readMoment(c.Expires, 1)
		if err != nil {
			return body, err
		}
		body.ExpiresAt = nullable.NewNullableWithValue(*at)
	}
	return body, nil
}

// scopes are those of the token after the change.
func (c *tokensUpdate) scopes(held []string) []string {
	out := slices.DeleteFunc(slices.Clone(held), func(s string) bool { return slices.Contains(c.RemoveScope, s) })
	for _, s := range c.AddScope {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// contacts is the part of the change that is about contacts.
func contacts(body *client.UpdateTokenRequest) *client.ContactsPatch {
	if body.Contacts == nil {
		body.Contacts = &client.ContactsPatch{}
	}
	return body.Contacts
}

// patch is a merge patch that sets and removes keys, nil if there are none.
func patch(set map[string]string, remove []string) client.MetadataPatch {
	if len(set)+len(remove) == 0 {
		return nil
	}
	out := client.MetadataPatch{}
	for key, value := range set {
		out[key] = &value
	}
	for _, key := range remove {
		out[key] = nil
	}
	return out
}

// orNull clears a field with an empty text.
func orNull(text string) nullable.Nullable[string] {
	if text == "" {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(text)
}
