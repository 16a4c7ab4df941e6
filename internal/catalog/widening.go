package catalog

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/tokenry/tokenry/model"
)

// Widening is a scope that tokens may hold today and that would open more than
// it does. Diff rather names one too many than one too few.
type Widening struct {
	Scope  string   `json:"scope"`
	With   []string `json:"with,omitempty"` // further scopes that the holder needs
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Code   string   `json:"code"` // new_route, new_alternative, falls_through, unbound
	Reason string   `json:"reason"`
}

// ruled is a route with what decides whom it lets through.
type ruled struct {
	route *model.Route
	segs  []segment
	shape string
	bound []string // which segments are bound, and to what
	stays bool     // there is a route of its shape before and after
}

// widener compares the routes of one method, before and after.
type widener struct {
	held          map[string]bool // scopes that tokens may hold before and after
	before, after []ruled
}

// widened finds what each scope, alone or with others, would open that it does
// not open now.
func widened(current, next *model.Catalog) []Widening {
	held := placedScopes(current)
	stays := map[string]bool{}
	for id := range placedScopes(next) {
		if _, known := held[id]; known {
			stays[id] = true
		}
	}
	out := []Widening{}
	before, after := ruledRoutes(current), ruledRoutes(next)
	for _, method := range sortedKeys(after) {
		if method == http.MethodHead {
			continue
		}
		out = append(out, newWidener(stays, before[method], after[method]).all()...)
	}
	if before[http.MethodHead] == nil && after[http.MethodHead] == nil {
		return out
	}
	for _, w := range newWidener(stays, headRoutes(before), headRoutes(after)).all() {
		if w.Method == http.MethodHead || !slices.ContainsFunc(out, w.alike) {
			w.Method = http.MethodHead
			out = append(out, w)
		}
	}
	return out
}

// alike reports whether the other widening is of the same scope and route.
func (w Widening) alike(other Widening) bool {
	return w.Scope == other.Scope && w.Path == other.Path && w.Method == other.Method && slices.Equal(w.With, other.With)
}

// ruledRoutes are the routes by method. Those that cannot be read open nothing.
func ruledRoutes(c *model.Catalog) map[string][]ruled {
	out := map[string][]ruled{}
	for i := range c.Routes {
		r := &c.Routes[i]
		segs, err := parseTemplate(r.Path)
		if err != nil {
			continue
		}
		one := ruled{route: r, segs: segs, shape: shapeOf(segs)}
		for j := range segs {
			for _, name := range segs[j].params {
				if to := c.Bind[name]; to != "" {
					one.bound = append(one.bound, fmt.Sprintf("%d %s %s", j, segs[j].shape(), to))
				}
			}
		}
		out[r.Method] = append(out[r.Method], one)
	}
	return out
}

// headRoutes are the routes that a HEAD request may find.
func headRoutes(routes map[string][]ruled) []ruled {
	own := map[string]bool{}
	for _, r := range routes["HEAD"] {
		own[r.shape] = true
	}
	out := slices.Clone(routes["HEAD"])
	for _, r := range routes["GET"] {
		if !own[r.shape] {
			out = append(out, r)
		}
	}
	return out
}

func newWidener(held map[string]bool, before, after []ruled) *widener {
	wasThere, isThere := map[string]bool{}, map[string]bool{}
	for _, r := range before {
		wasThere[r.shape] = true
	}
	for _, r := range after {
		isThere[r.shape] = true
	}
	w := &widener{held: held, before: slices.Clone(before), after: slices.Clone(after)}
	for i, r := range before {
		w.before[i].stays = isThere[r.shape]
	}
	for i, r := range after {
		w.after[i].stays = wasThere[r.shape]
	}
	return w
}

// all are the widenings of the method.
func (w *widener) all() []Widening {
	var out []Widening
	for i := range w.after {
		r := &w.after[i]
		var rivals []*ruled
		for _, set := range r.route.Scopes {
			if slices.ContainsFunc(set, func(id string) bool { return !w.held[id] }) {
				continue // nobody holds it yet
			}
			if rivals == nil {
				rivals = w.rivals(r)
			}
			if code, reason := w.judge(r, set, rivals); code != "" {
				out = append(out, each(r.route, set, code, reason)...)
			}
		}
	}
	return out
}

// each makes a widening of each scope of a set.
func each(r *model.Route, set []string, code, reason string) []Widening {
	var out []Widening
	for _, id := range set {
		with := slices.DeleteFunc(slices.Sorted(slices.Values(set)), func(other string) bool { return other == id })
		out = append(out, Widening{Scope: id, With: with, Method: r.Method, Path: r.Path, Code: code, Reason: reason})
	}
	return out
}

// rivals are the routes that may have answered, before, for paths that r
// answers for afterwards.
func (w *widener) rivals(r *ruled) []*ruled {
	rivals := []*ruled{}
	for i := range w.before {
		q := &w.before[i]
		switch {
		case q.stays && r.stays && q.shape == r.shape:
			rivals = append(rivals, q)
		case q.stays && r.stays || !overlap(q.segs, r.segs):
			// Nothing moves from one to the other.
		case comesFirst(q.segs, r.segs) && !q.stays, !comesFirst(q.segs, r.segs) && !r.stays:
			rivals = append(rivals, q)
		}
	}
	return rivals
}

// judge says why a holder of the set of scopes could open more through the
// route than before. An empty code means that they could not.
func (w *widener) judge(r *ruled, set []string, rivals []*ruled) (code, reason string) {
	known := false
	for _, q := range rivals {
		known = known || covers(q.segs, r.segs)
	}
	if !known {
		return "new_route", "Nothing opened this route before."
	}
	for _, q := range rivals {
		if !opened(q.route, set) {
			if q.shape == r.shape {
				return "new_alternative", "It did not open this route before."
			}
			return "falls_through", fmt.Sprintf("It did not open the paths that %s %s answered for.", q.route.Method, q.route.Path)
		}
		for _, b := range q.bound {
			if !slices.Contains(r.bound, b) {
				return "unbound", fmt.Sprintf("A parameter of %s is no longer bound as it was.", q.route.Path)
			}
		}
	}
	return "", ""
}

// opened reports whether a holder of the set could open the route.
func opened(r *model.Route, set []string) bool {
	return slices.ContainsFunc(r.Scopes, func(alternative []string) bool {
		return !slices.ContainsFunc(alternative, func(id string) bool { return !slices.Contains(set, id) })
	})
}
