package client

import (
	"context"
	"net/http"
)

// ListChangelog gives a page of the changelog, what was published last first.
func (c *Client) ListChangelog(ctx context.Context, params ListChangelogParams, opts ...CallOption) (ChangelogList, error) {
	var out ChangelogList
	err := c.do(ctx, newGet(params, "changelog").with(opts), &out)
	return out, err
}

// ChangelogFeed gives the changelog as an Atom feed.
func (c *Client) ChangelogFeed(ctx context.Context, params GetChangelogFeedParams, opts ...CallOption) (string, error) {
	feed, _, err := c.text(ctx, newGet(params, "changelog.atom").with(opts), "application/atom+xml")
	return feed, err
}

// CreateChangelogEntry adds an entry to the changelog, and publishes it unless it
// is a draft.
func (c *Client) CreateChangelogEntry(ctx context.Context, body CreateChangelogEntryRequest, opts ...CallOption) (ChangelogEntry, error) {
	var out ChangelogEntry
	err := c.do(ctx, newCall(http.MethodPost, "changelog").json(body).with(opts), &out)
	return out, err
}

// ChangelogEntry is the entry of that id.
func (c *Client) ChangelogEntry(ctx context.Context, id string, opts ...CallOption) (ChangelogEntry, error) {
	var out ChangelogEntry
	err := c.do(ctx, newCall(http.MethodGet, "changelog", id).with(opts), &out)
	return out, err
}

// UpdateChangelogEntry changes the given fields. Nobody is told again.
func (c *Client) UpdateChangelogEntry(ctx context.Context, id string, body UpdateChangelogEntryRequest, opts ...CallOption) (ChangelogEntry, error) {
	var out ChangelogEntry
	err := c.do(ctx, newCall(http.MethodPatch, "changelog", id).json(body).with(opts), &out)
	return out, err
}

// PublishChangelogEntry publishes a draft. Doing it twice is no error.
func (c *Client) PublishChangelogEntry(ctx context.Context, id string, opts ...CallOption) (ChangelogEntry, error) {
	var out ChangelogEntry
	err := c.do(ctx, newCall(http.MethodPost, "changelog", id, "publish").with(opts), &out)
	return out, err
}

// DeleteChangelogEntry removes an entry.
func (c *Client) DeleteChangelogEntry(ctx context.Context, id string, opts ...CallOption) error {
	res, err := c.send(ctx, newCall(http.MethodDelete, "changelog", id).with(opts))
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// Campaign tells which tokens still have an API version, and who was told that
// it goes away.
func (c *Client) Campaign(ctx context.Context, version string, params GetCampaignParams, opts ...CallOption) (Campaign, error) {
	var out Campaign
	err := c.do(ctx, newGet(params, "versions", version, "campaign").with(opts), &out)
	return out, err
}

// AcknowledgeVersion notes that the caller knows that the API version of a token
// goes away. Doing it twice is no error.
func (c *Client) AcknowledgeVersion(ctx context.Context, tokenID string, opts ...CallOption) (Acknowledgement, error) {
	var out Acknowledgement
	err := c.do(ctx, newCall(http.MethodPost, "tokens", tokenID, "acknowledge").with(opts), &out)
	return out, err
}
