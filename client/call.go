package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxAnswer = 64 << 20 // bytes of a JSON answer
	pause     = 250 * time.Millisecond
	maxPause  = 5 * time.Second
)

// call is one request to be.
type call struct {
	method string
	path   []string // segments, not escaped
	query  url.Values
	header http.Header
	body   []byte
	keep   []keptHeader
}

// keptHeader is a header of the answer that the caller wants.
type keptHeader struct {
	name string
	to   *string
}

func newCall(method string, path ...string) *call {
	return &call{method: method, path: path, query: url.Values{}, header: http.Header{"Accept": {"application/json"}}}
}

// with adds the options of the caller.
func (c *call) with(opts []CallOption) *call {
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// json sets the body.
func (c *call) json(body any) *call {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // only for types that JSON does not have
	}
	c.body = data
	contentType := "application/json"
	if c.method == http.MethodPatch {
		contentType = "application/merge-patch+json"
	}
	c.header.Set("Content-Type", contentType)
	return c
}

// form sets the body to a form.
func (c *call) form(values url.Values) *call {
	c.body = []byte(values.Encode())
	c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c
}

// once marks a call that makes a secret.
func (c *call) once() *call {
	c.header.Set(idempotencyHeader, NewIdempotencyKey())
	return c
}

// do sends a call and reads its JSON answer into out.
func (c *Client) do(ctx context.Context, call *call, out any) error {
	res, err := c.send(ctx, call)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if media != "application/json" {
		return c.transportError(call, errors.New("the answer is not JSON; is this a Tokenry server?"))
	}
	for _, keep := range call.keep {
		*keep.to = res.Header.Get(keep.name)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err == nil {
		err = json.Unmarshal(data, out)
	}
	if err != nil {
		return c.transportError(call, err)
	}
	return nil
}

// text sends a call, and gives its answer of a media type as it is.
func (c *Client) text(ctx context.Context, call *call, mediaType string) (string, http.Header, error) {
	call.header.Set("Accept", mediaType)
	res, err := c.send(ctx, call)
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	if media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); media != mediaType {
		return "", nil, c.transportError(call, errors.New("the answer is no "+mediaType+"; is this a Tokenry server?"))
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return "", nil, c.transportError(call, err)
	}
	return string(data), res.Header, nil
}

// send gives the answer if it is one of success. A call that has an idempotency
// key is repeated once: had it been done the first time, the answer is the same.
func (c *Client) send(ctx context.Context, call *call) (*http.Response, error) {
	res, err := c.try(ctx, call)
	if call.header.Get(idempotencyHeader) == "" || !mayRepeat(err) {
		return res, err
	}
	wait := pause
	if refused, ok := errors.AsType[*Error](err); ok && refused.RetryAfter > 0 {
		wait = min(refused.RetryAfter, maxPause)
	}
	select {
	case <-ctx.Done():
		return nil, err
	case <-time.After(wait):
		return c.try(ctx, call)
	}
}

func mayRepeat(err error) bool {
	if refused, ok := errors.AsType[*Error](err); ok {
		return refused.Status == http.StatusServiceUnavailable
	}
	return err != nil
}

func (c *Client) try(ctx context.Context, call *call) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, call.method, c.url(call), bytes.NewReader(call.body)) //nolint:gosec // host and segments are ours
	if err != nil {
		return nil, c.transportError(call, err)
	}
	req.Header = call.header.Clone()
	req.Header.Set("User-Agent", c.agent)
	if c.secret != "" {
		req.Header.Set("Authorization", "Bearer "+c.secret)
	}
	res, err := c.http.Do(req) //nolint:gosec // as above
	if err != nil {
		return nil, c.transportError(call, err)
	}
	if res.StatusCode < 300 {
		return res, nil
	}
	defer res.Body.Close()
	return nil, errorOf(res)
}

func (c *Client) url(call *call) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(c.base.String(), "/"))
	for _, segment := range call.path {
		b.WriteByte('/')
		if segment = url.PathEscape(segment); segment == "." {
			segment = "%2E"
		}
		b.WriteString(strings.ReplaceAll(segment, "..", "%2E%2E")) // it would name another operation
	}
	if len(call.query) > 0 {
		b.WriteByte('?')
		b.WriteString(call.query.Encode())
	}
	return b.String()
}

func (c *Client) transportError(call *call, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return &TransportError{Method: call.method, URL: c.base.String() + "/" + strings.Join(call.path, "/"), Err: err}
}

// errorOf reads a failure. What is not a problem of Tokenry, such as a page of
// a proxy, gives the status alone.
func errorOf(res *http.Response) *Error {
	e := &Error{
		Status: res.StatusCode, Code: "http_" + strconv.Itoa(res.StatusCode),
		Message:   "The server answered " + res.Status + ".",
		RequestID: res.Header.Get("X-Request-Id"),
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	if to := res.Header.Get("Location"); res.StatusCode < 400 && to != "" {
		e.Message = "The server redirects to " + to + ", and redirects are not followed. Use that address if it is the right one."
	}
	problem := problemOf(res)
	if problem.Code == "" {
		return e
	}
	e.Code, e.Message, e.Fields = problem.Code, problem.Detail, problem.Fields
	if problem.RequestID != nil {
		e.RequestID = *problem.RequestID
	}
	if problem.Need != nil {
		e.Need = *problem.Need
	}
	return e
}

// problemOf reads a problem, or an error of OAuth as one; it has no code if it is
// neither.
func problemOf(res *http.Response) (problem Problem) {
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	body := json.NewDecoder(io.LimitReader(res.Body, maxAnswer))
	switch media {
	case "application/problem+json":
		if body.Decode(&problem) != nil {
			return Problem{}
		}
	case "application/json":
		var e OAuthError
		if body.Decode(&e) == nil {
			problem = Problem{Code: e.Code, Detail: e.ErrorDescription, Need: e.Need, RequestID: e.RequestID}
		}
	}
	return problem
}
