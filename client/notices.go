package client

import "context"

// ListNotices gives a page of who was told of what by mail.
func (c *Client) ListNotices(ctx context.Context, params ListNoticesParams, opts ...CallOption) (NoticeList, error) {
	var out NoticeList
	err := c.do(ctx, newGet(params, "notices").with(opts), &out)
	return out, err
}

// ListTokenNotices gives a page of what people were told about a token.
func (c *Client) ListTokenNotices(ctx context.Context, id string, params ListTokenNoticesParams, opts ...CallOption) (NoticeList, error) {
	var out NoticeList
	err := c.do(ctx, newGet(params, "tokens", id, "notices").with(opts), &out)
	return out, err
}
