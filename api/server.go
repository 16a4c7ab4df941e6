package api

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/tokenry/tokenry/service"
)

// Server answers HTTP requests by calling the services.
type Server struct {
	Tokens   *service.Tokens
	Self     *service.Self
	Accounts *service.Accounts
	Members  *service.Members
	Audits   *service.Audits
	Catalogs *service.Catalogs
	Verifier *service.Verifier
	Callers  *service.Callers
	Gate     *service.Gate
	Refusals *service.Refusals
	Node     *service.Node
	Ping     func(context.Context) error // asks the database
	Log      *slog.Logger
	Now      func() time.Time

	// TrustedProxies are the networks of proxies whose X-Forwarded-For is
	// believed.
	TrustedProxies []netip.Prefix
	CORSOrigins    []string      // that may call from a browser; none if empty
	RequestTimeout time.Duration // 0 for 30 s
	// Middleware is put around every request, such as for metrics.
	Middleware []echo.MiddlewareFunc
}

var _ StrictServerInterface = (*Server)(nil)

// Handler is the whole HTTP surface. It gives an error if a route and
// openapi.yaml do not agree, or the Gate does not know who may call it.
func (s *Server) Handler() (*echo.Echo, error) {
	spec, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	validate, err := newValidator(spec)
	if err != nil {
		return nil, err
	}
	operations := operationsOf(spec)
	e := echo.New()
	e.HTTPErrorHandler = handleError(s.Log)
	e.IPExtractor = func(r *http.Request) string { return addressText(clientAddress(r, s.TrustedProxies)) }
	e.Use(requestID, secureHeaders)
	e.Use(s.Middleware...)
	e.Use(s.logAccess(operations), middleware.Recover())
	if len(s.CORSOrigins) > 0 {
		e.Use(cors(s.CORSOrigins))
	}
	e.Use(limitBody, s.limitTime, s.authorize(operations), validate)
	RegisterHandlers(e, NewStrictHandler(s, nil))
	e.POST("/tokens/verify", s.verifyToken)
	e.POST("/tokens/verify/batch", s.verifyTokens)
	e.GET("/openapi.yaml", s.getOpenAPI)
	e.GET("/docs", s.getDocs)
	return e, s.checkRoutes(e, operations)
}

// Routes is the patterns of all paths, as Echo writes them.
func Routes() ([]string, error) {
	spec, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	routes := map[string]bool{}
	for path := range spec.Paths.Map() {
		routes[routeOf(path)] = true
	}
	return slices.Sorted(maps.Keys(routes)), nil
}

// operationsOf is the id of each operation by method and Echo's route, such as
// "GET /tokens/:id".
func operationsOf(spec *openapi3.T) map[string]string {
	operations := map[string]string{}
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			operations[method+" "+routeOf(path)] = operation.OperationID
		}
	}
	return operations
}

func routeOf(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

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
