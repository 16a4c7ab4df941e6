package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// oauthErrors has the errors of RFC 6749 by status. All others are
// invalid_request.
var oauthErrors = map[int]OAuthErrorError{
	http.StatusUnauthorized:        OAuthErrorErrorInvalidClient,
	http.StatusForbidden:           OAuthErrorErrorUnauthorizedClient,
	http.StatusInternalServerError: OAuthErrorErrorServerError,
	http.StatusServiceUnavailable:  OAuthErrorErrorTemporarilyUnavailable,
	http.StatusGatewayTimeout:      OAuthErrorErrorTemporarilyUnavailable,
}

// oauthCodes has the errors that have codes of their own.
var oauthCodes = map[string]OAuthErrorError{
	"invalid_grant":          OAuthErrorErrorInvalidGrant,
	"invalid_scope":          OAuthErrorErrorInvalidScope,
	"invalid_target":         OAuthErrorErrorInvalidTarget,
	"unsupported_grant_type": OAuthErrorErrorUnsupportedGrantType,
	"unsupported_token_type": OAuthErrorErrorUnsupportedTokenType,
}

// writeOAuthError answers with a problem in the form of RFC 6749, section 5.2,
// which knows no 415 and no 422. Who did not send a Bearer token is asked for
// HTTP Basic.
func writeOAuthError(c echo.Context, p Problem) error {
	status := p.Status
	if status == http.StatusUnsupportedMediaType || status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	scheme, _, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if status == http.StatusUnauthorized && !strings.EqualFold(scheme, "bearer") {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Basic realm="tokenry"`)
	}
	body := OAuthError{
		Error: oauthErrors[status], ErrorDescription: plain(p.Detail), Code: p.Code, Need: p.Need, RequestID: p.RequestID,
	}
	if named, ok := oauthCodes[p.Code]; ok {
		body.Error = named
	}
	if body.Error == "" {
		body.Error = OAuthErrorErrorInvalidRequest
	}
	for _, fault := range p.Fields {
		body.ErrorDescription = plain(fault.Field + ": " + fault.Message) // the last is as good as any
	}
	return c.JSON(status, body)
}

// plain is a text without what RFC 6749 does not allow in a description.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || r < ' ' || r > '~' {
			return '\''
		}
		return r
	}, text)
}
