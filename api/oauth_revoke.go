package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
)

// revokeSecret handles POST /oauth/revoke.
func (s *Server) revokeSecret(c echo.Context, call *oauthCall) error {
	r, caller := c.Request(), s.placed(c, call.caller)
	ctx := context.WithValue(r.Context(), actorKey{}, caller) // for the log
	c.SetRequest(r.WithContext(ctx))
	changed, err := s.Self.RevokeSecret(ctx, caller, call.form.token)
	if err != nil {
		return err
	}
	if _, err := s.settle(ctx, changed.Taken, nil); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}
