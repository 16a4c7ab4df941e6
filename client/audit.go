package client

import (
	"context"
	"io"
)

// ListAudit gives a page of audit entries, newest first.
func (c *Client) ListAudit(ctx context.Context, params ListAuditParams, opts ...CallOption) (AuditList, error) {
	var out AuditList
	err := c.do(ctx, newGet(params, "audit").with(opts), &out)
	return out, err
}

// ExportAudit writes all entries that fulfil the parameters to w, one JSON
// object on each line.
func (c *Client) ExportAudit(ctx context.Context, w io.Writer, params ListAuditParams, opts ...CallOption) error {
	call := newGet(params, "audit").with(opts)
	call.header.Set("Accept", "application/x-ndjson")
	res, err := c.send(ctx, call)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer := &reader{r: res.Body}
	if _, err := io.Copy(w, answer); answer.err != nil {
		return c.transportError(call, answer.err)
	} else if err != nil {
		return err
	}
	return nil
}

// reader keeps the error of reading, to tell it from one of writing.
type reader struct {
	r   io.Reader
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}
