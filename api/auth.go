package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

type actorKey struct{}

// actorFrom is the actor that authorize let in; the zero Actor for what is
// public.
func actorFrom(ctx context.Context) model.Actor {
	actor, _ := ctx.Value(actorKey{}).(model.Actor)
	return actor
}

// authorize lets in who may call the operation of the route, and puts the actor
// into the context. It is the only way to a handler: what has no operation is
// not there.
func (s *Server) authorize(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		operation := OperationOf(c)
		switch {
		case operation == "" && c.Get(echo.ContextKeyHeaderAllow) != nil:
			return echo.MethodNotAllowedHandler(c)
		case operation == "":
			return echo.ErrNotFound
		case s.Gate.Public(operation), s.Gate.Open(operation) && !presentsAny(c.Request().Header):
			return next(c)
		}
		actor, err := s.admit(c, operation, service.Look{})
		actor = s.placed(c, actor)
		if err != nil {
			s.record(actor, operation, err, model.KindUnauthenticated, model.KindForbidden, model.KindNotFound)
			return err
		}
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), actorKey{}, actor)))
		err = next(c)
		s.record(actor, operation, err, model.KindForbidden)
		return err
	}
}

// record notes a refusal, if err is one of those kinds.
func (s *Server) record(actor model.Actor, operation string, err error, refusals ...model.Kind) {
	if e, ok := errorOf(err); ok && slices.Contains(refusals, e.Kind) {
		s.Refusals.Record(actor, operation, e.Code)
	}
}

// admit finds out who calls and whether they may. With an error, the actor is
// what is known of who was refused.
func (s *Server) admit(c echo.Context, operation string, look service.Look) (model.Actor, error) {
	presented, err := credentialOf(c.Request().Header)
	if err != nil {
		return model.Actor{}, err
	}
	return s.admitWith(c, presented, operation, look)
}

// admitWith finds out who presents a credential and whether they may call.
func (s *Server) admitWith(c echo.Context, presented credential, operation string, look service.Look) (model.Actor, error) {
	r := c.Request()
	actor, err := s.authenticate(r, presented, look)
	if err != nil {
		return model.Actor{}, err
	}
	if !presented.fits(actor) {
		return model.Actor{}, badToken("This way of sending it is for Tokenry secrets, and a user name must be the id of the secret's token.")
	}
	return s.Gate.Admit(r.Context(), actor, service.Request{
		Operation: operation, Header: r.Header.Get("Tokenry-Account"), Path: c.Param("id"),
	})
}

// authenticate finds the actor behind a credential. What a session changes must
// come from a page of this server.
func (s *Server) authenticate(r *http.Request, presented credential, look service.Look) (model.Actor, error) {
	if presented.gateway {
		return s.Callers.Authenticate(r.Context(), presented.text, parseAddress(r.RemoteAddr), look)
	}
	if !presented.session {
		return s.Callers.Authenticate(r.Context(), presented.text, clientAddress(r, s.TrustedProxies), look)
	}
	if r.Method != http.MethodGet {
		if err := s.fromOwnPage(r); err != nil {
			return model.Actor{}, err
		}
	}
	return s.Sessions.Authenticate(r.Context(), presented.text)
}

// placed is the actor with the request, for the audit log.
func (s *Server) placed(c echo.Context, actor model.Actor) model.Actor {
	actor.RequestID, actor.IP = requestIDOf(c), addressText(clientAddress(c.Request(), s.TrustedProxies))
	return actor
}

// credential is what a caller presents.
type credential struct {
	text    string
	session bool // the id of a session, in a cookie
	gateway bool // of a gateway, whose client is in the other headers
	bearer  bool
	basic   bool
	user    string // of HTTP Basic
}

// fits reports whether the actor behind the credential may present it so: JWTs
// are bearer tokens, and the user of HTTP Basic is the token.
func (p credential) fits(actor model.Actor) bool {
	return p.session || p.bearer || actor.Kind == model.ActorToken && (!p.basic || p.user == actor.ID)
}

// credentialOf finds the one credential of a request. A cookie counts only
// without another: browsers send it with all they do.
func credentialOf(h http.Header) (credential, error) {
	authorization, keys := h[echo.HeaderAuthorization], h["X-Api-Key"]
	if len(authorization)+len(keys) == 0 {
		if id := sessionOf(h); id != "" {
			return credential{text: id, session: true}, nil
		}
	}
	return sentCredential(authorization, keys)
}

// presentsAny reports whether a request has a credential, good or bad.
func presentsAny(h http.Header) bool {
	_, err := credentialOf(h)
	return !model.IsCode(err, "missing_token")
}

// sentCredential reads the one credential that was sent, in Authorization or in
// X-API-Key.
func sentCredential(authorization, keys []string) (credential, error) {
	switch {
	case len(authorization)+len(keys) > 1:
		return credential{}, ambiguousCredentials()
	case len(keys) == 1:
		return credential{text: keys[0]}, nil
	case len(authorization) == 0:
		return credential{}, model.Errorf(model.KindUnauthenticated, "missing_token",
			"Send a credential, such as Authorization: Bearer and your secret.")
	}
	scheme, rest, _ := strings.Cut(authorization[0], " ")
	rest = strings.TrimSpace(rest)
	switch {
	case strings.EqualFold(scheme, "bearer"):
		return credential{text: rest, bearer: true}, nil
	case strings.EqualFold(scheme, "basic"):
		return basicCredential(rest)
	}
	return credential{}, badToken("Authorization must be of the scheme Bearer or Basic.")
}

func basicCredential(encoded string) (credential, error) {
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	user, password, ok := strings.Cut(string(decoded), ":")
	if err != nil || !ok {
		return credential{}, badToken("It is not well-formed HTTP Basic.")
	}
	return credential{text: password, basic: true, user: user}, nil
}

func ambiguousCredentials() error {
	return model.Errorf(model.KindMalformed, "ambiguous_credentials", "There are two credentials. Send one, in one place.")
}

func badToken(why string) error {
	return model.Errorf(model.KindUnauthenticated, "bad_token", "The credential was refused. %s", why)
}
