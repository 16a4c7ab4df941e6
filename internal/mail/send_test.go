package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/internal/mailtest"
)

func message() *mail.Message {
	return &mail.Message{
		ID: "0NcLbQhmXf0wQ2qJkT9sVd", To: "ada@northwind.example", ToName: "Ada 王, \"the\" <x@example.com>\r\nBcc: eve@example.com",
		Language: "en", Subject: "Größe 令牌\r\nBcc: eve@example.com", Text: "Hello 你好\n", HTML: "<p>Hello 你好</p>",
		Unsubscribe: "https://tokens.example.com/unsubscribe?link=abc", Date: time.Now(),
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	must(t, (&mail.Server{URL: "smtp://" + server.SMTP, From: "Tokens 令牌 <tokens@example.com>"}).Send(t.Context(), message()))
	sent := server.Await(1)[0]
	if sent.MessageID != "0NcLbQhmXf0wQ2qJkT9sVd@example.com" || len(sent.To) != 1 || sent.To[0].Address != "ada@northwind.example" {
		t.Errorf("sent %+v", sent)
	}
	got := server.Read(sent)
	want := map[string]string{
		"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://tokens.example.com/unsubscribe?link=abc>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Bcc": "", "Content-Language": "en",
	}
	for name, value := range want {
		if got.Header.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), value)
		}
	}
	if !strings.Contains(got.Text, "Hello 你好") || !strings.Contains(got.HTML, "Hello 你好") || !strings.HasPrefix(sent.Subject, "Größe 令牌") {
		t.Errorf("%+v %+v", sent, got)
	}
}

// A server that refuses the reader will do so again; one that is away will not.
func TestPermanent(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t, "--smtp-allowed-recipients", "@northwind.example$")
	refused := message()
	refused.To = "nobody@contoso.example"
	err := (&mail.Server{URL: "smtp://" + server.SMTP, From: "tokenry@localhost"}).Send(t.Context(), refused)
	if err == nil || !mail.Permanent(err) {
		t.Errorf("refused: %v, want a permanent error", err)
	}
	err = (&mail.Server{URL: "smtp://user:pass-word@127.0.0.1:1", From: "tokenry@localhost"}).Send(t.Context(), message())
	if err == nil || mail.Permanent(err) || strings.Contains(err.Error(), "pass-word") {
		t.Errorf("away: %v, want an error that may pass", err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	certificate, key, roots := certify(t)
	authority := []string{"--smtp-tls-cert", certificate, "--smtp-tls-key", key}
	starttls := mailtest.New(t, append(authority, "--smtp-require-starttls")...)
	tls := mailtest.New(t, append(authority, "--smtp-require-tls")...)
	tests := map[string]struct {
		url   string
		roots *x509.CertPool
		sent  bool
	}{
		"STARTTLS":                       {"smtp://" + starttls.SMTP, roots, true},
		"STARTTLS, unknown authority":    {"smtp://" + starttls.SMTP, x509.NewCertPool(), false},
		"TLS from the start":             {"smtps://" + tls.SMTP, roots, true},
		"TLS, unknown authority":         {"smtps://" + tls.SMTP, x509.NewCertPool(), false},
		"TLS from the start, not spoken": {"smtps://" + starttls.SMTP, roots, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := (&mail.Server{URL: tt.url, From: "tokenry@localhost", Roots: tt.roots}).Send(t.Context(), message())
			if (err == nil) != tt.sent {
				t.Errorf("Send: %v", err)
			}
		})
	}
}

// TestNothingIsSentInClear off loopback, to a server that offers no STARTTLS.
// 0.0.0.0 is no loopback address, but leads to this machine.
func TestNothingIsSentInClear(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	_, port, err := net.SplitHostPort(server.SMTP)
	must(t, err)
	err = (&mail.Server{URL: "smtp://tokenry:password@0.0.0.0:" + port, From: "tokenry@localhost"}).Send(t.Context(), message())
	if err == nil || !strings.Contains(err.Error(), "STARTTLS") || strings.Contains(err.Error(), "password") {
		t.Errorf("Send: %v, want a refusal for want of STARTTLS", err)
	}
	if got := server.Messages(); len(got) != 0 {
		t.Errorf("mail was sent in clear: %v", got)
	}
}

// certify makes a certificate for this machine, and who vouches for it.
func certify(t *testing.T) (certificate, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	must(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	certificate, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	must(t, os.WriteFile(certificate, text, 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return certificate, key, roots
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
