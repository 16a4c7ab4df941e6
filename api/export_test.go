package api

import "github.com/labstack/echo/v4"

// Echo is the routes, for tests that add to them.
func (s *Server) Echo() (*echo.Echo, error) { return s.echo() }
