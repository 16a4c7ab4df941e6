package api

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// oauthCall is a call of an endpoint of OAuth 2.0, once its caller is known.
type oauthCall struct {
	form   form
	caller model.Actor
	secret string // that the caller has presented
	look   service.Look
	buffer *buffer
}

// oauthHandler authorizes a caller who may send its credential in the form, and
// answers. Its errors are those of RFC 6749.
func (s *Server) oauthHandler(operation string, check func(*form, *checker), answer func(echo.Context, *oauthCall) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		call := oauthCall{buffer: buffers.Get().(*buffer)}
		defer call.buffer.free()
		if err := s.admitOAuth(c, operation, check, &call); err != nil {
			s.record(s.placed(c, call.caller), operation, err, model.KindUnauthenticated, model.KindForbidden, model.KindNotFound)
			return err
		}
		return answer(c, &call)
	}
}

// admitOAuth reads the form, and lets in who may call. What is wrong with the
// form is told to those alone, or to who could have a credential in it.
func (s *Server) admitOAuth(c echo.Context, operation string, check func(*form, *checker), call *oauthCall) (err error) {
	if call.look, err = s.Verifier.Look(); err != nil {
		return err
	}
	r := c.Request()
	formErr := call.form.read(r, call.buffer)
	presented, err := call.form.credential(r.Header)
	if err != nil && formErr != nil && model.IsCode(err, "missing_token") {
		return formErr
	}
	if err != nil {
		return err
	}
	call.secret = presented.text
	if call.caller, err = s.admitWith(c, presented, operation, call.look); err != nil {
		return err
	}
	var checks checker
	if checks.unknown(r.URL.Query(), nil); len(checks.faults) == 0 && formErr != nil {
		return formErr
	}
	check(&call.form, &checks)
	return model.Invalid(checks.faults)
}

// form is what is known of the fields of a form. RFC 6749 has others ignored,
// and an empty one is as none.
type form struct {
	token, hint            string
	clientID, clientSecret string
	ip                     string
	grant                  grant

	address netip.Addr // ip
}

// read reads the form of a request. It holds nothing if there is an error.
func (f *form) read(r *http.Request, b *buffer) error {
	if r.ContentLength == 0 {
		return nil
	}
	text, err := b.read(r, echo.MIMEApplicationForm)
	if err != nil {
		return err
	}
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if value == "" {
			continue
		}
		field := f.field(name)
		if field == nil {
			continue
		}
		if *field != "" {
			*f = form{}
			return model.Invalid([]model.FieldError{{Field: name, Code: "duplicate", Message: "This may be given only once."}})
		}
		if *field, err = url.QueryUnescape(value); err != nil {
			*f = form{}
			return model.Errorf(model.KindMalformed, "malformed_body", "The body must be a form, as in a=b&c=d.")
		}
	}
	return nil
}

// field is where a field's value belongs; nil for one that is ignored.
func (f *form) field(name string) *string {
	switch name {
	case "token":
		return &f.token
	case "token_type_hint":
		return &f.hint
	case "client_id":
		return &f.clientID
	case "client_secret":
		return &f.clientSecret
	case "ip":
		return &f.ip
	}
	return f.grant.field(name)
}

// checkToken checks what the caller asks of a secret.
func (f *form) checkToken(check *checker) {
	if f.token == "" {
		check.add("token", "required", "This is required.")
	}
	if f.ip != "" {
		var err error
		if f.address, err = netip.ParseAddr(f.ip); err != nil || f.address.Zone() != "" {
			check.add("ip", "wrong_format", "This must be an address such as 203.0.113.9 or 2001:db8::1.")
		}
	}
}

// credential is the one credential of a request, in its headers or in the form.
func (f *form) credential(h http.Header) (credential, error) {
	if f.clientSecret == "" {
		presented, err := credentialOf(h)
		if presented.basic {
			err = presented.unescape()
		}
		return presented, err
	}
	if len(h[echo.HeaderAuthorization])+len(h["X-Api-Key"]) > 0 {
		return credential{}, ambiguousCredentials()
	}
	return credential{text: f.clientSecret, basic: true, user: f.clientID}, nil
}

// unescape undoes what RFC 6749 has clients do to both parts of HTTP Basic.
func (p *credential) unescape() error {
	var errs [2]error
	p.user, errs[0] = url.QueryUnescape(p.user)
	p.text, errs[1] = url.QueryUnescape(p.text)
	if errors.Join(errs[:]...) != nil {
		return badToken("It is not well-formed HTTP Basic.")
	}
	return nil
}
