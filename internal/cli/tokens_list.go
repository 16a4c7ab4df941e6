package cli

import (
	"context"

	"github.com/tokenry/tokenry/client"
)

type tokensList struct {
	inAccount
	output
	Search         string   `placeholder:"TEXT" help:"Only names with this part; under three characters, names that begin with it."`
	Status         []string `enum:"active,disabled,revoked,expired" placeholder:"STATUS" help:"Only these: active, disabled, revoked, expired."`
	CreatedAfter   ago      `placeholder:"WHEN" help:"Only those created then or later: a time, a date, or 7d for the last week."`
	CreatedBefore  ago      `placeholder:"WHEN" help:"Only those created before."`
	UnusedSince    ago      `placeholder:"WHEN" help:"Only those not used since, such as 90d."`
	Version        string   `placeholder:"VERSION" help:"Only those of this API version."`
	Scope          string   `placeholder:"SCOPE" help:"Only those that hold this scope."`
	Contact        string   `placeholder:"MEMBER" help:"Only those of this primary contact, by id or e-mail address."`
	ContactMissing *bool    `negatable:"" help:"Only those whose primary contact cannot be one any more, or only the others."`
	Sort           string   `enum:",created_at,-created_at,name,-name,last_used_at,-last_used_at,expires_at,-expires_at" default:"" placeholder:"FIELD" help:"Sort by created_at, name, last_used_at or expires_at; --sort=-name turns the order round."` //nolint:lll // a tag is one line
	Limit          int      `short:"n" placeholder:"N" help:"Print no more than N tokens."`
}

// Run prints the tokens that fulfil all filters.
func (c *tokensList) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	params := client.ListTokensParams{
		Q: given(c.Search), CreatedAfter: c.CreatedAfter.at, CreatedBefore: c.CreatedBefore.at, UnusedSince: c.UnusedSince.at,
		Version: given(c.Version), Scope: given(c.Scope), ContactMissing: c.ContactMissing,
		Sort: given(client.ListTokensParamsSort(c.Sort)),
	}
	for _, status := range c.Status {
		params.Status = append(params.Status, client.TokenStatus(status))
	}
	if c.Contact != "" {
		contact, err := findContact(ctx, tokenry, in, c.Contact)
		if err != nil {
			return err
		}
		params.Contact = &contact
	}
	tokens, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Token, *string, error) {
		params.Limit, params.Cursor = &limit, cursor
		list, err := tokenry.ListTokens(ctx, params, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.TokenList{Items: tokens, NextCursor: next})
	}
	rows := make([][]string, len(tokens))
	for i, t := range tokens {
		rows[i] = []string{t.ID, t.Name, string(t.Status), t.Version, moment(&t.CreatedAt, ""), moment(t.LastUsedAt, "never"), moment(t.ExpiresAt, "never")}
	}
	return env.table([]string{"ID", "NAME", "STATUS", "VERSION", "CREATED", "LAST USED", "EXPIRES"}, rows)
}
