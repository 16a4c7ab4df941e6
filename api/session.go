package api

import (
	"cmp"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/oapi-codegen/runtime"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// sessionCookie has the id of a session.
const sessionCookie = "tokenry_session"

// signInByLink handles POST /auth/link.
func (s *Server) signInByLink(c echo.Context) error {
	if err := s.fromOwnPage(c.Request()); err != nil {
		return err
	}
	if s.cookiesAreLost(c.Request()) {
		return model.Errorf(model.KindForbidden, "https_required",
			"Open the console by https://, or on the server's own machine: over plain HTTP others could take over your session.")
	}
	var body SignInByLinkRequest
	if checked, ok := c.Request().Body.(checkedBody); !ok || runtime.BindJSONValue(checked.value, &body) != nil {
		return malformed()
	}
	address := clientAddress(c.Request(), s.TrustedProxies)
	if err := s.links.allow(address, s.Now()); err != nil {
		return err
	}
	id, err := s.Sessions.ByLink(c.Request().Context(), body.Code, s.signIn(c))
	if err != nil {
		if model.IsKind(err, model.KindUnauthenticated) {
			s.links.fail(address)
		}
		s.record(s.placed(c, model.Actor{}), "signInByLink", err, model.KindUnauthenticated, model.KindForbidden)
		return err
	}
	s.setSession(c, id)
	return c.NoContent(http.StatusNoContent)
}

// signOut handles POST /auth/logout.
func (s *Server) signOut(c echo.Context) error {
	if err := s.fromOwnPage(c.Request()); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if from := s.signIn(c); from.Session != "" {
		if err := s.Sessions.End(ctx, from); err != nil {
			return err
		}
	}
	s.dropCookie(c, sessionCookie)
	return c.JSON(http.StatusOK, SignedOut{Redirect: optional(s.Sessions.LeaveURL(ctx))})
}

// signIn is where a sign-in comes from.
func (s *Server) signIn(c echo.Context) service.SignIn {
	return service.SignIn{
		RequestID: requestIDOf(c), IP: addressText(clientAddress(c.Request(), s.TrustedProxies)), Session: sessionOf(c.Request().Header),
	}
}

// sessionOf is the id of the session of a request; empty for none.
func sessionOf(h http.Header) string {
	r := http.Request{Header: h}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (s *Server) setSession(c echo.Context, id string) {
	s.setCookie(c, sessionCookie, id, service.SessionLife, http.SameSiteStrictMode)
}

// setCookie sets a cookie that no script reads, below the path of the public URL.
func (s *Server) setCookie(c echo.Context, name, value string, life time.Duration, sameSite http.SameSite) {
	_, prefix := s.publicPath()
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure but on loopback
		Name: name, Value: value, Path: cmp.Or(prefix, "/"), MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: !s.onLoopback(c.Request()), SameSite: sameSite,
	})
}

func (s *Server) dropCookie(c echo.Context, name string) {
	s.setCookie(c, name, "", -time.Second, http.SameSiteStrictMode)
}

// onLoopback reports whether the console is used without TLS on the server's own
// machine, as far as the request and the public URL tell.
func (s *Server) onLoopback(r *http.Request) bool {
	u, err := url.Parse(s.PublicURL)
	return err == nil && u.Scheme == "http" && isLoopback(u.Host) && isLoopback(r.Host)
}

func isLoopback(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, _ := netip.ParseAddr(name) // the zero Addr if it is a name
	return name == "localhost" || ip.IsLoopback()
}

// cookiesAreLost reports whether the browser will not keep a cookie that is
// Secure.
func (s *Server) cookiesAreLost(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get(echo.HeaderOrigin))
	return err == nil && u.Scheme == "http" && !isLoopback(u.Host)
}

// fromOwnPage refuses requests that are not proven to come from a page of this
// server: a cookie is also sent by what others have the browser do.
func (s *Server) fromOwnPage(r *http.Request) error {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return nil
	case "": // an older browser, or plain HTTP off loopback
		if s.isOwnOrigin(r) {
			return nil
		}
	}
	return model.Errorf(model.KindForbidden, "cross_origin",
		"Who is signed in by a cookie may change things from the pages of this server only. Behind a proxy, set TOKENRY_PUBLIC_URL.")
}

func (s *Server) isOwnOrigin(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get(echo.HeaderOrigin))
	if err != nil || origin.Host == "" {
		return false
	}
	if strings.EqualFold(origin.Host, r.Host) {
		return true
	}
	public, err := url.Parse(s.PublicURL)
	return err == nil && origin.Scheme == public.Scheme && strings.EqualFold(origin.Host, public.Host)
}
