package client

import (
	"context"
	"net/http"
)

// ListAccounts gives a page of all accounts.
func (c *Client) ListAccounts(ctx context.Context, params ListAccountsParams, opts ...CallOption) (AccountList, error) {
	var out AccountList
	err := c.do(ctx, newGet(params, "accounts").with(opts), &out)
	return out, err
}

// CreateAccount creates an account.
func (c *Client) CreateAccount(ctx context.Context, body CreateAccountRequest, opts ...CallOption) (Account, error) {
	var out Account
	err := c.do(ctx, newCall(http.MethodPost, "accounts").json(body).with(opts), &out)
	return out, err
}

// Account is the account of that id.
func (c *Client) Account(ctx context.Context, id string, opts ...CallOption) (Account, error) {
	var out Account
	err := c.do(ctx, newCall(http.MethodGet, "accounts", id).with(opts), &out)
	return out, err
}

// UpdateAccount changes the given fields.
func (c *Client) UpdateAccount(ctx context.Context, id string, body UpdateAccountRequest, opts ...CallOption) (ChangedAccount, error) {
	var out ChangedAccount
	err := c.do(ctx, newCall(http.MethodPatch, "accounts", id).json(body).with(opts), &out)
	return out, err
}

// ListMembers gives a page of an account's members.
func (c *Client) ListMembers(ctx context.Context, account string, params ListMembersParams, opts ...CallOption) (MemberList, error) {
	var out MemberList
	err := c.do(ctx, newGet(params, "accounts", account, "members").with(opts), &out)
	return out, err
}

// CreateMember creates a member of an account.
func (c *Client) CreateMember(ctx context.Context, account string, body CreateMemberRequest, opts ...CallOption) (Member, error) {
	var out Member
	err := c.do(ctx, newCall(http.MethodPost, "accounts", account, "members").json(body).with(opts), &out)
	return out, err
}

// Member is the member of that id.
func (c *Client) Member(ctx context.Context, account, id string, opts ...CallOption) (Member, error) {
	var out Member
	err := c.do(ctx, newCall(http.MethodGet, "accounts", account, "members", id).with(opts), &out)
	return out, err
}

// UpdateMember changes the given fields.
func (c *Client) UpdateMember(ctx context.Context, account, id string, body UpdateMemberRequest, opts ...CallOption) (Member, error) {
	var out Member
	err := c.do(ctx, newCall(http.MethodPatch, "accounts", account, "members", id).json(body).with(opts), &out)
	return out, err
}

// ListContacts gives a page of the members that may be primary contact.
func (c *Client) ListContacts(ctx context.Context, params ListContactsParams, opts ...CallOption) (ContactList, error) {
	var out ContactList
	err := c.do(ctx, newGet(params, "contacts").with(opts), &out)
	return out, err
}

// Policy gives what the account asks of its tokens.
func (c *Client) Policy(ctx context.Context, opts ...CallOption) (Policy, error) {
	var out Policy
	err := c.do(ctx, newCall(http.MethodGet, "policy").with(opts), &out)
	return out, err
}
