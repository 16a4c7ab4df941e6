// Package echoauth is the middleware of package client, for Echo v4.
//
//	e := echo.New()
//	e.Use(echoauth.Middleware(verifier, client.MiddlewareOptions{Routes: true}))
//	e.GET("/orders", func(c echo.Context) error {
//		answer := echoauth.Answer(c)
//		…
//	})
package echoauth

import (
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/client"
)

// Middleware lets in the requests whose secret is good and may do what the
// options say. The others get an *echo.HTTPError whose Internal is the
// *client.Refusal, so that your error handler may shape the answer; its headers
// are set already.
func Middleware(v client.Judge, o client.MiddlewareOptions) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			answer, refusal := client.Authorize(v, r, o)
			if refusal != nil {
				refusal.SetHeader(c.Response().Header())
				return echo.NewHTTPError(refusal.Status, refusal.Message).SetInternal(refusal)
			}
			c.SetRequest(r.WithContext(client.NewContext(r.Context(), answer)))
			return next(c)
		}
	}
}

// Answer is what let the request in; nil if Middleware did not.
func Answer(c echo.Context) *client.Answer { return client.FromContext(c.Request().Context()) }
