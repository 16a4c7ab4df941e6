package openapiimport

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What the templates of a catalog are bounded by.
const (
	maxTemplate = 2048
	maxSegments = 64
)

var parameter = regexp.MustCompile(`\{[^{}]*\}`)

// basePath is the path of the first of the servers, without a slash at its end, or
// the given one if there are no servers.
func (r *reader) basePath(n *yaml.Node, otherwise string) string {
	servers := r.list(n, "the servers")
	if len(servers) == 0 {
		return otherwise
	}
	first := r.serverPath(servers[0])
	for _, other := range servers[1:] {
		if other := r.serverPath(other); other != first {
			r.notes.add("Only the path of the first server is used, others are not", "\""+other+"\"")
		}
	}
	return first
}

// serverPath is the path of a server's URL, its variables replaced by their
// defaults. It takes the URL apart by hand: a host may hold what is not a host.
func (r *reader) serverPath(n *yaml.Node) string {
	server := r.object(n, "a server")
	text := r.text(server.values["url"], "the url of a server")
	if text == "" {
		r.faultf(n, "A server has no url.")
		return ""
	}
	variables := r.object(server.values["variables"], "the variables of a server")
	text = parameter.ReplaceAllStringFunc(text, func(name string) string {
		name = name[1 : len(name)-1]
		if variables.values[name] == nil {
			return "{" + name + "}"
		}
		v := r.object(variables.values[name], "a variable of a server")
		if v.values["default"] == nil {
			r.faultf(variables.values[name], "The server variable %q has no default.", name)
		}
		return r.text(v.values["default"], "the default of a server variable")
	})
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "?")
	if scheme, rest, found := strings.Cut(text, "//"); found && (scheme == "" || strings.HasSuffix(scheme, ":")) {
		_, text, _ = strings.Cut(rest, "/")
	}
	return strings.TrimSuffix(path.Clean("/"+text), "/")
}

// checkTemplate says what is wrong with a path template; or, if nothing is, why
// no route of a catalog can have it.
func checkTemplate(template string) (fault, odd string) {
	names := map[string]bool{}
	for _, name := range parameter.FindAllString(template, -1) {
		if names[name] {
			return "has the parameter " + name + " twice", ""
		}
		names[name] = true
	}
	bare := parameter.ReplaceAllString(template, "{}")
	switch {
	case strings.ContainsAny(strings.ReplaceAll(bare, "{}", ""), "{}"):
		return "has a brace without its counterpart", ""
	case names["{}"]:
		return "has a parameter without a name", ""
	case strings.ContainsAny(template, "?#"):
		return "", "holds a query or a fragment"
	case strings.ContainsAny(template, " \\"):
		return "", "holds a space or a backslash"
	case strings.Count(bare, "/") < strings.Count(template, "/"):
		return "", "has a slash within a parameter"
	case strings.Contains(bare, "}{"):
		return "", "has two parameters with nothing between them"
	case len(template) > maxTemplate || strings.Count(template, "/") > maxSegments:
		return "", "is too long"
	case strings.Contains(template, "...}"):
		return "", "has a parameter whose name ends in three dots, which would span segments"
	}
	plain, err := url.PathUnescape(template)
	switch {
	case err != nil:
		return "", "has a wrong %-escape"
	case !utf8.ValidString(plain) || strings.ContainsFunc(plain, unicode.IsControl):
		return "", "holds a control character, or bytes that are not UTF-8"
	}
	return "", oddSegment(bare)
}

func oddSegment(bare string) string {
	segments := strings.Split(bare[1:], "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		switch {
		case err != nil:
			return "has a wrong %-escape"
		case strings.ContainsAny(plain, `/\`):
			return "holds an encoded slash"
		case plain == "." || plain == "..":
			return "has a dot segment"
		case plain == "" && i < len(segments)-1:
			return "has an empty segment"
		}
	}
	return ""
}

// shape is the same for templates that match the same paths.
func shape(template string) string {
	bare := parameter.ReplaceAllString(template, "{}")
	if plain, err := url.PathUnescape(bare); err == nil {
		return plain
	}
	return bare
}
