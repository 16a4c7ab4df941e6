package serve

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate is a certificate and its key from files. A change of the files
// counts from the next connection on; while they are broken, as between the
// replacement of one and of the other, the last good pair is used.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	read    [2]version // of the files, when they were last read
}

// version tells whether a file has changed.
type version struct {
	modified time.Time
	size     int64
}

// LoadCertificate reads the pair. Later failures to read it go to the log.
func LoadCertificate(certFile, keyFile string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log}
	c.read = c.versions()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read the TLS certificate: %w", err)
	}
	c.current = &pair
	return c, nil
}

// get is the certificate for a new connection.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.versions()
	if now == c.read {
		return c.current, nil
	}
	c.read = now
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		c.log.Error("the TLS certificate has changed and cannot be used; the previous one stays", "file", c.certFile, "error", err)
		return c.current, nil
	}
	c.current = &pair
	c.log.Info("the TLS certificate was replaced", "file", c.certFile, "expires", pair.Leaf.NotAfter)
	return c.current, nil
}

// versions of the two files. One that is missing has the zero version.
func (c *Certificate) versions() (v [2]version) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil {
			v[i] = version{info.ModTime(), info.Size()}
		}
	}
	return v
}
