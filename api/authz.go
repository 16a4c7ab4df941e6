package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// maxScopesHeader is how long a list of scopes may be in a header, in bytes.
// Gateways have little room for headers.
const maxScopesHeader = 3 << 10

// authzAsGet lets gateways ask with the method of the request that they hold,
// and Envoy with its path and query behind ours.
func authzAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		below := strings.HasPrefix(r.URL.Path, "/authz/")
		if below || r.Method != http.MethodGet && r.URL.Path == "/authz" {
			r = r.WithContext(r.Context()) // a copy: the server must still know
			r.Method = http.MethodGet
		}
		if below {
			r.URL = new(*r.URL)
			r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/authz", "", ""
		}
		next.ServeHTTP(w, r)
	})
}

// admitGateway finds out which gateway asks and whether it may. All other
// headers are those of its client.
func (s *Server) admitGateway(c echo.Context, operation string, look service.Look) (model.Actor, error) {
	sent := c.Request().Header["Tokenry-Authorization"]
	if len(sent) == 0 {
		return model.Actor{}, model.Errorf(model.KindUnauthenticated, "missing_token",
			"The gateway must send a secret of its own: Tokenry-Authorization: Bearer and the secret.")
	}
	presented, err := sentCredential(sent, nil)
	if err != nil {
		return model.Actor{}, err
	}
	presented.gateway = true
	return s.admitWith(c, presented, operation, look)
}

// authorizeRequest handles ANY /authz.
func (s *Server) authorizeRequest(c echo.Context, caller model.Actor, look service.Look) error {
	r := c.Request()
	ask, err := readAuthz(r)
	if err != nil {
		return err
	}
	q := service.Question{
		Scopes: ask.scopes, Method: ask.method, Path: ask.path,
		IP: forwardedAddress(r, s.TrustedProxies), Caller: caller.ID, Look: look, JWT: true,
	}
	if ask.conflict {
		return refuseClient(c, ask, service.Answer{Code: codeRouteConflict})
	}
	presented, err := sentCredential(r.Header[echo.HeaderAuthorization], r.Header["X-Api-Key"])
	if e, ok := errorOf(err); ok {
		return refuseClient(c, ask, service.Answer{Code: e.Code})
	}
	q.Secret, q.TokenID = presented.text, presented.user
	if presented.basic && q.TokenID == "" {
		return refuseClient(c, ask, service.Answer{Code: service.CodeUnknown})
	}
	answer, err := s.Verifier.Verify(r.Context(), q)
	switch {
	case err != nil:
		return err
	case !answer.Valid():
		return refuseClient(c, ask, answer)
	case answer.JWT != nil && !slices.Contains(answer.JWT.Audience, cmp.Or(ask.resource, s.PublicURL)):
		return refuseClient(c, ask, service.Answer{Code: codeWrongAudience})
	}
	tellGateway(c, &answer)
	return c.NoContent(http.StatusOK)
}

// tellGateway sets the headers that a good answer always has.
func tellGateway(c echo.Context, answer *service.Answer) {
	scopes, omitted := joinScopes(answer.Token.Scopes), ""
	if len(scopes) > maxScopesHeader {
		scopes, omitted = "", "true"
	}
	deprecation, sunset := leaving(answer)
	values := []string{answer.Token.ID, answer.Token.AccountID, answer.Token.Version, scopes, omitted, deprecation, sunset}
	h := c.Response().Header()
	for i, name := range [...]string{
		"X-Tokenry-Token-Id", "X-Tokenry-Account-Id", "X-Tokenry-Version", "X-Tokenry-Scopes",
		"X-Tokenry-Scopes-Omitted", xDeprecation, xSunset,
	} {
		h[name] = values[i : i+1 : i+1]
	}
}

const (
	xDeprecation = "X-Tokenry-Deprecation"
	xSunset      = "X-Tokenry-Sunset"
)

// joinScopes is a list of scopes as OAuth writes it.
func joinScopes(scopes []string) string { return strings.Join(scopes, " ") }

// leaving is the values of Deprecation (RFC 9745) and Sunset (RFC 8594) for the
// API version of the token; empty if it stays. If nobody has said since when it is
// deprecated, it is so at the moment, and never only after its end.
func leaving(answer *service.Answer) (deprecation, sunset string) {
	if answer.VersionState == "" {
		return "", ""
	}
	since := answer.AsOf
	if answer.Deprecation != nil {
		since = *answer.Deprecation
	}
	if end := answer.Sunset; end != nil {
		sunset = end.UTC().Format(http.TimeFormat)
		if end.Before(since) {
			since = *end
		}
	}
	return "@" + strconv.FormatInt(since.Truncate(time.Second).Unix(), 10), sunset
}
