package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// hot is the checks by route. Other services ask them for every request that they
// serve, so they pass by the middleware that is for everybody else. What that
// does for others they do for themselves, with the same limits and errors. So do
// calls of OAuth 2.0, whose callers may have their credential in the body.
func (s *Server) hot(ids *requestIDs) map[route]echo.HandlerFunc {
	return map[route]echo.HandlerFunc{
		{http.MethodPost, "/tokens/verify"}:       s.hotHandler(ids, "verifyToken", s.admit, s.verifyToken),
		{http.MethodPost, "/tokens/verify/batch"}: s.hotHandler(ids, "verifyTokens", s.admit, s.verifyTokens),
		{http.MethodPost, "/oauth/introspect"}:    s.lean(ids, s.oauthHandler("introspectSecret", (*form).checkToken, s.introspectSecret)),
		{http.MethodPost, "/oauth/revoke"}:        s.lean(ids, s.logAccess(s.limitTime(s.oauthHandler("revokeSecret", (*form).checkToken, s.revokeSecret)))),
		{http.MethodPost, "/oauth/token"}:         s.lean(ids, s.logAccess(s.limitTime(s.oauthHandler("issueJWT", (*form).checkGrant, s.issueJWT)))),
		{http.MethodGet, "/authz"}:                s.hotHandler(ids, "authorizeRequest", s.admitGateway, s.authorizeRequest),
	}
}

// hotHandler authorizes like all others, and answers.
// The lease is looked at once, before the caller and the question are.
func (s *Server) hotHandler(ids *requestIDs, operation string,
	admit func(echo.Context, string, service.Look) (model.Actor, error),
	answer func(echo.Context, model.Actor, service.Look) error,
) echo.HandlerFunc {
	return s.lean(ids, func(c echo.Context) error {
		look, err := s.Verifier.Look()
		if err != nil {
			return err
		}
		caller, err := admit(c, operation, look)
		if err != nil {
			s.record(s.placed(c, caller), operation, err, model.KindUnauthenticated, model.KindForbidden, model.KindNotFound)
			return err
		}
		s.tellSequence(c)
		return answer(c, caller, look)
	})
}

// lean puts around a hot handler what it needs of the middleware.
func (s *Server) lean(ids *requestIDs, handler echo.HandlerFunc) echo.HandlerFunc {
	handler = ids.name(leanHeaders(recoverPanic(handler)))
	if len(s.CORSOrigins) > 0 {
		handler = cors(s.CORSOrigins)(handler)
	}
	for i := len(s.Middleware) - 1; i >= 0; i-- {
		handler = s.Middleware[i](handler)
	}
	return handler
}

// leanHeaders leaves out those of secureHeaders that say nothing of an answer
// that no browser shows.
func leanHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h["Cache-Control"], h["X-Content-Type-Options"] = noStore, noSniff
		err := next(c)
		if err != nil {
			secure(c)
		}
		return err
	}
}

// inFrontOf puts middleware around all but the hot handlers.
func inFrontOf(hot map[route]echo.HandlerFunc, middleware ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if handler, ok := hot[route{c.Request().Method, c.Path()}]; ok {
				return handler(c)
			}
			handler := next
			for i := len(middleware) - 1; i >= 0; i-- {
				handler = middleware[i](handler)
			}
			return handler(c)
		}
	}
}
