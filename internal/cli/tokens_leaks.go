package cli

import (
	"context"
	"strconv"

	"github.com/tokenry/tokenry/client"
)

type tokensLeaks struct {
	oneToken
	Limit int `short:"n" placeholder:"N" help:"Print no more than the latest N."`
}

// Run prints where the secrets of a token were found.
func (c *tokensLeaks) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	leaks, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Leak, *string, error) {
		list, err := tokenry.ListTokenLeaks(ctx, string(c.ID), client.ListTokenLeaksParams{Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.LeakList{Items: leaks, NextCursor: next})
	}
	rows := make([][]string, len(leaks))
	for i, l := range leaks {
		rows[i] = []string{
			moment(&l.FirstAt, ""), string(l.Secret), string(l.Outcome), strconv.FormatInt(l.Times, 10), string(l.Source), l.ReportedBy, orDash(&l.URL),
		}
	}
	return env.table([]string{"FIRST", "SECRET", "OUTCOME", "TIMES", "SOURCE", "REPORTED BY", "FOUND AT"}, rows)
}

type tokensDecoyUses struct {
	oneToken
	Limit int `short:"n" placeholder:"N" help:"Print no more than the latest N."`
}

// Run prints who has tried a decoy.
func (c *tokensDecoyUses) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	uses, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.DecoyUse, *string, error) {
		list, err := tokenry.ListDecoyUses(ctx, string(c.ID), client.ListDecoyUsesParams{Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.DecoyUseList{Items: uses, NextCursor: next})
	}
	rows := make([][]string, len(uses))
	for i, u := range uses {
		rows[i] = []string{
			moment(&u.FirstAt, ""), moment(&u.LastAt, ""), strconv.FormatInt(u.Times, 10), orDash(&u.Address), orDash(&u.Caller),
			orDash(&u.Method), orDash(&u.Path), words(u.Scopes),
		}
	}
	return env.table([]string{"FIRST", "LAST", "TIMES", "ADDRESS", "ASKED BY", "METHOD", "PATH", "SCOPES"}, rows)
}
