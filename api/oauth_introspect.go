package api

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/service"
)

// introspectSecret handles POST /oauth/introspect.
func (s *Server) introspectSecret(c echo.Context, call *oauthCall) error {
	answer, err := s.Verifier.Verify(c.Request().Context(), service.Question{
		Secret: call.form.token, JWT: true, IP: call.form.address, Caller: call.caller.ID, Look: call.look,
	})
	if err != nil {
		return err
	}
	b := call.buffer
	b.bytes = appendIntrospection(b.bytes[:0], &answer, s.PublicURL)
	return b.send(c)
}

// appendIntrospection writes an answer as in RFC 7662. Of a secret that is no
// good it tells nothing else, whoever's it is.
func appendIntrospection(b []byte, a *service.Answer, issuer string) []byte {
	if !a.Valid() {
		return append(b, "{\"active\":false}\n"...)
	}
	tok := a.Token
	b = append(b, `{"active":true,"scope":"`...)
	for i, scope := range tok.Scopes { // of which none has to be escaped
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, scope...)
	}
	b = append(b, `","client_id":"`...)
	b = append(b, tok.ID...)
	b = append(b, `","sub":"`...)
	b = append(b, tok.ID...)
	b = append(b, `","token_type":"Bearer","iss":`...)
	b = appendText(b, issuer)
	made, ok := tok.CreatedAt()
	if a.JWT != nil {
		b = append(b, `,"aud":`...)
		b = appendTexts(b, a.JWT.Audience)
		b = append(b, `,"jti":`...)
		b = appendText(b, a.JWT.ID)
		made, ok = a.JWT.IssuedAt.Time, true
	}
	if ok {
		b = append(b, `,"iat":`...)
		b = strconv.AppendInt(b, made.Unix(), 10)
	}
	if expires := tok.ExpiresAt(); !expires.IsZero() {
		b = append(b, `,"exp":`...)
		b = strconv.AppendInt(b, expires.Unix(), 10)
	}
	return append(appendTokenFacts(b, a), "}\n"...)
}

// appendTokenFacts writes what RFC 7662 does not know of.
func appendTokenFacts(b []byte, a *service.Answer) []byte {
	tok := a.Token
	b = append(b, `,"api_version":`...)
	b = appendText(b, tok.Version)
	b = appendVersionState(b, a)
	b = append(b, `,"account_id":"`...)
	b = append(b, tok.AccountID...)
	b = append(b, `","account_type":`...)
	b = appendText(b, a.Account.Type)
	b = append(b, `,"name":`...)
	b = appendText(b, tok.Name)
	b = append(b, `,"secret_state":"`...)
	b = append(b, secretState(a.Previous)...)
	b = append(b, `","metadata":`...)
	b = append(b, tok.Metadata...)
	b = append(b, `,"claims":`...)
	return append(b, tok.Claims...)
}
