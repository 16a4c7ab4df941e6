package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/tokenry/tokenry/model"
)

// authzAsk is what a gateway asks.
type authzAsk struct {
	method, path string // of the route; empty for none
	conflict     bool   // there are two routes
	scopes       []string
	resource     string // whom JWTs must be meant for; empty for the issuer
	nginx        bool   // answer for nginx
}

// readAuthz reads the question of a gateway. What is wrong with it is the
// gateway's fault.
func readAuthz(r *http.Request) (authzAsk, error) {
	ask, err := readAuthzQuery(r.URL)
	if err != nil {
		return ask, err
	}
	forwarded, err := routeHeaders(r.Header, "X-Forwarded-Method", "X-Forwarded-Uri")
	if err != nil {
		return ask, err
	}
	original, err := routeHeaders(r.Header, "X-Original-Method", "X-Original-Uri")
	if err != nil {
		return ask, err
	}
	none := route{}
	switch {
	case forwarded == none:
		forwarded = original
	case original != none && original != forwarded:
		ask.conflict = true
	}
	ask.method, ask.path = forwarded.method, forwarded.path
	if forwarded == none && len(ask.scopes) == 0 {
		return ask, badQuestion("Ask for a route, with X-Forwarded-Method and X-Forwarded-Uri, or for a scope, with ?scope=.")
	}
	return ask, nil
}

// routeHeaders is the route in a pair of headers; the zero route if neither is
// there.
func routeHeaders(h http.Header, method, uri string) (route, error) {
	methods, uris := h[method], h[uri]
	switch {
	case len(methods)+len(uris) == 0:
		return route{}, nil
	case len(methods) > 1, len(uris) > 1, len(uris) == 1 && strings.Contains(uris[0], " "): // joined by a proxy
		return route{}, badQuestion("There may be only one " + method + " and one " + uri + ". The gateway must replace those of its client.")
	case len(methods) == 0 || len(uris) == 0 || methods[0] == "" || uris[0] == "":
		return route{}, badQuestion("A route is a method and a path: " + method + " and " + uri + " go together.")
	}
	return route{methods[0], uris[0]}, nil
}

// readAuthzQuery reads scope, which may be there several times, resource and
// gateway.
func readAuthzQuery(target *url.URL) (authzAsk, error) {
	if target.RawQuery == "" {
		return authzAsk{}, nil
	}
	query, err := url.ParseQuery(target.RawQuery)
	if err != nil {
		return authzAsk{}, badQuestion("The query is not well-formed.")
	}
	var ask authzAsk
	var check checker
	check.unknown(query, map[string]bool{"scope": true, "resource": true, "gateway": true})
	if gateway, ok := query["gateway"]; ok {
		ask.nginx = true
		if len(gateway) != 1 || gateway[0] != "nginx" {
			check.add("gateway", "not_one_of", "This must be nginx, or left out.")
		}
	}
	if resources, ok := query["resource"]; ok {
		ask.resource = resources[0]
		if len(resources) != 1 || resources[0] == "" {
			check.add("resource", "wrong_format", "This must be one resource, or left out.")
		}
	}
	for _, scopes := range query["scope"] {
		list := strings.Fields(scopes)
		if len(list) == 0 && err == nil {
			err = badQuestion("The scope is empty.")
		}
		ask.scopes = append(ask.scopes, list...)
	}
	if len(ask.scopes) > maxAskedScopes {
		check.add("scope", "too_many", "This may have at most %d entries.", maxAskedScopes)
	}
	if faults := model.Invalid(check.faults); faults != nil {
		return ask, faults
	}
	return ask, err
}

func badQuestion(why string) error {
	return model.Errorf(model.KindMalformed, "bad_question", "The gateway does not ask well. %s", why)
}
