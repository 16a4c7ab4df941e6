package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/tokenry/tokenry/model"
)

const (
	maxBody        = 256 << 10
	maxCatalogBody = 16 << 20
	maxLeaksBody   = 1 << 20
	defaultTimeout = 30 * time.Second
)

var isRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`).MatchString

// requestIDs names requests: by a random text for the process, and a number.
type requestIDs struct {
	process string
	last    atomic.Uint64
}

// next is a name for a request.
func (ids *requestIDs) next() string {
	name := append(append(make([]byte, 0, 32), ids.process...), '-')
	return string(strconv.AppendUint(name, ids.last.Add(1), 36))
}

// name names the request, with the caller's own name for it if that is
// well-formed.
func (ids *requestIDs) name(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header[xRequestID]
		if len(id) != 1 || !isRequestID(id[0]) {
			id = []string{ids.next()}
		}
		c.Response().Header()[xRequestID] = id
		return next(c)
	}
}

// xRequestID is the header's name as it is sent.
const xRequestID = "X-Request-Id"

// headAsGet answers HEAD as GET; the server leaves the body out. A stream would
// never end.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && r.URL.Path != "/changes" {
			r = r.WithContext(r.Context()) // a copy: the server must still know
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// The values of headers that are the same in every answer; they are not to be
// changed.
var (
	noStore    = []string{"no-store"}
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
	jsonType   = []string{echo.MIMEApplicationJSON}
)

// secureHeaders are on every answer.
func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		secure(c)
		return next(c)
	}
}

func secure(c echo.Context) {
	h := c.Response().Header()
	h["Cache-Control"], h["X-Content-Type-Options"] = noStore, noSniff
	h[echo.HeaderReferrerPolicy], h[echo.HeaderContentSecurityPolicy] = noReferrer, noContent
}

// logAccess logs each answered request; checks, of which there are too many,
// pass by it, and so do good streams, which come again each minute.
// It takes nothing from the request that could hold a secret.
func (s *Server) logAccess(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		if OperationOf(c) == "streamChanges" && c.Response().Status == http.StatusOK {
			return nil
		}
		method := c.Request().Method
		if OperationOf(c) == "" { // the method may be anything
			method = "other"
		}
		level := slog.LevelInfo
		switch OperationOf(c) {
		case "getHealth", "getReady", "getConsole": // asked all the time
			level = slog.LevelDebug
		}
		ctx := c.Request().Context()
		s.Log.Log(ctx, level, "request", "method", method, "route", c.Path(), "status", c.Response().Status,
			"duration_ms", float64(time.Since(start).Microseconds())/1000, "request_id", requestIDOf(c), "actor", refOf(actorFrom(ctx)))
		return nil
	}
}

// refOf is who the log names; nobody if the caller is not known.
func refOf(actor model.Actor) string {
	if actor.Kind == "" {
		return ""
	}
	return actor.Ref()
}

func requestIDOf(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// recoverPanic turns a panic into an error, which tells the log where it was.
func recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler: // breaks the connection off
				panic(cause)
			default:
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return next(c)
	}
}

// cors lets the pages of other origins call, without cookies.
func cors(origins []string) echo.MiddlewareFunc {
	return middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOrigins: origins,
		AllowMethods: []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowHeaders: []string{
			echo.HeaderAuthorization, "X-API-Key", "Tokenry-Account", "Idempotency-Key", echo.HeaderContentType,
			echo.HeaderAccept, "Accept-Language", "If-Match", "If-None-Match", echo.HeaderXRequestID,
		},
		ExposeHeaders: []string{"ETag", echo.HeaderLocation, echo.HeaderRetryAfter},
		MaxAge:        600,
	})
}

// limitBody refuses bodies that are too large, whether they say so or not.
func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		limit := int64(maxBody)
		switch OperationOf(c) {
		case "putCatalog", "importOpenAPI":
			limit = maxCatalogBody
		case "reportLeaks", "reportFromGitHub":
			limit = maxLeaksBody
		}
		if r.ContentLength > limit {
			return echo.ErrStatusRequestEntityTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, limit)
		return next(c)
	}
}

// limitTime ends what takes too long. Exports and streams take as long as their
// reader does; they bound each step instead.
func (s *Server) limitTime(next echo.HandlerFunc) echo.HandlerFunc {
	timeout := s.RequestTimeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	return func(c echo.Context) error {
		r := c.Request()
		if c.Path() == "/changes" || c.Path() == "/audit" && wantsLines(r.Header.Get(echo.HeaderAccept), c.QueryParam("format")) {
			return next(c)
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}
