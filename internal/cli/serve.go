package cli

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/config"
)

type serveCommand struct {
	settings
	Demo               bool   `help:"Fill a new database with a sample catalog, accounts and tokens."`
	OperatorSecretFile string `placeholder:"FILE" help:"File to write the operator secret to at first start; it must not exist."`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, env *Env) error {
	cfg, err := c.load(env)
	if err != nil {
		return err
	}
	server, err := app.New(ctx, cfg, app.Options{
		Demo: c.Demo, OperatorSecretFile: c.OperatorSecretFile, Terminal: env.Terminal, Log: env.Stderr,
	})
	if err != nil {
		return err
	}
	return server.Run(ctx)
}

type healthcheckCommand struct{ settings }

// Run asks the server of these settings whether it is alive. That it is not is
// told by exit code 1, as container engines expect.
func (c *healthcheckCommand) Run(ctx context.Context, env *Env) error {
	cfg, err := c.load(env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, healthURL(cfg), nil)
	if err != nil {
		return err
	}
	// The certificate is for the name that users know; no secret is sent.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // see above
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return refuse("The server does not answer: %v.", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refuse("The server answered %s.", res.Status)
	}
	env.printf("ok\n")
	return nil
}

// healthURL is on the address listened on, or on loopback if that is all
// addresses.
func healthURL(cfg config.Config) string {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		panic(err) // the config is checked
	}
	switch ip, _ := netip.ParseAddr(host); {
	case host == "" || ip == netip.IPv4Unspecified():
		host = "127.0.0.1"
	case ip == netip.IPv6Unspecified():
		host = "::1"
	}
	scheme := "http://"
	if cfg.TLSCertFile != "" {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port) + "/healthz"
}
