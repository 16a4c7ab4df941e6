package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
)

// statuses has the HTTP status of each kind of failure.
var statuses = map[model.Kind]int{
	model.KindMalformed:       http.StatusBadRequest,
	model.KindInvalid:         http.StatusUnprocessableEntity,
	model.KindUnauthenticated: http.StatusUnauthorized,
	model.KindForbidden:       http.StatusForbidden,
	model.KindNotFound:        http.StatusNotFound,
	model.KindConflict:        http.StatusConflict,
	model.KindPrecondition:    http.StatusPreconditionFailed,
	model.KindLimited:         http.StatusTooManyRequests,
	model.KindUnavailable:     http.StatusServiceUnavailable,
}

const (
	// retryAfter is the seconds after which a refused caller may try again.
	retryAfter = "1"
	// statusClientGone is what the log and the metrics show of a request whose
	// caller did not wait for the answer.
	statusClientGone = 499
)

// handleError answers with the problem that an error is, and logs it if it is
// our fault. It is the only place that does either.
func handleError(log *slog.Logger) echo.HTTPErrorHandler {
	spare := sparing{last: map[string]time.Time{}}
	return func(err error, c echo.Context) {
		ctx := c.Request().Context()
		p := problemOf(err)
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			p = newProblem(statusClientGone, "client_gone", "The caller did not wait for the answer.", nil)
		}
		if id := c.Response().Header().Get(echo.HeaderXRequestID); id != "" {
			p.RequestID = &id
		}
		if level := severity(p); p.Status >= http.StatusInternalServerError && (level == slog.LevelError || spare.allows(OperationOf(c))) {
			log.Log(ctx, level, "request failed", "error", err, "status", p.Status, "code", p.Code,
				"method", c.Request().Method, "route", c.Path(), "request_id", p.RequestID)
		}
		if c.Response().Committed {
			return
		}
		if err := writeProblem(c, p); err != nil {
			log.DebugContext(ctx, "answer not sent", "error", err)
		}
	}
}

// severity is that of a failure of ours. While the database is away every
// request fails alike.
func severity(p Problem) slog.Level {
	if p.Status == http.StatusServiceUnavailable {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// sparing lets a line a second into the log for each operation.
type sparing struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (s *sparing) allows(operation string) bool {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.last[operation]) < time.Second {
		return false
	}
	s.last[operation] = now
	return true
}

// problemOf turns any error into what the caller may know about it. An error
// that nobody classified becomes a bare 500: its text is for the log only.
func problemOf(err error) Problem {
	if e, ok := errors.AsType[*model.Error](err); ok && statuses[e.Kind] != 0 {
		p := newProblem(statuses[e.Kind], e.Code, e.Message, e.Fields)
		if e.Need != "" {
			p.Need = &e.Need
		}
		return p
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = echo.ErrStatusRequestEntityTooLarge
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok && e.Code < 500 { // no such route, body too large
		return newProblem(e.Code, codeOf(e.Code), detailOf(e.Code), nil)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return newProblem(http.StatusGatewayTimeout, "timeout", "The request took too long.", nil)
	}
	return newProblem(http.StatusInternalServerError, "internal", "Something went wrong on our side.", nil)
}

// codeOf is the code of a failure that Echo noticed.
func codeOf(status int) string {
	if status == http.StatusUnsupportedMediaType {
		return "unsupported_media_type"
	}
	return "http_" + strconv.Itoa(status)
}

// detailOf says what to do about a failure that Echo noticed.
func detailOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is no such path. /openapi.yaml has all of them."
	case http.StatusMethodNotAllowed:
		return "This path does not take this method. /openapi.yaml says which it takes."
	case http.StatusRequestEntityTooLarge:
		return "The body is too large. It may have 256 KiB, a report of leaks 1 MiB, a catalog 16 MiB."
	case http.StatusUnsupportedMediaType:
		return "Send the body with a Content-Type that this call takes, such as application/json."
	}
	return http.StatusText(status) + "."
}

func newProblem(status int, code, detail string, faults []model.FieldError) Problem {
	p := Problem{
		Type:   "urn:tokenry:problem:" + code,
		Title:  http.StatusText(status),
		Status: status,
		Code:   code,
		Detail: detail,
	}
	for _, f := range faults {
		p.Fields = append(p.Fields, FieldError{Field: f.Field, Code: f.Code, Message: f.Message})
	}
	return p
}

func writeProblem(c echo.Context, p Problem) error {
	h := c.Response().Header()
	switch p.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		if text := challenge(p); text != "" {
			h.Set(echo.HeaderWWWAuthenticate, text)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set(echo.HeaderRetryAfter, retryAfter)
	}
	h.Set(echo.HeaderCacheControl, "no-store")
	if c.Request().Method == http.MethodHead {
		return c.NoContent(p.Status)
	}
	if strings.HasPrefix(c.Path(), "/oauth/") {
		return writeOAuthError(c, p)
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, "application/problem+json", body)
}

// realm is what all challenges begin with.
const realm = `Bearer realm="tokenry"`

// challenge is the WWW-Authenticate header of RFC 6750. It names no error when
// no credential was sent, and none for a missing role, which no token has.
func challenge(p Problem) string {
	switch p.Code {
	case "missing_token":
		return realm
	case "insufficient_scope":
		text := realm + `, error="insufficient_scope"`
		if p.Need != nil && len(*p.Need) <= maxScopesHeader {
			text += `, scope="` + *p.Need + `"`
		}
		return text
	}
	if p.Status == http.StatusUnauthorized {
		return realm + `, error="invalid_token"`
	}
	return ""
}
