package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const (
	// loginCookie begins the names of the cookies of logins that have begun. Each
	// has one of its own, so that several tabs do not disturb each other.
	loginCookie = "tokenry_login_"
	loginLife   = 10 * time.Minute
	maxLogins   = 5 // that a browser has begun; the cookies would else grow without bound
	maxReturnTo = 2000
)

// pendingLogin is what the browser keeps of a login that it has begun. All of it
// is its own, and worth nothing without the code that the provider gives it.
type pendingLogin struct {
	service.Begun
	ReturnTo string
	Until    time.Time
}

// beginLogin handles GET /auth/login.
func (s *Server) beginLogin(c echo.Context) error {
	begun, address, err := s.Sessions.BeginLogin(c.Request().Context())
	if err != nil {
		return s.refuseLogin(c, err)
	}
	value, err := json.Marshal(pendingLogin{begun, s.returnTo(c.QueryParam("return_to")), s.Now().Add(loginLife)})
	if err != nil {
		return err
	}
	pending := 0
	for _, cookie := range c.Cookies() {
		if strings.HasPrefix(cookie.Name, loginCookie) {
			if pending++; pending >= maxLogins {
				s.dropCookie(c, cookie.Name)
			}
		}
	}
	s.setCookie(c, loginCookieOf(begun.State), base64.RawURLEncoding.EncodeToString(value), loginLife, http.SameSiteLaxMode)
	return c.Redirect(http.StatusFound, address)
}

// finishLogin handles GET /auth/callback.
func (s *Server) finishLogin(c echo.Context) error {
	pending, ok := s.findLogin(c)
	if !ok {
		return s.refuseLogin(c, model.Errorf(model.KindUnauthenticated, "login_expired", "This browser has begun no such login."))
	}
	s.dropCookie(c, loginCookieOf(pending.State))
	code := c.QueryParam("code")
	if code == "" {
		return s.refuseLogin(c, model.Errorf(model.KindUnauthenticated, "login_failed", "The identity provider did not let in."))
	}
	id, err := s.Sessions.ByLogin(c.Request().Context(), pending.Begun, code, s.signIn(c))
	if err != nil {
		return s.refuseLogin(c, err)
	}
	s.setSession(c, id)
	return c.Redirect(http.StatusFound, s.returnTo(pending.ReturnTo))
}

// findLogin finds the login that the provider answers.
func (s *Server) findLogin(c echo.Context) (pendingLogin, bool) {
	state := c.QueryParam("state")
	cookie, err := c.Cookie(loginCookieOf(state))
	if err != nil {
		return pendingLogin{}, false
	}
	var pending pendingLogin
	value, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(value, &pending) != nil {
		return pendingLogin{}, false
	}
	return pending, pending.State == state && s.Now().Before(pending.Until)
}

func loginCookieOf(state string) string {
	sum := sha256.Sum256([]byte(state))
	return loginCookie + hex.EncodeToString(sum[:8])
}

// refuseLogin goes to the page to sign in, which explains the error.
func (s *Server) refuseLogin(c echo.Context, err error) error {
	code := "login_unavailable"
	if e, ok := errorOf(err); ok && e.Kind != model.KindUnavailable {
		code = e.Code
		s.record(s.placed(c, model.Actor{}), OperationOf(c), err, model.KindUnauthenticated, model.KindForbidden)
	} else if !ok {
		return err
	}
	_, prefix := s.publicPath()
	return c.Redirect(http.StatusFound, prefix+"/console/sign-in?"+url.Values{"error": {code}}.Encode())
}

// returnTo is the page of the console to come back to: the given one, if it is
// one, else the first.
func (s *Server) returnTo(given string) string {
	prefix, escaped := s.publicPath()
	home := escaped + "/console/"
	u, err := url.Parse(given)
	if err != nil || len(given) > maxReturnTo || u.IsAbs() || u.Host != "" || strings.ContainsAny(given, "\\\r\n\t") {
		return home
	}
	below := strings.TrimPrefix(u.Path, prefix)
	if !strings.HasPrefix(below, "/console/") || path.Clean(below) != strings.TrimSuffix(below, "/") {
		return home
	}
	back := url.URL{Path: prefix + below, RawQuery: u.RawQuery}
	return back.String()
}
