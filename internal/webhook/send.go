package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	timeout    = 15 * time.Second
	keptBody   = 4 << 10 // bytes of an answer
	keptHeader = 256     // characters of a header's value
	mostHeader = 64 << 10
)

// answerHeaders are those of an answer that are kept: they help, and no program
// puts a secret into them.
var answerHeaders = []string{"Content-Type", "Date", "Location", "Retry-After", "Server", "Via", "X-Request-Id"}

// Sender sends messages.
type Sender struct {
	guard   *guard
	public  *http.Client
	private *http.Client // for hosts that the operator has named
	agent   string
}

// Message is what is sent.
type Message struct {
	URL     string
	ID      string // the same each time it is sent
	Body    []byte // JSON
	Secrets []Secret
	At      time.Time // of this attempt
}

// Result is what came of an attempt. It has no secret in it, and no signature.
type Result struct {
	Outcome         Outcome
	Text            string // the outcome in words
	Status          int    // 0 without an answer
	RequestHeaders  map[string]string
	ResponseHeaders map[string]string
	ResponseBody    string
	RetryAfter      time.Duration // what the endpoint asked for; 0 if it did not
}

// NewSender makes a sender. Beside the public internet it reaches what is
// allowed: names of hosts, addresses and networks. It trusts the authorities that
// the system trusts, and those in caFile, a file of PEM, unless that is empty.
func NewSender(allow []string, caFile, version string) (*Sender, error) {
	roots, err := authorities(caFile)
	if err != nil {
		return nil, err
	}
	s := &Sender{guard: newGuard(allow), agent: "Tokenry/" + version}
	s.public = newClient(&net.Dialer{Timeout: timeout, Control: s.guard.public.Safe}, roots)
	s.private = newClient(&net.Dialer{Timeout: timeout}, roots)
	return s, nil
}

// authorities is those of the system with those of a file; nil for the former
// alone.
func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the certificates that webhooks trust: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate in PEM; set TOKENRY_WEBHOOK_CA_FILE to a file that has", file)
	}
	return roots, nil
}

// newClient makes a client that goes nowhere but where it is sent: it knows no
// proxy, follows no redirect and keeps no cookies.
func newClient(dialer *net.Dialer, roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:      true,
			MaxIdleConns:           32,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: mostHeader,
		},
	}
}

// Check is what is wrong with a URL to send to, or nil. What its name stands for
// is judged anew at every attempt.
func (s *Sender) Check(text string) error { return s.guard.check(text) }

// Send makes one attempt. A failure of the endpoint is a result; an error is for
// what is no fault of it, such as a ctx that has ended.
func (s *Sender) Send(ctx context.Context, m Message) (Result, error) {
	req, err := s.request(ctx, m)
	if err != nil {
		return Result{}, err
	}
	result := Result{RequestHeaders: sent(req.Header), ResponseHeaders: map[string]string{}}
	if fault := s.Check(m.URL); fault != nil { // the operator may have changed their mind
		result.Outcome, result.Text = Forbidden, "The URL is not one that webhooks may be sent to: "+fault.Error()+"."
		return result, nil
	}
	client := s.public
	if s.guard.knows(req.URL.Hostname()) {
		client = s.private
	}
	res, err := client.Do(req)
	if ctx.Err() != nil {
		if err == nil {
			_ = res.Body.Close() // nobody reads it
		}
		return Result{}, ctx.Err()
	}
	if err != nil {
		result.Outcome, result.Text = explain(err)
		return result, nil
	}
	defer res.Body.Close()
	result.read(res, m.At)
	return result, nil
}

func (s *Sender) request(ctx context.Context, m Message) (*http.Request, error) {
	signatures, err := sign(m.Secrets, m.ID, m.At, m.Body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", unwrapped(err))
	}
	req.Header = http.Header{
		"Content-Type":      {"application/json"},
		"User-Agent":        {s.agent},
		"Webhook-Id":        {m.ID},
		"Webhook-Timestamp": {strconv.FormatInt(m.At.Unix(), 10)},
		"Webhook-Signature": {signatures},
	}
	return req, nil
}

// unwrapped is an error without the URL, which may have a secret in it.
func unwrapped(err error) error {
	if wrapped, ok := err.(*url.Error); ok { //nolint:errorlint // what net/http itself gives
		return wrapped.Err
	}
	return err
}

// sent is the headers of a request that are kept.
func sent(h http.Header) map[string]string {
	kept := map[string]string{}
	for name := range h {
		if name != "Webhook-Signature" {
			kept[name] = h.Get(name)
		}
	}
	return kept
}

// read keeps what is of interest of an answer.
func (r *Result) read(res *http.Response, now time.Time) {
	body, _ := io.ReadAll(io.LimitReader(res.Body, keptBody)) // what there is of it
	r.Status = res.StatusCode
	r.Outcome, r.Text = judge(res)
	r.RetryAfter = retryAfter(res, now)
	r.ResponseBody = plain(string(body))
	for _, name := range answerHeaders {
		if value := res.Header.Get(name); value != "" {
			r.ResponseHeaders[name] = plain(value[:min(len(value), keptHeader)])
		}
	}
}

// plain is text that both databases can hold.
func plain(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
