package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// consolePolicy is the Content-Security-Policy of the console's pages. Styles
// that scripts make carry the nonce; scripts come from files alone.
const consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%NONCE%'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

// noConsole is shown where the console has not been built.
const noConsole = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tokenry</title>
<h1>This program was built without the console</h1>
<p>The API works without it. To have the console, build the program with <code>make build</code>, which needs
Node.js 20 or newer, or use the container image.</p>
</html>
`

// GetConsoleConfig handles GET /console/config.json.
func (s *Server) GetConsoleConfig(context.Context, GetConsoleConfigRequestObject) (GetConsoleConfigResponseObject, error) {
	return GetConsoleConfig200JSONResponse{
		SignIn:  SignInWays{Oidc: s.Sessions.CanLogin(), Link: true},
		HelpURL: s.HelpURL, PublicURL: s.PublicURL, SecretPrefix: s.Tokens.Prefix, Version: s.Version,
	}, nil
}

// openConsole handles GET / and GET /console.
func (s *Server) openConsole(c echo.Context) error {
	_, prefix := s.publicPath()
	return c.Redirect(http.StatusFound, prefix+"/console/")
}

// getConsole gives the handler of GET /console/{path}: a file of the console,
// or, for all that has no extension, its page, which finds by the path what to
// show.
func (s *Server) getConsole() (echo.HandlerFunc, error) {
	if s.Console == nil {
		return func(c echo.Context) error { return c.HTML(http.StatusNotFound, noConsole) }, nil
	}
	assets, err := readAssets(s.Console)
	if err != nil {
		return nil, err
	}
	index, err := s.readPage("index.html")
	if err != nil {
		return nil, err
	}
	return func(c echo.Context) error {
		name := c.Param("*")
		if asset, ok := assets[name]; ok {
			return asset.serve(c, s.Console, name)
		}
		if path.Ext(name) != "" {
			return echo.ErrNotFound
		}
		return servePage(c, index)
	}, nil
}

// readPage reads a page of the console, which then knows where its files are.
func (s *Server) readPage(name string) ([]byte, error) {
	page, err := fs.ReadFile(s.Console, name)
	if err != nil {
		return nil, fmt.Errorf("read the console: %w", err)
	}
	_, prefix := s.publicPath()
	return bytes.ReplaceAll(page, []byte("__BASE__"), []byte(html.EscapeString(prefix+"/console/"))), nil
}

// servePage answers with a page of the console, under a nonce of its own.
func servePage(c echo.Context, index []byte) error {
	nonce := rand.Text()
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-cache")
	h.Set(echo.HeaderContentSecurityPolicy, strings.Replace(consolePolicy, "%NONCE%", nonce, 1))
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	return c.HTMLBlob(http.StatusOK, bytes.ReplaceAll(index, []byte("__NONCE__"), []byte(nonce)))
}
