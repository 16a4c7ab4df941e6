package client

import (
	"context"
	"net/http"
)

// ReportLeaks reports secrets that were found where they do not belong. It needs
// no credential, and tells nothing of what they are.
func (c *Client) ReportLeaks(ctx context.Context, body LeakReport, opts ...CallOption) (LeakReportTaken, error) {
	var out LeakReportTaken
	err := c.do(ctx, newCall(http.MethodPost, "leaks").json(body).with(opts), &out)
	return out, err
}

// ListTokenLeaks gives a page of where the secrets of a token were found.
func (c *Client) ListTokenLeaks(ctx context.Context, id string, params ListTokenLeaksParams, opts ...CallOption) (LeakList, error) {
	var out LeakList
	err := c.do(ctx, newGet(params, "tokens", id, "leaks").with(opts), &out)
	return out, err
}

// ListDecoyUses gives a page of who has tried a decoy.
func (c *Client) ListDecoyUses(ctx context.Context, id string, params ListDecoyUsesParams, opts ...CallOption) (DecoyUseList, error) {
	var out DecoyUseList
	err := c.do(ctx, newGet(params, "tokens", id, "decoy-uses").with(opts), &out)
	return out, err
}

// ListLeavers gives a page of inactive members who are still contacts.
func (c *Client) ListLeavers(ctx context.Context, params ListLeaversParams, opts ...CallOption) (LeaverList, error) {
	var out LeaverList
	err := c.do(ctx, newGet(params, "leavers").with(opts), &out)
	return out, err
}

// ListResponsibilities gives a page of the tokens whose primary contact a member
// is.
func (c *Client) ListResponsibilities(ctx context.Context, account, id string, params ListResponsibilitiesParams,
	opts ...CallOption,
) (Responsibilities, error) {
	var out Responsibilities
	err := c.do(ctx, newGet(params, "accounts", account, "members", id, "responsibilities").with(opts), &out)
	return out, err
}

// ReassignTokens makes another member the primary contact of all tokens that have
// this one.
func (c *Client) ReassignTokens(ctx context.Context, account, id string, body ReassignTokensRequest, opts ...CallOption) (Reassigned, error) {
	var out Reassigned
	err := c.do(ctx, newCall(http.MethodPost, "accounts", account, "members", id, "reassign").json(body).with(opts), &out)
	return out, err
}
