package client

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
)

// MiddlewareOptions say what is asked of the requests to a handler. With none,
// any good secret will do.
type MiddlewareOptions struct {
	Scopes []string // all are needed, or with Any one of them
	Any    bool
	// Routes asks by method and path, for which the catalog knows the scopes.
	Routes bool
	// IP is where a request comes from. Without it, that is whoever has made the
	// connection, such as a proxy: then set this to what your proxy tells.
	IP func(*http.Request) string
	// Ask may change the question about a request, such as add the API version
	// that its path names.
	Ask func(*http.Request, *Question)
	// Realm is told to those who have no good secret; "api" unless set.
	Realm string
	// Log is told why requests could not be judged. Nil tells nobody.
	Log *slog.Logger
}

// Refusal is why a request is not let in.
type Refusal struct {
	Status    int    // 400, 401, 403, 429 or 503
	Code      string // for programs: that of the answer, or missing_token, ambiguous_credentials, try_again
	Message   string // for people
	Challenge string // the header WWW-Authenticate; may be empty
	Err       error  // why there is no answer, with 503
}

// Error is the code and the message.
func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Unwrap gives the cause of a 503.
func (r *Refusal) Unwrap() error { return r.Err }

// ServeHTTP answers with the refusal, as in RFC 9457.
func (r *Refusal) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	r.SetHeader(w.Header())
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(r.Status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": http.StatusText(r.Status), "status": r.Status, "code": r.Code, "detail": r.Message,
	})
}

// SetHeader sets the headers that belong to the refusal.
func (r *Refusal) SetHeader(h http.Header) {
	h.Set("Cache-Control", "no-store")
	if r.Challenge != "" {
		h.Set("WWW-Authenticate", r.Challenge)
	}
	if r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
}

// Middleware lets in the requests whose secret is good and may do what the
// options say, and puts the answer into their context for FromContext. It
// answers the others: 401 and 403 as in RFC 6750, and 503 if there is no answer.
// The secret is a bearer token, in X-API-Key, or the password of HTTP Basic with
// the token's id as user.
func Middleware(v Judge, o MiddlewareOptions) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer, refusal := Authorize(v, r, o)
			if refusal != nil {
				refusal.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), answer)))
		})
	}
}

// Judge answers questions about secrets: a Verifier or a JWTVerifier.
type Judge interface {
	Verify(ctx context.Context, q Question) (*Answer, error)
}

type answerContext struct{}

// NewContext is a context that holds an answer.
func NewContext(ctx context.Context, answer *Answer) context.Context {
	return context.WithValue(ctx, answerContext{}, answer)
}

// FromContext is the answer that let a request in; nil if none did.
func FromContext(ctx context.Context) *Answer {
	answer, _ := ctx.Value(answerContext{}).(*Answer)
	return answer
}

// Authorize is what Middleware does, for other frameworks: it judges a request,
// and gives the good answer or the refusal.
func Authorize(v Judge, r *http.Request, o MiddlewareOptions) (*Answer, *Refusal) {
	secret, user, refusal := credentialOf(r.Header)
	realm := fmt.Sprintf("Bearer realm=%q", cmp.Or(o.Realm, "api"))
	if refusal != nil {
		if refusal.Status == http.StatusUnauthorized {
			refusal.Challenge = realm // names no error: nothing was sent
		}
		return nil, refusal
	}
	q := Question{Secret: secret, Scopes: o.Scopes, Any: o.Any}
	if o.Routes {
		q.Method, q.Path = r.Method, r.URL.EscapedPath()
	}
	if o.IP != nil {
		q.IP = o.IP(r)
	} else if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		q.IP, _, _ = strings.Cut(host, "%") // without the zone
	}
	if o.Ask != nil {
		o.Ask(r, &q)
	}
	answer, err := v.Verify(r.Context(), q)
	if err != nil {
		if o.Log != nil {
			o.Log.ErrorContext(r.Context(), "tokenry: request not judged", "error", err)
		}
		return nil, &Refusal{
			Status: http.StatusServiceUnavailable, Code: "try_again", Message: "Your token cannot be checked at the moment.", Err: err,
		}
	}
	if answer.Valid && user != "" && user != answer.TokenID {
		answer = &Answer{Code: VerificationCodeUnknown}
	}
	if !answer.Valid {
		return nil, refusalOf(answer, realm)
	}
	return answer, nil
}

// invalidToken are the codes that speak of the secret itself.
var invalidToken = []VerificationCode{
	VerificationCodeMalformed, VerificationCodeUnknown, VerificationCodeRotated, VerificationCodeRevoked,
	VerificationCodeAccountDisabled, VerificationCodeDisabled, VerificationCodeExpired, CodeWrongAudience,
}

func refusalOf(answer *Answer, realm string) *Refusal {
	r := &Refusal{Status: http.StatusForbidden, Code: string(answer.Code), Message: "Your token may not do this."}
	switch {
	case slices.Contains(invalidToken, answer.Code):
		r.Status, r.Message = http.StatusUnauthorized, "Your token is not accepted."
		r.Challenge = realm + `, error="invalid_token"`
	case answer.Code == VerificationCodeInsufficientScope:
		scopes := strings.Join(answer.MissingScopes, " ")
		r.Message = "Your token lacks: " + scopes + "."
		r.Challenge = realm + `, error="insufficient_scope", scope="` + scopes + `"`
	case answer.Code == VerificationCodeRateLimited || answer.Code == VerificationCodeQuotaExceeded:
		r.Status, r.Message = http.StatusTooManyRequests, "Your token was used too often."
	}
	return r
}

// credentialOf finds the one secret of a request, and the user of HTTP Basic.
func credentialOf(h http.Header) (secret, user string, refusal *Refusal) {
	authorization, keys := h.Values("Authorization"), h.Values("X-API-Key")
	switch {
	case len(authorization)+len(keys) > 1:
		return "", "", &Refusal{Status: http.StatusBadRequest, Code: "ambiguous_credentials", Message: "Send one credential."}
	case len(keys) == 1 && keys[0] != "":
		return keys[0], "", nil
	case len(authorization) == 1:
		scheme, rest, _ := strings.Cut(authorization[0], " ")
		rest = strings.TrimSpace(rest)
		if strings.EqualFold(scheme, "bearer") && rest != "" {
			return rest, "", nil
		}
		if decoded, err := base64.StdEncoding.DecodeString(rest); err == nil && strings.EqualFold(scheme, "basic") {
			if user, password, _ := strings.Cut(string(decoded), ":"); user != "" && password != "" {
				return password, user, nil
			}
		}
	}
	return "", "", &Refusal{
		Status: http.StatusUnauthorized, Code: "missing_token", Message: "Send your token as Authorization: Bearer and the token.",
	}
}
