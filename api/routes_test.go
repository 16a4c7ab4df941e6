package api

import (
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/service"
)

// TestRoutesMustAgree: a server whose routes and openapi.yaml differ does not
// start.
func TestRoutesMustAgree(t *testing.T) {
	t.Parallel()
	s := &Server{Gate: &service.Gate{}}
	e, err := s.echo()
	if err != nil {
		t.Fatal(err)
	}
	operations := operationsOf(contract())
	if err := s.checkRoutes(echo.New(), operations); err == nil {
		t.Error("nothing is served, and that is no error")
	}
	e.GET("/backdoor", func(echo.Context) error { return nil })
	if err := s.checkRoutes(e, operations); err == nil {
		t.Error("a route that openapi.yaml does not know is no error")
	}
	operations["GET /backdoor"] = "openBackdoor"
	if err := s.checkRoutes(e, operations); err == nil {
		t.Error("an operation of which nobody says who may call it is no error")
	}
}
