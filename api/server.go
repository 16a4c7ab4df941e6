// Package api is the HTTP surface, and nothing else: it turns requests into calls
// of the services, and what they give into answers.
package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/internal/github"
	"github.com/tokenry/tokenry/service"
)

// Server answers HTTP requests by calling the services.
type Server struct {
	Tokens    *service.Tokens
	Self      *service.Self
	Accounts  *service.Accounts
	Members   *service.Members
	Audits    *service.Audits
	Events    *service.Events
	Catalogs  *service.Catalogs
	Changelog *service.Changelog
	Campaigns *service.Campaigns
	Verifier  *service.Verifier
	Webhooks  *service.Webhooks
	Callers   *service.Callers
	JWTs      *service.JWTs
	Sessions  *service.Sessions
	Gate      *service.Gate
	Leaks     *service.Leaks
	Refusals  *service.Refusals
	Node      *service.Node
	Notices   *service.Notices
	Ping      func(context.Context) error // asks the database
	Log       *slog.Logger
	Now       func() time.Time

	// GitHub knows what GitHub's secret scanning has signed; nil if it is not
	// listened to.
	GitHub *github.Keys

	Console   fs.FS  // its built pages; nil for none
	PublicURL string // where users find this server, with no slash at its end
	HelpURL   string // advice that the console links to; may be empty
	Version   string // of the program

	// TrustedProxies are the networks of proxies whose X-Forwarded-For is
	// believed.
	TrustedProxies []netip.Prefix
	CORSOrigins    []string      // that may call from a browser; none if empty
	RequestTimeout time.Duration // 0 for 30 s
	// StreamLife is how long a stream of changes goes on before its reader comes
	// again; 0 for a minute. It bounds what a difference in clock rates may add up
	// to, and how long a credential is believed.
	StreamLife time.Duration
	// Middleware is put around every request, such as for metrics.
	Middleware []echo.MiddlewareFunc

	links   attempts // to sign in by a link
	reports attempts // to report leaks, each of which counts
}

var _ StrictServerInterface = (*Server)(nil)

// Handler is the whole HTTP surface. It gives an error if a route and
// openapi.yaml do not agree, or the Gate does not know who may call it.
func (s *Server) Handler() (http.Handler, error) {
	e, err := s.echo()
	return s.underPrefix(authzAsGet(headAsGet(e))), err
}

func (s *Server) echo() (*echo.Echo, error) {
	validate, err := newValidator(contract())
	if err != nil {
		return nil, err
	}
	operations := operationsOf(contract())
	e := echo.New()
	e.HTTPErrorHandler = handleError(s.Log)
	e.IPExtractor = func(r *http.Request) string { return addressText(clientAddress(r, s.TrustedProxies)) }
	ids := &requestIDs{process: rand.Text()[:13]}
	middleware := append([]echo.MiddlewareFunc{ids.name, secureHeaders}, s.Middleware...)
	middleware = append(middleware, s.logAccess, recoverPanic)
	if len(s.CORSOrigins) > 0 {
		middleware = append(middleware, cors(s.CORSOrigins))
	}
	middleware = append(middleware, limitBody, s.limitTime, s.authorize, validate)
	hot := s.hot(ids)
	e.Use(inFrontOf(hot, middleware...))
	RegisterHandlers(e, NewStrictHandler(s, nil))
	for at, handler := range hot {
		e.Add(at.method, at.path, handler)
	}
	e.GET("/openapi.yaml", s.getOpenAPI)
	docs, err := s.getDocs()
	if err != nil {
		return nil, err
	}
	e.GET("/docs", docs)
	e.GET("/", s.openConsole)
	e.GET("/console", s.openConsole)
	console, err := s.getConsole()
	if err != nil {
		return nil, err
	}
	e.GET("/console/*", console)
	s.routeByHand(e)
	return e, s.checkRoutes(e, operations)
}

// routeByHand adds what is not generated: what sets cookies, is a page, or streams.
func (s *Server) routeByHand(e *echo.Echo) {
	e.GET("/auth/login", s.beginLogin)
	e.GET("/auth/callback", s.finishLogin)
	e.POST("/auth/link", s.signInByLink)
	e.POST("/auth/logout", s.signOut)
	e.GET("/acknowledge", s.openAcknowledgement)
	e.POST("/acknowledge", s.acknowledgeByLink)
	e.GET("/unsubscribe", s.openSubscription)
	e.POST("/unsubscribe", s.unsubscribe)
	e.POST("/subscribe", s.resubscribe)
	e.GET("/changes", s.streamChanges)
	e.POST("/leaks", s.reportLeaks)
	e.POST("/integrations/github/secret-scanning", s.reportFromGitHub)
}

// checkRoutes makes sure that nothing is served that openapi.yaml or the Gate
// do not know, and that all of openapi.yaml is served.
func (s *Server) checkRoutes(e *echo.Echo, operations map[string]string) error {
	missing := maps.Clone(operations)
	for _, route := range e.Routes() {
		key := route.Method + " " + route.Path
		operation, ok := operations[key]
		if !ok {
			return fmt.Errorf("%s is not in openapi.yaml", key)
		}
		if !s.Gate.Knows(operation) {
			return fmt.Errorf("nothing says who may call %s", operation)
		}
		delete(missing, key)
	}
	for key := range missing {
		return fmt.Errorf("%s is in openapi.yaml and not served", key)
	}
	return nil
}
