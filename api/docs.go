package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"
)

// openAPITag names the contract that is served.
var openAPITag = sync.OnceValue(func() string { return tagOf(openAPI) })

// tagOf is an entity tag for a body.
func tagOf(body []byte) string { return `"` + digestOf(body) + `"` }

// digestOf is a short digest of a content.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16])
}

// getOpenAPI handles GET /openapi.yaml.
func (s *Server) getOpenAPI(c echo.Context) error {
	h, tag := c.Response().Header(), openAPITag()
	h.Set("ETag", tag)
	h.Set(echo.HeaderCacheControl, "no-cache")
	if matches(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, "application/yaml", openAPI)
}

// plainDocs is shown where the console has not been built.
const plainDocs = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tokenry API</title>
<h1>Tokenry API</h1>
<p>The API is described by <a href="openapi.yaml">openapi.yaml</a>, in OpenAPI 3.0.
Open it in any OpenAPI viewer, or generate a client from it.</p>
</html>
`

// getDocs gives the handler of GET /docs, whose page is built with the console.
func (s *Server) getDocs() (echo.HandlerFunc, error) {
	if s.Console == nil {
		return func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
			return c.HTML(http.StatusOK, plainDocs)
		}, nil
	}
	page, err := s.readPage("docs.html")
	return func(c echo.Context) error { return servePage(c, page) }, err
}
