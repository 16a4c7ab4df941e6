package client

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Client calls one server with one credential. It is safe for use by many
// goroutines.
type Client struct {
	base   *url.URL
	secret string
	http   *http.Client
	agent  string

	allowHTTP bool
}

// Option changes how a Client works.
type Option func(*Client)

// AllowHTTP lets the secret go over http:// to another machine, where everybody
// on the way can read it.
func AllowHTTP() Option { return func(c *Client) { c.allowHTTP = true } }

// UserAgent sets the header by which the server's log tells programs apart.
func UserAgent(name string) Option { return func(c *Client) { c.agent = name } }

// Transport sets how requests are sent, such as with the certificates of your
// own authority.
func Transport(t http.RoundTripper) Option { return func(c *Client) { c.http.Transport = t } }

// ErrPlainHTTP is the error of New for a secret that would go over http:// to
// another machine.
var ErrPlainHTTP = errors.New("the secret would go over the network in clear: use https://")

// New makes a client of the server at baseURL, an http:// or https:// URL that
// may have a path. The secret is a Tokenry secret or a JWT of your identity
// provider; without one, only what needs no credential can be called. Nothing
// is sent before the first call.
func New(baseURL, secret string, opts ...Option) (*Client, error) {
	base, err := url.Parse(baseURL)
	switch {
	case err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https":
		return nil, errors.New("the address of the server is not an http:// or https:// URL")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("the address of the server has a user, a query or a fragment")
	case strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("the secret has a character in it that no secret has")
	}
	c := &Client{base: base, secret: secret, http: newHTTPClient(), agent: "tokenry-go"}
	for _, opt := range opts {
		opt(c)
	}
	if base.Scheme == "http" && secret != "" && !c.allowHTTP && !isLoopback(base.Hostname()) {
		return nil, fmt.Errorf("%s: %w", base.Redacted(), ErrPlainHTTP)
	}
	return c, nil
}

// String is the address of the server; the secret is not shown.
func (c *Client) String() string { return c.base.String() }

// GoString hides the secret.
func (c *Client) GoString() string { return fmt.Sprintf("client.Client(%s)", c.base) }

// newHTTPClient follows no redirect: the secret would go along. A call may wait
// long for its answer, as one that takes rights away waits for all nodes.
func newHTTPClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = 90 * time.Second
	t.MaxIdleConnsPerHost = 100 // checks come many at a time
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.Unmap().IsLoopback()
}

// CallOption changes a single call.
type CallOption func(*call)

// WithAccount names the account to act in, as operators and services of the
// operator account must. An empty id names none.
func WithAccount(id string) CallOption {
	return func(c *call) {
		if id != "" {
			c.header.Set("Tokenry-Account", id)
		}
	}
}

// WithIfMatch lets a change happen only if the ETag is still the one given.
func WithIfMatch(etag string) CallOption {
	return func(c *call) { c.header.Set("If-Match", etag) }
}

// KeepETag stores the ETag of the answer.
func KeepETag(etag *string) CallOption {
	return func(c *call) { c.keep = append(c.keep, keptHeader{"ETag", etag}) }
}

// WithLanguage asks for texts in these languages, as in Accept-Language.
func WithLanguage(tags string) CallOption {
	return func(c *call) {
		if tags != "" {
			c.header.Set("Accept-Language", tags)
		}
	}
}

// WithoutWait lets a call that takes rights away answer before all nodes have heard.
func WithoutWait() CallOption {
	return func(c *call) { c.query.Set("wait", "false") }
}

// WithIdempotencyKey repeats an earlier call that makes a secret: within 24 hours
// the answer is the same, secret included. Calls that make a secret have a
// random key unless one is given.
func WithIdempotencyKey(key string) CallOption {
	return func(c *call) { c.header.Set(idempotencyHeader, key) }
}

const idempotencyHeader = "Idempotency-Key"

// NewIdempotencyKey makes a key for one call.
func NewIdempotencyKey() string { return rand.Text() }
