package cli

import (
	"context"
	"strconv"

	"github.com/tokenry/tokenry/client"
)

type membersLeavers struct {
	inAccount
	output
	Limit int `short:"n" placeholder:"N" help:"Print no more than N members."`
}

// Run prints who has left and is still a contact.
func (c *membersLeavers) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	leavers, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Leaver, *string, error) {
		list, err := tokenry.ListLeavers(ctx, client.ListLeaversParams{Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.LeaverList{Items: leavers, NextCursor: next})
	}
	rows := make([][]string, len(leavers))
	for i, l := range leavers {
		rows[i] = []string{l.Member.ID, l.Member.Name, l.Member.Email, l.Member.AccountID, strconv.FormatInt(l.Tokens, 10)}
	}
	return env.table([]string{"ID", "NAME", "E-MAIL", "ACCOUNT", "TOKENS"}, rows)
}

type membersReassign struct {
	oneMember
	To string `required:"" placeholder:"MEMBER" help:"Member who is the contact from now on, by id or e-mail address."`
}

// Run hands the tokens of a member over to another.
func (c *membersReassign) Run(ctx context.Context, env *Env) error {
	tokenry, account, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	named, err := c.account(ctx, env, tokenry) // members name none
	if err != nil {
		return err
	}
	to, err := findContact(ctx, tokenry, client.WithAccount(named), c.To)
	if err != nil {
		return err
	}
	done, err := tokenry.ReassignTokens(ctx, account, string(c.ID), client.ReassignTokensRequest{To: to})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(done)
	}
	env.printf("%d tokens have another contact now.\n", done.Reassigned)
	return nil
}
