package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
)

const secret = "tkr_0352eRhE1DX6h3uDzjTYir_VtXAMmHMBmVAGVhHwuqHSxq31XPOUjkbPnR4tdLN21M1mXQVC"

// serve starts a server and makes a client of it.
func serve(t *testing.T, handler http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, secret)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if status >= 400 {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func TestNew(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url, secret string
		opts        []client.Option
		ok          bool
	}{
		"https":                  {url: "https://tokens.example.com", secret: secret, ok: true},
		"with a path":            {url: "https://example.com/tokenry/", secret: secret, ok: true},
		"http on loopback":       {url: "http://127.0.0.1:8080", secret: secret, ok: true},
		"http on IPv6 loopback":  {url: "http://[::1]:8080", secret: secret, ok: true},
		"http on localhost":      {url: "http://localhost:8080", secret: secret, ok: true},
		"http elsewhere":         {url: "http://tokens.example.com", secret: secret},
		"http, like localhost":   {url: "http://localhost.example.com", secret: secret},
		"http without a secret":  {url: "http://tokens.example.com", ok: true},
		"http if it must be":     {url: "http://tokenry:8080", secret: secret, opts: []client.Option{client.AllowHTTP()}, ok: true},
		"another scheme":         {url: "ftp://example.com"},
		"no scheme":              {url: "example.com:8080"},
		"user in the URL":        {url: "https://a:b@example.com"},
		"query in the URL":       {url: "https://example.com?a=b"},
		"line break in secret":   {url: "https://example.com", secret: secret + "\n"},
		"secret outside of text": {url: "https://example.com", secret: "schlüssel"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := client.New(tt.url, tt.secret, tt.opts...)
			if (err == nil) != tt.ok {
				t.Fatalf("New: error %v, want success %v", err, tt.ok)
			}
			if text := fmt.Sprintf("%v %+v %#v %v", c, c, c, err); tt.secret != "" && strings.Contains(text, tt.secret) {
				t.Errorf("the secret is in %q", text)
			}
		})
	}
}

func TestCallsCarryWhatIsAsked(t *testing.T) {
	t.Parallel()
	type seen struct {
		uri    string
		header http.Header
		body   string
	}
	tests := map[string]struct {
		call func(ctx context.Context, c *client.Client) error
		uri  string
		head map[string]string
		body string
	}{
		"list": {
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.ListTokens(ctx, client.ListTokensParams{
					Q: new("a b"), Status: []client.TokenStatus{"active", "expired"}, ContactMissing: new(false), Limit: new(7),
					CreatedAfter: new(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
				}, client.WithAccount("acc"))
				return err
			},
			uri:  "GET /tokens?contact_missing=false&created_after=2026-01-02T03%3A04%3A05Z&limit=7&q=a+b&status=active%2Cexpired",
			head: map[string]string{"Tokenry-Account": "acc", "Authorization": "Bearer " + secret, "Idempotency-Key": ""},
		},
		"create": {
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.CreateToken(ctx, client.CreateTokenRequest{Name: "n", Scopes: []string{"s"}}, client.WithIdempotencyKey("0123456789abcdef"))
				return err
			},
			uri:  "POST /tokens",
			head: map[string]string{"Content-Type": "application/json", "Idempotency-Key": "0123456789abcdef", "Tokenry-Account": ""},
			body: `{"contacts":{"primary":""},"name":"n","scopes":["s"]}`,
		},
		"update": {
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.UpdateToken(ctx, "abc", client.UpdateTokenRequest{Name: new("n")}, client.WithIfMatch(`"7"`), client.WithoutWait())
				return err
			},
			uri:  "PATCH /tokens/abc?wait=false",
			head: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": `"7"`},
			body: `{"name":"n"}`,
		},
		"an id that is none": {
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.DeleteToken(ctx, "../accounts?x")
				return err
			},
			uri: "DELETE /tokens/%2E%2E%2Faccounts%3Fx",
		},
		"catalog": {
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.PutCatalog(ctx, []byte("a: b"), client.PutCatalogParams{DryRun: new(true)})
				return err
			},
			uri:  "PUT /catalog?dry_run=true",
			head: map[string]string{"Content-Type": "application/yaml"},
			body: "a: b",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got seen
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = seen{r.Method + " " + r.RequestURI, r.Header, string(body)}
				answer(w, 200, map[string]any{})
			})
			if err := tt.call(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if got.uri != tt.uri || got.body != tt.body {
				t.Errorf("sent %s with body %q, want %s with %q", got.uri, got.body, tt.uri, tt.body)
			}
			for name, want := range tt.head {
				if got.header.Get(name) != want {
					t.Errorf("sent %s %q, want %q", name, got.header.Get(name), want)
				}
			}
		})
	}
}

// A call that makes a secret is repeated once, under the same key, if the
// answer was lost or the server could not answer.
func TestCallsThatMakeASecretAreRepeated(t *testing.T) {
	t.Parallel()
	broken := func(http.ResponseWriter) { panic(http.ErrAbortHandler) }
	status := func(status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { answer(w, status, client.Problem{Code: "c", Status: status}) }
	}
	good := func(w http.ResponseWriter) { answer(w, 201, map[string]string{"secret": secret}) }
	create := func(ctx context.Context, c *client.Client) error {
		made, err := c.CreateToken(ctx, client.CreateTokenRequest{})
		if err == nil && made.Secret != secret {
			return errors.New("the secret is not in the answer")
		}
		return err
	}
	tests := map[string]struct {
		call    func(context.Context, *client.Client) error
		answers []func(http.ResponseWriter)
		ok      bool
	}{
		"answered":       {create, []func(http.ResponseWriter){good}, true},
		"answer lost":    {create, []func(http.ResponseWriter){broken, good}, true},
		"unavailable":    {create, []func(http.ResponseWriter){status(503), good}, true},
		"lost for good":  {create, []func(http.ResponseWriter){broken, status(503)}, false},
		"refused":        {create, []func(http.ResponseWriter){status(422)}, false},
		"a fault inside": {create, []func(http.ResponseWriter){status(500)}, false},
		"not such a call": {func(ctx context.Context, c *client.Client) error {
			_, err := c.DisableToken(ctx, "a")
			return err
		}, []func(http.ResponseWriter){status(503)}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			keys := make(chan string, 10)
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				keys <- r.Header.Get("Idempotency-Key")
				tt.answers[min(int(calls.Add(1)), len(tt.answers))-1](w)
			})
			if err := tt.call(t.Context(), c); (err == nil) != tt.ok {
				t.Errorf("error %v, want success %v", err, tt.ok)
			}
			if int(calls.Load()) != len(tt.answers) {
				t.Errorf("%d calls, want %d", calls.Load(), len(tt.answers))
			}
			first := <-keys
			for len(keys) > 0 {
				if key := <-keys; key != first || len(key) < 16 {
					t.Errorf("the repeat has the key %q, the call had %q", key, first)
				}
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(other.Close)
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	_, err := c.Whoami(t.Context())
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Status != 307 || !strings.Contains(refused.Message, other.URL) {
		t.Errorf("Whoami: error %v, want one that tells of the redirect", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	page := func(status int, contentType, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("X-Request-Id", "r1")
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	t.Run("problem", func(t *testing.T) {
		t.Parallel()
		c := serve(t, page(403, "application/problem+json", `{"status":403,"code":"insufficient_scope","detail":"No.","need":"s","request_id":"r2",
			"fields":[{"field":"a.0","code":"wrong","message":"Bad."}]}`))
		_, err := c.Token(t.Context(), "a")
		e, ok := errors.AsType[*client.Error](err)
		if !ok || e.Status != 403 || e.Code != "insufficient_scope" || e.Message != "No." || e.Need != "s" || e.RequestID != "r2" ||
			e.RetryAfter != 3*time.Second || len(e.Fields) != 1 || e.Fields[0].Field != "a.0" {
			t.Errorf("Token: error %#v", err)
		}
	})
	t.Run("page of a proxy", func(t *testing.T) {
		t.Parallel()
		c := serve(t, page(502, "text/html", "<h1>Bad Gateway</h1>"))
		_, err := c.Token(t.Context(), "a")
		if e, ok := errors.AsType[*client.Error](err); !ok || e.Status != 502 || e.Code != "http_502" || e.RequestID != "r1" {
			t.Errorf("Token: error %#v", err)
		}
	})
	for name, handler := range map[string]http.HandlerFunc{
		"page instead of JSON": page(200, "text/html", "<h1>Welcome</h1>"),
		"cut off":              page(200, "application/json", `{"id":"a`),
		"hung up":              func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, handler).Token(t.Context(), "a")
			if _, ok := errors.AsType[*client.TransportError](err); !ok || strings.Contains(err.Error(), secret) {
				t.Errorf("Token: error %#v, want a TransportError", err)
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		c, err := client.New(server.URL, secret)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Whoami(t.Context())
		if _, ok := errors.AsType[*client.TransportError](err); !ok {
			t.Errorf("Whoami: error %v, want a TransportError", err)
		}
	})
}

func TestETagIsKept(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"7"`)
		answer(w, 200, map[string]any{})
	})
	var etag string
	if _, err := c.Token(t.Context(), "a", client.KeepETag(&etag)); err != nil || etag != `"7"` {
		t.Errorf("Token: ETag %q, error %v", etag, err)
	}
}

func TestExportThatBreaksOffIsAnError(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/x-ndjson" {
			t.Errorf("Accept = %q", r.Header.Get("Accept"))
		}
		_, _ = io.WriteString(w, "{}\n")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	var out bytes.Buffer
	err := c.ExportAudit(t.Context(), &out, client.ListAuditParams{})
	if _, ok := errors.AsType[*client.TransportError](err); !ok || out.String() != "{}\n" {
		t.Errorf("ExportAudit: error %v after %q, want a TransportError after a line", err, out.String())
	}
}
