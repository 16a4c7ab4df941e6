package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// The grants of POST /oauth/token, and the types of tokens that RFC 8693 names.
const (
	clientCredentials = "client_credentials"
	tokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
	typeAccessToken   = "urn:ietf:params:oauth:token-type:access_token"
	typeJWT           = "urn:ietf:params:oauth:token-type:jwt"
)

// maxResources is how many resources a JWT may be meant for.
const maxResources = 10

// grant is the fields of a form that asks for a JWT.
type grant struct {
	kind, scope          string
	resources            []string
	subject, subjectType string
	wanted               string // the type that is requested
	actor, audience      string
}

// field is where a field's value belongs; nil for one that is ignored.
func (g *grant) field(name string) *string {
	switch name {
	case "grant_type":
		return &g.kind
	case "scope":
		return &g.scope
	case "resource":
		g.resources = append(g.resources, "") // each has a place of its own
		return &g.resources[len(g.resources)-1]
	case "subject_token":
		return &g.subject
	case "subject_token_type":
		return &g.subjectType
	case "requested_token_type":
		return &g.wanted
	case "actor_token":
		return &g.actor
	case "audience":
		return &g.audience
	}
	return nil
}

// checkGrant checks a form that asks for a JWT.
func (f *form) checkGrant(check *checker) {
	g := &f.grant
	if g.kind == "" {
		check.add("grant_type", "required", "This is required.")
	}
	if len(g.resources) > maxResources {
		check.add("resource", "too_many", "There may be 10 at most.")
	}
	if g.audience != "" {
		check.add("audience", "unknown_field", "Say with resource whom the JWT is meant for.")
	}
	if g.kind != tokenExchange {
		return
	}
	types := []string{typeAccessToken, typeJWT}
	if g.subject == "" {
		check.add("subject_token", "required", "This is required.")
	}
	if !slices.Contains(types, g.subjectType) {
		check.add("subject_token_type", "not_one_of", "This must be one of: "+typeAccessToken+", "+typeJWT+".")
	}
	if g.wanted != "" && !slices.Contains(types, g.wanted) {
		check.add("requested_token_type", "not_one_of", "This must be one of: "+typeAccessToken+", "+typeJWT+".")
	}
	if g.actor != "" {
		check.add("actor_token", "unknown_field", "Nobody acts for another here: leave it out.")
	}
}

// issueJWT handles POST /oauth/token.
func (s *Server) issueJWT(c echo.Context, call *oauthCall) error {
	g := &call.form.grant
	in := service.IssueJWT{
		Subject: g.subject, Scopes: strings.Fields(g.scope), Resources: g.resources,
		IP: clientAddress(c.Request(), s.TrustedProxies), Look: call.look,
	}
	switch g.kind {
	case clientCredentials:
		in.Subject = call.secret
	case tokenExchange:
	default:
		return model.Errorf(model.KindInvalid, "unsupported_grant_type", "The grant types are %s and %s.", clientCredentials, tokenExchange)
	}
	issued, err := s.JWTs.Issue(c.Request().Context(), call.caller, in)
	if e, ok := errorOf(err); ok && e.Code == "subject_refused" && g.kind == clientCredentials {
		return model.Errorf(model.KindInvalid, "invalid_grant", "%s", e.Message)
	}
	if err != nil {
		return err
	}
	body := IssuedJWT{
		AccessToken: issued.Text, TokenType: IssuedJWTTokenTypeBearer,
		ExpiresIn: int(issued.Life.Seconds()), Scope: strings.Join(issued.Scopes, " "),
	}
	if g.kind == tokenExchange {
		if g.wanted == "" {
			g.wanted = typeAccessToken
		}
		body.IssuedTokenType = &g.wanted
	}
	return c.JSON(http.StatusOK, body)
}
