package client

import "context"

// ListEvents gives a page of events, newest first unless params say otherwise.
// Who asks for them in the order "seq" keeps NextCursor, which is always there,
// and asks again with it later.
func (c *Client) ListEvents(ctx context.Context, params ListEventsParams, opts ...CallOption) (EventList, error) {
	var out EventList
	err := c.do(ctx, newGet(params, "events").with(opts), &out)
	return out, err
}
