package client

import (
	"context"
	"net/http"
)

// ListNodes gives all nodes, and what is true of the database beneath them.
func (c *Client) ListNodes(ctx context.Context, opts ...CallOption) (NodeList, error) {
	var out NodeList
	err := c.do(ctx, newCall(http.MethodGet, "nodes").with(opts), &out)
	return out, err
}
