// Package app builds everything from a config, runs it, and stops it.
package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/github"
	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/internal/serve"
	"github.com/tokenry/tokenry/internal/telemetry"
	"github.com/tokenry/tokenry/service"
	"github.com/tokenry/tokenry/web"
)

// Version of the program; set when it is built.
var Version = "dev"

// Options are what a start is told beside its config.
type Options struct {
	Demo bool // fill a new database with the demo
	// OperatorSecretFile is where first start writes the operator secret; it must
	// not exist. Empty for the terminal, or the data folder without one.
	OperatorSecretFile string
	Terminal           io.Writer // nil if there is none
	Log                io.Writer
}

// App is a server.
type App struct {
	cfg      config.Config
	log      *slog.Logger
	lock     *flock.Flock // nil on PostgreSQL
	services *services
	servers  []serve.Server
	traces   *telemetry.Traces // nil for none
	stopJWKS context.CancelFunc
}

// New builds a server: it migrates the database, opens the keys, listens, and
// fills a new database. Close or Run must follow.
func New(ctx context.Context, cfg config.Config, options Options) (_ *App, err error) {
	a := &App{cfg: cfg, log: telemetry.NewLogger(options.Log, cfg.LogFormat, cfg.LogLevel), stopJWKS: func() {}}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	a.log.Info("starting", "version", Version)
	keepPrivate(cfg, a.log)
	store, err := openStore(cfg, true)
	if err != nil {
		return nil, err
	}
	a.services = &services{store: store}
	if a.lock, err = lockData(cfg); err != nil {
		return nil, err
	}
	if err := a.step("migrate", func() error { return migrate(ctx, cfg, store, a.log) }); err != nil {
		return nil, err
	}
	root, err := rootKey(ctx, cfg, store)
	if err != nil {
		return nil, err
	}
	built, err := newServices(cfg, store, root, a.log)
	if err != nil {
		return nil, err
	}
	a.services = built
	if a.lock != nil { // no other server can be alive
		if err := store.Nodes.Clear(ctx); err != nil {
			return nil, err
		}
	}
	if err := a.listen(ctx); err != nil {
		return nil, err
	}
	err = a.step("make what a new database needs", func() error {
		return a.services.bootstrap.Start(ctx, options.Demo, a.teller(options))
	})
	if err != nil {
		return nil, err
	}
	if err := a.step("make a signing key", func() error { return a.services.signing.Start(ctx) }); err != nil {
		return nil, err
	}
	return a, a.handle(ctx)
}

// slowStep is when a step of the start is taken to be stuck.
const slowStep = 5 * time.Second

// step does a step of the start. If it takes long, as when it waits for the
// database, the log says which.
func (a *App) step(name string, do func() error) error {
	slow := time.AfterFunc(slowStep, func() { a.log.Warn("starting takes long", "step", name) })
	defer slow.Stop()
	return do()
}

// listen opens the listeners, so that a taken address is noticed before anything
// is made.
func (a *App) listen(ctx context.Context) error {
	server := serve.Server{Name: "api", RequestTimeout: a.cfg.RequestTimeout}
	if a.cfg.TLSCertFile != "" {
		var err error
		if server.Certificate, err = serve.LoadCertificate(a.cfg.TLSCertFile, a.cfg.TLSKeyFile, a.log); err != nil {
			return err
		}
	}
	if err := a.add(ctx, server, a.cfg.Listen); err != nil {
		return err
	}
	if url, ok := strings.CutSuffix(a.cfg.PublicURL, ":0"); ok { // the port is known only now
		a.cfg.PublicURL = fmt.Sprintf("%s:%d", url, a.servers[0].Listener.Addr().(*net.TCPAddr).Port)
	}
	if a.cfg.OpsListen == "" {
		return nil
	}
	return a.add(ctx, serve.Server{Name: "ops"}, a.cfg.OpsListen)
}

// handle gives the listeners what they serve.
func (a *App) handle(ctx context.Context) error {
	registry := telemetry.NewRegistry(Version)
	if err := a.services.measure(registry); err != nil {
		return err
	}
	if a.cfg.OTLPEndpoint != "" {
		traces, err := telemetry.NewTraces(ctx, a.cfg.OTLPEndpoint, Version, a.log)
		if err != nil {
			return err
		}
		a.traces = traces
	}
	handler, err := a.handler(telemetry.NewRequests(registry, api.Operations(), a.traces))
	if err != nil {
		return err
	}
	for i, handler := range []http.Handler{handler, telemetry.OpsHandler(registry)}[:len(a.servers)] {
		a.servers[i].Handler = handler
	}
	return nil
}

// addressSetting is where each listener gets its address from.
var addressSetting = map[string]string{"api": "TOKENRY_LISTEN", "ops": "TOKENRY_OPS_LISTEN"}

func (a *App) add(ctx context.Context, server serve.Server, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%w: choose another address with %s", err, addressSetting[server.Name])
	}
	server.Listener = listener
	a.servers = append(a.servers, server)
	return nil
}

func (a *App) handler(requests *telemetry.Requests) (http.Handler, error) {
	s := a.services
	provider := a.provider()
	if cfg := a.cfg.OIDC; cfg.ClientID != "" {
		s.sessions.Login = provider.NewLogin(oidc.LoginConfig{
			ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, Scopes: cfg.Scopes,
			RedirectURL: a.cfg.PublicURL + "/auth/callback", LeaveURL: a.cfg.PublicURL + "/console/sign-in",
		})
	}
	if a.cfg.OIDC.Audience == "" { // only people sign in there
		provider = nil
	}
	s.notices.PublicURL, s.campaigns.PublicURL = a.cfg.PublicURL, a.cfg.PublicURL // the port is known now
	server := &api.Server{
		Tokens: s.tokens, Self: &service.Self{Tokens: s.tokens, Verifier: s.verifier}, Accounts: s.accounts, Members: s.members,
		Audits: s.audits, Events: s.events, Catalogs: s.catalogs, Webhooks: s.webhooks, Changelog: s.changelog, Campaigns: s.campaigns,
		Verifier: s.verifier, Refusals: s.refusals, Leaks: s.leaks, Node: s.node, Notices: s.notices,
		Gate:     &service.Gate{Cache: s.cache, PublicChangelog: a.cfg.PublicChangelog},
		Callers:  &service.Callers{Verifier: s.verifier, Store: s.store, Provider: provider},
		Sessions: s.sessions,
		JWTs: &service.JWTs{
			Store: s.store, Verifier: s.verifier, Keys: s.keys, Issuer: a.cfg.PublicURL, Lifetime: a.cfg.JWT.Lifetime, Resources: a.cfg.JWT.Resources,
		},
		Log: a.log, TrustedProxies: a.cfg.TrustedProxies, CORSOrigins: a.cfg.CORSOrigins,
		RequestTimeout: a.cfg.RequestTimeout, Now: service.Now, Ping: s.store.Ping,
		Console: web.Pages(), PublicURL: a.cfg.PublicURL, HelpURL: a.cfg.HelpURL, Version: Version,
		Middleware: []echo.MiddlewareFunc{observe(requests)},
	}
	if a.cfg.GitHubKeysURL != "" {
		server.GitHub = &github.Keys{URL: a.cfg.GitHubKeysURL, Client: http.DefaultClient, Now: service.Now}
	}
	return server.Handler()
}

func (a *App) provider() *oidc.Provider {
	if a.cfg.OIDC.Issuer == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.stopJWKS = cancel
	return oidc.New(ctx, oidc.Config{
		Issuer: a.cfg.OIDC.Issuer, Audience: a.cfg.OIDC.Audience, Algorithms: a.cfg.OIDC.Algorithms,
		AccountClaim: a.cfg.OIDC.AccountClaim, MemberClaim: a.cfg.OIDC.MemberClaim,
		OperatorClaim: a.cfg.OIDC.OperatorClaim, OperatorValue: a.cfg.OIDC.OperatorValue,
	}, a.log)
}

// Address is where the API is served, as host:port.
func (a *App) Address() string { return a.servers[0].Listener.Addr().String() }

// Run serves until ctx ends, finishes the requests under way, and closes the
// server.
func (a *App) Run(ctx context.Context) error {
	defer a.Close()
	s := a.services
	if err := a.step("take a lease", func() error { return s.node.Join(ctx) }); err != nil {
		return err
	}
	// What works beside the requests goes on until the last of them is answered.
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var jobs errgroup.Group
	for _, run := range []func(context.Context) error{
		s.usage.Run, s.chain.Run, s.notices.Run, s.events.Run, s.campaigns.Run, s.refusals.Run, s.housekeeping.Run, s.leaks.Run, s.decoys.Run,
		func(ctx context.Context) error { return s.work(ctx, a.log) },
	} {
		jobs.Go(func() error { return run(beside) })
	}
	leased, release := context.WithCancel(context.WithoutCancel(ctx))
	defer release()
	var node errgroup.Group
	node.Go(func() error { return s.node.Run(leased) })
	defer context.AfterFunc(ctx, s.node.EndWatches)() // streams never finish by themselves
	debug.FreeOSMemory()                              // what starting took
	paceCollector()
	a.log.Info("started", "version", Version, "url", a.cfg.PublicURL, "database", s.store.Dialect, "node", s.node.ID)
	err := serve.Run(ctx, a.log, a.cfg.ShutdownTimeout, a.servers...)
	release()
	if leaveErr := node.Wait(); leaveErr != nil {
		a.log.Warn("stopping", "error", leaveErr)
	}
	stop()
	if jobErr := jobs.Wait(); jobErr != nil {
		a.log.Warn("stopping", "error", jobErr)
	}
	a.log.Info("stopped")
	return err
}

// Close frees what New took. Closing twice is no error.
func (a *App) Close() {
	a.stopJWKS()
	for _, server := range a.servers {
		_ = server.Listener.Close() // closed by Run already, or never used
	}
	if a.traces != nil {
		if err := a.traces.Close(context.Background()); err != nil {
			a.log.Warn("the last traces were not sent", "error", err)
		}
		a.traces = nil
	}
	if a.services != nil {
		if err := a.services.close(); err != nil {
			a.log.Warn("closing the database", "error", err)
		}
		a.services = nil
	}
	if a.lock != nil {
		_ = a.lock.Unlock() // the end of the process does it too
		a.lock = nil
	}
}
