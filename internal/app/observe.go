package app

import (
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/telemetry"
)

// observe measures and traces each request under its operation.
func observe(requests *telemetry.Requests) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx, begun := requests.Begin(c.Request(), api.OperationOf(c))
			if ctx != c.Request().Context() {
				c.SetRequest(c.Request().WithContext(ctx))
			}
			err := next(c)
			if err != nil {
				c.Error(err) // writes the answer, so that its status is known
			}
			begun.End(c.Response().Status)
			return nil
		}
	}
}
