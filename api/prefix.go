package api

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
)

// publicPath is the path of the public URL, such as "/tokenry"; empty if it has
// none.
func (s *Server) publicPath() (path, escaped string) {
	u, err := url.Parse(s.PublicURL)
	if err != nil {
		return "", ""
	}
	return strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.EscapedPath(), "/")
}

// underPrefix also serves what comes with the path of the public URL in front,
// for proxies that leave it there. One that begins like a path of openapi.yaml
// cannot be told from it, and must be taken away by the proxy.
func (s *Server) underPrefix(next http.Handler) http.Handler {
	prefix, escaped := s.publicPath()
	if prefix == "" || isOwn(prefix) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, ok := strings.CutPrefix(r.URL.Path, prefix)
		if ok && (rest == "" || rest[0] == '/') {
			below := *r
			below.URL = new(*r.URL)
			below.URL.Path = cmp.Or(rest, "/")
			below.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, escaped)
			r = &below
		}
		if r.URL.Path == wellKnown+prefix { // where RFC 8414 has clients look
			below := *r
			below.URL = &url.URL{Path: wellKnown, RawQuery: r.URL.RawQuery}
			r = &below
		}
		next.ServeHTTP(w, r)
	})
}

// isOwn reports whether a prefix begins with a segment that paths of openapi.yaml
// begin with.
func isOwn(prefix string) bool {
	for path := range contract().Paths.Map() {
		if firstSegment(path) == firstSegment(prefix) {
			return true
		}
	}
	return false
}

func firstSegment(path string) string {
	segment, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return segment
}
