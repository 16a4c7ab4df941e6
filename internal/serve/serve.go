// Package serve runs HTTP servers: bounded in time and size, over TLS if asked,
// and stopped without breaking off what they are answering.
package serve

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// Server is one listener and what answers there.
type Server struct {
	Name     string // for the log
	Listener net.Listener
	Handler  http.Handler
	// Certificate makes it serve TLS. Nil means plain HTTP.
	Certificate *Certificate
	// RequestTimeout is the longest that reading a request, and then answering
	// it, may take; 0 means a minute. A handler that streams sets its own write
	// deadline.
	RequestTimeout time.Duration
}

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 32 << 10
	// answerMargin is left to the handler to say that it took too long.
	answerMargin = 5 * time.Second
)

// Run serves until ctx is done or a server fails. It then takes no more
// requests, and those under way have the time of grace to finish. Servers are
// stopped one after the other, in the order given.
func Run(ctx context.Context, log *slog.Logger, grace time.Duration, servers ...Server) error {
	group, ctx := errgroup.WithContext(ctx)
	running := make([]*http.Server, len(servers))
	for i, s := range servers {
		running[i] = s.http(log)
		log.Info("listening", "server", s.Name, "address", s.Listener.Addr().String(), "tls", s.Certificate != nil)
		group.Go(func() error { return s.serve(running[i]) })
	}
	group.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		for i, s := range servers {
			if err := stop(end, running[i]); err != nil {
				log.Warn("requests were broken off", "server", s.Name, "error", err)
			}
		}
		return nil
	})
	return group.Wait()
}

func (s Server) http(log *slog.Logger) *http.Server {
	timeout := cmp.Or(s.RequestTimeout, time.Minute)
	srv := &http.Server{
		Handler:           s.Handler,
		ReadHeaderTimeout: min(headerTimeout, timeout),
		ReadTimeout:       timeout,
		WriteTimeout:      timeout + answerMargin,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if s.Certificate != nil {
		srv.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.Certificate.get}
	}
	return srv
}

// serve returns when the server has been told to stop, or cannot go on.
func (s Server) serve(srv *http.Server) error {
	var err error
	if s.Certificate != nil {
		err = srv.ServeTLS(patientListener{s.Listener}, "", "")
	} else {
		err = srv.Serve(patientListener{s.Listener})
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve %s: %w", s.Name, err)
}

// stop lets requests finish until ctx ends, and then closes their connections.
func stop(ctx context.Context, srv *http.Server) error {
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(err, srv.Close())
	}
	return nil
}
