package serve_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/serve"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// start runs a server. Stop tells it to end; ended gives what Run returned.
func start(t *testing.T, grace time.Duration, s serve.Server) (stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	s.Name = "test"
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve.Run(ctx, slog.New(slog.DiscardHandler), grace, s) }()
	t.Cleanup(stop)
	return stop, done
}

func TestRunFinishesRequests(t *testing.T) {
	t.Parallel()
	l, arrived, release := listen(t), make(chan bool), make(chan bool)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		_, _ = io.WriteString(w, "done")
	})
	stop, ended := start(t, time.Minute, serve.Server{Listener: l, Handler: handler, RequestTimeout: time.Minute})
	body := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			body <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		body <- string(text)
	}()
	<-arrived
	stop()
	awaitRefusal(t, l.Addr().String())
	close(release)
	if got := <-body; got != "done" {
		t.Errorf("the request under way got %q, want %q", got, "done")
	}
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

// awaitRefusal waits until nobody listens at the address.
func awaitRefusal(t *testing.T, address string) {
	t.Helper()
	for t.Context().Err() == nil {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

func TestRunBreaksOffRequestsAfterGrace(t *testing.T) {
	t.Parallel()
	l, arrived := listen(t), make(chan bool)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-r.Context().Done()
	})
	stop, ended := start(t, time.Millisecond, serve.Server{Listener: l, Handler: handler, RequestTimeout: time.Minute})
	failed := make(chan error, 1)
	go func() {
		_, err := http.Get("http://" + l.Addr().String())
		failed <- err
	}()
	<-arrived
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered, want its connection closed")
	}
}

func TestRunEndsWhenAServerFails(t *testing.T) {
	t.Parallel()
	broken := listen(t)
	_ = broken.Close()
	err := serve.Run(t.Context(), slog.New(slog.DiscardHandler), time.Minute,
		serve.Server{Name: "good", Listener: listen(t), Handler: http.NotFoundHandler()},
		serve.Server{Name: "broken", Listener: broken, Handler: http.NotFoundHandler()})
	if err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("Run = %v, want the failure of the broken server", err)
	}
}

func TestRunBoundsRequests(t *testing.T) {
	t.Parallel()
	l := listen(t)
	start(t, time.Minute, serve.Server{Listener: l, Handler: http.NotFoundHandler(), RequestTimeout: 50 * time.Millisecond})
	tests := map[string]struct{ request, want string }{
		"huge header":  {"GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		"never ending": {"GET / HTTP/1.1\r\nHost: a\r\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, tt.request) // the server may close before it has read all
			got, _ := io.ReadAll(conn)              // ends when the server closes
			if !strings.HasPrefix(string(got), tt.want) {
				t.Errorf("answer %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCertificateIsReadAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	writePair(t, certFile, keyFile, 1)
	certificate, err := serve.LoadCertificate(certFile, keyFile, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l := listen(t)
	start(t, time.Minute, serve.Server{Listener: l, Handler: http.NotFoundHandler(), Certificate: certificate, RequestTimeout: time.Minute})

	expect := func(when string, want int64) {
		t.Helper()
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		defer conn.Close()
		state := conn.ConnectionState()
		if got := state.PeerCertificates[0].SerialNumber.Int64(); got != want {
			t.Errorf("%s: certificate %d, want %d", when, got, want)
		}
		if state.NegotiatedProtocol != "h2" {
			t.Errorf("%s: protocol %q, want h2", when, state.NegotiatedProtocol)
		}
	}
	expect("at first", 1)
	writePair(t, certFile, keyFile, 2)
	expect("after a change", 2)
	if err := os.WriteFile(certFile, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("while broken", 2)
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	expect("while missing", 2)
	writePair(t, certFile, keyFile, 3)
	expect("when repaired", 3)
}

func TestLoadCertificateNeedsAPair(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writePair(t, filepath.Join(dir, "a.crt"), filepath.Join(dir, "a.key"), 1)
	writePair(t, filepath.Join(dir, "b.crt"), filepath.Join(dir, "b.key"), 2)
	for _, files := range [][2]string{{"a.crt", "b.key"}, {"a.crt", "none"}, {"none", "a.key"}, {"a.key", "a.crt"}} {
		if _, err := serve.LoadCertificate(filepath.Join(dir, files[0]), filepath.Join(dir, files[1]), slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("LoadCertificate(%v) gave no error", files)
		}
	}
}

// writePair writes a self-signed certificate with that serial number.
func writePair(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{fmt.Sprint("serial", serial)}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
