package cli

import (
	"context"

	"github.com/tokenry/tokenry/client"
)

type membersCommand struct {
	List       membersList       `cmd:"" help:"List the members of an account."`
	Create     membersCreate     `cmd:"" help:"Create a member."`
	Update     membersUpdate     `cmd:"" help:"Change a member."`
	Deactivate membersDeactivate `cmd:"" help:"Have a member be no possible contact any more and not sign in."`
	Leavers    membersLeavers    `cmd:"" help:"List inactive members who are still the contact of tokens."`
	Reassign   membersReassign   `cmd:"" help:"Hand the tokens of a member over to another."`
}

// ofAccount is a command about the members of an account: the caller's own
// unless one is named.
type ofAccount struct {
	inAccount
	output
}

func (c *ofAccount) find(ctx context.Context, env *Env) (*client.Client, string, error) {
	tokenry, err := c.server.connect(env)
	if err != nil {
		return nil, "", err
	}
	account, err := c.account(ctx, env, tokenry)
	if err != nil || account != "" {
		return tokenry, account, err
	}
	self, err := tokenry.Whoami(ctx)
	if err != nil {
		return nil, "", err
	}
	if self.AccountID == nil || self.Operator {
		return nil, "", usage("Name the account with --account or TOKENRY_ACCOUNT; `tokenry accounts list` shows all.")
	}
	return tokenry, *self.AccountID, nil
}

type membersList struct {
	ofAccount
	Search     string `placeholder:"TEXT" help:"Only those with this in their name or e-mail address."`
	State      string `enum:",active,inactive" default:"" placeholder:"STATE" help:"Only those in this state: active or inactive."`
	ExternalID string `placeholder:"ID" help:"Only the one that your identity provider calls so."`
	Limit      int    `short:"n" placeholder:"N" help:"Print no more than N members."`
}

// Run prints members.
func (c *membersList) Run(ctx context.Context, env *Env) error {
	tokenry, account, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	members, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.Member, *string, error) {
		params := client.ListMembersParams{
			Q: given(c.Search), State: given(client.MemberState(c.State)), ExternalID: given(c.ExternalID), Limit: &limit, Cursor: cursor,
		}
		list, err := tokenry.ListMembers(ctx, account, params)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.MemberList{Items: members, NextCursor: next})
	}
	rows := make([][]string, len(members))
	for i, m := range members {
		rows[i] = []string{m.ID, m.Name, m.Email, string(m.Role), string(m.State), orDash(m.ExternalID)}
	}
	return env.table([]string{"ID", "NAME", "E-MAIL", "ROLE", "STATE", "EXTERNAL ID"}, rows)
}

type membersCreate struct {
	ofAccount
	Name       string `required:"" placeholder:"NAME" help:"Name of the member."`
	Email      string `required:"" placeholder:"EMAIL" help:"E-mail address, unique in the account."`
	Role       string `required:"" enum:"admin,specialist,viewer" placeholder:"ROLE" help:"What the member may do: admin, specialist or viewer."`
	Language   string `placeholder:"TAG" help:"Language to write to them in, such as en or zh-CN."`
	ExternalID string `placeholder:"ID" help:"What your identity provider calls the member."`
}

// Run creates a member.
func (c *membersCreate) Run(ctx context.Context, env *Env) error {
	tokenry, account, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	member, err := tokenry.CreateMember(ctx, account, client.CreateMemberRequest{
		Name: c.Name, Email: c.Email, Role: client.Role(c.Role), Language: given(c.Language), ExternalID: given(c.ExternalID),
	})
	if err != nil {
		return err
	}
	return env.printMember(c.JSON, member)
}

// oneMember is a command about a member.
type oneMember struct {
	ofAccount
	ID id `arg:"" help:"Id of the member."`
}

func (c *oneMember) update(ctx context.Context, env *Env, body client.UpdateMemberRequest) error {
	tokenry, account, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	member, err := tokenry.UpdateMember(ctx, account, string(c.ID), body)
	if err != nil {
		return err
	}
	return env.printMember(c.JSON, member)
}

type membersUpdate struct {
	oneMember
	Name       *string `placeholder:"NAME" help:"New name."`
	Email      *string `placeholder:"EMAIL" help:"New e-mail address."`
	Role       string  `enum:",admin,specialist,viewer" default:"" placeholder:"ROLE" help:"New role: admin, specialist or viewer."`
	State      string  `enum:",active,inactive" default:"" placeholder:"STATE" help:"New state: active or inactive."`
	Language   *string `placeholder:"TAG" help:"Language to write to them in, such as en or zh-CN."`
	ExternalID *string `placeholder:"ID" help:"What your identity provider calls the member; an empty one clears it."`
}

// Run changes a member.
func (c *membersUpdate) Run(ctx context.Context, env *Env) error {
	body := client.UpdateMemberRequest{
		Name: c.Name, Email: c.Email, Language: c.Language,
		Role: given(client.Role(c.Role)), State: given(client.MemberState(c.State)),
	}
	if c.ExternalID != nil {
		body.ExternalID = orNull(*c.ExternalID)
	}
	return c.update(ctx, env, body)
}

type membersDeactivate struct{ oneMember }

// Run deactivates a member.
func (c *membersDeactivate) Run(ctx context.Context, env *Env) error {
	return c.update(ctx, env, client.UpdateMemberRequest{State: new(client.MemberStateInactive)})
}

func (e *Env) printMember(asJSON bool, m client.Member) error {
	if asJSON {
		return e.json(m)
	}
	return e.table(nil, [][]string{
		{"id", m.ID}, {"account", m.AccountID}, {"name", m.Name}, {"e-mail", m.Email}, {"role", string(m.Role)}, {"state", string(m.State)},
		{"operator", yesNo(m.Operator)}, {"language", orDash(&m.Language)}, {"external id", orDash(m.ExternalID)},
		{"created", moment(&m.CreatedAt, "")}, {"updated", moment(&m.UpdatedAt, "")},
	})
}
