package api

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/service"
)

// codeRouteConflict is the code for two routes in one question, of which one
// may be the client's own.
const codeRouteConflict = "route_conflict"

// codeWrongAudience is the code for a JWT that is meant for others.
const codeWrongAudience = "wrong_audience"

// refusal is how a gateway is to answer its client.
type refusal struct {
	status int
	detail string
}

// refusals has those for all codes but ok. What is not here is refused, too.
var refusals = map[string]refusal{
	"missing_token":         {http.StatusUnauthorized, "Send your secret, such as in Authorization: Bearer and the secret."},
	"bad_token":             {http.StatusUnauthorized, "Send your secret in Authorization, as Bearer or Basic, or in X-API-Key."},
	"ambiguous_credentials": {http.StatusBadRequest, "There are two credentials. Send one, in Authorization or in X-API-Key."},
	service.CodeMalformed:   {http.StatusUnauthorized, "It is no secret. Look for a typo, or for a part that is missing."},
	service.CodeUnknown:     {http.StatusUnauthorized, "There is no such secret."},
	service.CodeRotated:     {http.StatusUnauthorized, "The secret was replaced by a newer one."},
	service.CodeRevoked:     {http.StatusUnauthorized, "The token was revoked."},

	service.CodeAccountDisabled: {http.StatusUnauthorized, "The account of the token is disabled."},
	service.CodeDisabled:        {http.StatusUnauthorized, "The token is disabled."},
	service.CodeExpired:         {http.StatusUnauthorized, "The token has expired."},

	codeWrongAudience: {http.StatusUnauthorized, "The JWT is meant for another resource."},

	service.CodeIPDenied:          {http.StatusForbidden, "The token may not be used from this address."},
	service.CodeVersionRetired:    {http.StatusForbidden, "The API version of the token is retired."},
	service.CodeVersionMismatch:   {http.StatusForbidden, "The token is for another API version."},
	service.CodeNoSuchRoute:       {http.StatusForbidden, "There is no such route."},
	service.CodePathDenied:        {http.StatusForbidden, "The path names somebody else."},
	service.CodeInsufficientScope: {http.StatusForbidden, "The token lacks scopes that this needs."},
	codeRouteConflict:             {http.StatusForbidden, "The request has two routes."},

	"rate_limited":   {http.StatusTooManyRequests, "There are too many requests."},
	"quota_exceeded": {http.StatusTooManyRequests, "The quota is used up."},
}

// refuseClient answers why the client of a gateway is not let in. That it is
// about the client shows in X-Tokenry-Code, which no other failure has.
func refuseClient(c echo.Context, ask authzAsk, answer service.Answer) error {
	r, ok := refusals[answer.Code]
	if !ok {
		r = refusal{http.StatusForbidden, "The token is not good for this."}
	}
	p := newProblem(r.status, answer.Code, r.detail, nil)
	p.RequestID = optional(requestIDOf(c))
	p.Need = optional(joinScopes(answer.MissingScopes))
	h := c.Response().Header()
	h["X-Tokenry-Code"] = []string{answer.Code}
	deprecation, sunset := leaving(&answer)
	h[xDeprecation], h[xSunset] = []string{deprecation}, []string{sunset}
	switch p.Status {
	case http.StatusBadRequest:
		h.Set(echo.HeaderWWWAuthenticate, realm+`, error="invalid_request"`)
	case http.StatusForbidden: // unless there are scopes to name
		h.Set(echo.HeaderWWWAuthenticate, realm+`, error="insufficient_scope", error_description="`+r.detail+`"`)
	case http.StatusTooManyRequests:
		h.Set(echo.HeaderRetryAfter, retryAfter)
	}
	if ask.nginx && p.Status != http.StatusUnauthorized && p.Status != http.StatusForbidden {
		h["X-Tokenry-Status"] = []string{strconv.Itoa(p.Status)}
		p.Status = http.StatusForbidden
	}
	return writeProblem(c, p)
}
