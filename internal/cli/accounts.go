package cli

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/client"
)

type accountsCommand struct {
	List    accountsList    `cmd:"" help:"List all accounts."`
	Create  accountsCreate  `cmd:"" help:"Create an account."`
	Show    accountsShow    `cmd:"" help:"Show an account."`
	Update  accountsUpdate  `cmd:"" help:"Change an account."`
	Disable accountsDisable `cmd:"" help:"Have all tokens of an account refused."`
	Enable  accountsEnable  `cmd:"" help:"Have the tokens of a disabled account accepted again."`
}

type accountsList struct {
	server
	output
	Search     string `placeholder:"TEXT" help:"Only those with this in their name, or with this id."`
	Type       string `placeholder:"TYPE" help:"Only those of this account type."`
	State      string `enum:",active,disabled" default:"" placeholder:"STATE" help:"Only those in this state: active or disabled."`
	ExternalID string `placeholder:"ID" help:"Only the one that your identity provider calls so."`
	Limit      int    `short:"n" placeholder:"N" help:"Print no more than N accounts."`
}

// Run prints accounts.
func (c *accountsList) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	accounts, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Account, *string, error) {
		list, err := tokenry.ListAccounts(ctx, client.ListAccountsParams{
			Q: given(c.Search), Type: given(c.Type), State: given(client.AccountState(c.State)), ExternalID: given(c.ExternalID),
			Limit: &limit, Cursor: cursor,
		})
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.AccountList{Items: accounts, NextCursor: next})
	}
	rows := make([][]string, len(accounts))
	for i, a := range accounts {
		rows[i] = []string{a.ID, a.Name, a.Type, string(a.State), orDash(a.ExternalID)}
	}
	return env.table([]string{"ID", "NAME", "TYPE", "STATE", "EXTERNAL ID"}, rows)
}

type accountsCreate struct {
	server
	output
	policy
	Type       string `required:"" placeholder:"TYPE" help:"Account type of the catalog."`
	Name       string `required:"" placeholder:"NAME" help:"Name of the account."`
	ExternalID string `placeholder:"ID" help:"What your identity provider calls the account."`
}

// Run creates an account.
func (c *accountsCreate) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	policy, err := c.patch()
	if err != nil {
		return err
	}
	account, err := tokenry.CreateAccount(ctx, client.CreateAccountRequest{
		Type: c.Type, Name: c.Name, ExternalID: given(c.ExternalID), Policy: policy,
	})
	if err != nil {
		return err
	}
	return env.printAccount(c.JSON, account, account)
}

// oneAccount is a command about an account.
type oneAccount struct {
	server
	output
	Which string `arg:"" name:"account" help:"Id, external id or name of the account."`
}

func (c *oneAccount) find(ctx context.Context, env *Env) (*client.Client, string, error) {
	tokenry, err := c.connect(env)
	if err != nil {
		return nil, "", err
	}
	account, err := findAccount(ctx, tokenry, c.Which)
	return tokenry, account, err
}

// update changes an account and prints what it is now.
func (c *oneAccount) update(ctx context.Context, env *Env, body client.UpdateAccountRequest) error {
	tokenry, account, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	changed, err := tokenry.UpdateAccount(ctx, account, body)
	if err != nil {
		return err
	}
	return env.printAccount(c.JSON, changed, changed.Account)
}

type accountsShow struct{ oneAccount }

// Run prints an account.
func (c *accountsShow) Run(ctx context.Context, env *Env) error {
	tokenry, found, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	account, err := tokenry.Account(ctx, found)
	if err != nil {
		return err
	}
	return env.printAccount(c.JSON, account, account)
}

type accountsUpdate struct {
	oneAccount
	policy
	Name       *string `placeholder:"NAME" help:"New name."`
	ExternalID *string `placeholder:"ID" help:"What your identity provider calls the account; an empty one clears it."`
}

// Run changes an account.
func (c *accountsUpdate) Run(ctx context.Context, env *Env) error {
	policy, err := c.patch()
	if err != nil {
		return err
	}
	body := client.UpdateAccountRequest{Name: c.Name, Policy: policy}
	if c.ExternalID != nil {
		body.ExternalID = orNull(*c.ExternalID)
	}
	return c.update(ctx, env, body)
}

type accountsDisable struct{ oneAccount }

// Run disables an account.
func (c *accountsDisable) Run(ctx context.Context, env *Env) error {
	return c.update(ctx, env, client.UpdateAccountRequest{State: new(client.AccountStateDisabled)})
}

type accountsEnable struct{ oneAccount }

// Run enables an account.
func (c *accountsEnable) Run(ctx context.Context, env *Env) error {
	return c.update(ctx, env, client.UpdateAccountRequest{State: new(client.AccountStateActive)})
}

func (e *Env) printAccount(asJSON bool, answer any, a client.Account) error {
	if asJSON {
		return e.json(answer)
	}
	longest := "none"
	if a.Policy.MaxLifetimeSeconds != nil {
		longest = (time.Duration(*a.Policy.MaxLifetimeSeconds) * time.Second).String()
	}
	return e.table(nil, [][]string{
		{"id", a.ID}, {"name", a.Name}, {"type", a.Type}, {"state", string(a.State)}, {"external id", orDash(a.ExternalID)},
		{"longest lifetime", longest}, {"expiry required", yesNo(a.Policy.RequireExpiry)}, {"networks required", yesNo(a.Policy.RequireCidrs)},
		{"self-rotation", yesNo(a.Policy.AllowSelfRotation)}, {"leaked tokens", leakOutcome[a.Policy.LeakPolicy]},
		{"unused tokens", unusedOutcome(a.Policy)},
		{"created", moment(&a.CreatedAt, "")}, {"updated", moment(&a.UpdatedAt, "")},
	})
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
