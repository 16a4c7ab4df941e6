package echoauth_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/client/clienttest"
	"github.com/tokenry/tokenry/client/echoauth"
)

func TestMiddleware(t *testing.T) {
	t.Parallel()
	server := clienttest.NewServer()
	t.Cleanup(server.Close)
	good := server.Issue(clienttest.Token{Scopes: []string{"orders.read"}, AccountID: "northwind"})
	poor := server.Issue(clienttest.Token{})
	verifier := client.NewVerifier(server.Client(), client.VerifierOptions{})
	t.Cleanup(verifier.Close)
	e := echo.New()
	var internal error
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		internal = errors.Unwrap(err)
		e.DefaultHTTPErrorHandler(err, c)
	}
	e.GET("/orders", func(c echo.Context) error {
		return c.String(http.StatusOK, echoauth.Answer(c).AccountID)
	}, echoauth.Middleware(verifier, client.MiddlewareOptions{Scopes: []string{"orders.read"}}))
	tests := []struct {
		secret, body, code, challenge string
		status                        int
	}{
		{good, "northwind", "", "", 200},
		{poor, "{\"message\":\"Your token lacks: orders.read.\"}\n", "insufficient_scope", `Bearer realm="api", error="insufficient_scope", scope="orders.read"`, 403},
		{"tkr_a_b", "{\"message\":\"Your token is not accepted.\"}\n", "unknown", `Bearer realm="api", error="invalid_token"`, 401},
	}
	for _, tt := range tests {
		internal = nil
		r := httptest.NewRequest("GET", "/orders", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+tt.secret)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("WWW-Authenticate") != tt.challenge {
			t.Errorf("%d %s %v, want %d %s", w.Code, w.Body, w.Header(), tt.status, tt.body)
		}
		if refusal, ok := errors.AsType[*client.Refusal](internal); ok != (tt.code != "") || ok && refusal.Code != tt.code {
			t.Errorf("the error handler has %v, want a refusal with the code %s", internal, tt.code)
		}
	}
}

func Example() {
	tokenry := clienttest.NewServer() // in your program: a Tokenry
	defer tokenry.Close()
	secret := tokenry.Issue(clienttest.Token{Scopes: []string{"orders.read"}, AccountID: "northwind"})
	verifier := client.NewVerifier(tokenry.Client(), client.VerifierOptions{})
	defer verifier.Close()

	e := echo.New()
	e.Use(echoauth.Middleware(verifier, client.MiddlewareOptions{Scopes: []string{"orders.read"}}))
	e.GET("/orders", func(c echo.Context) error {
		return c.String(http.StatusOK, "orders of "+echoauth.Answer(c).AccountID)
	})

	r := httptest.NewRequest(http.MethodGet, "/orders", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+secret)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 orders of northwind
}
