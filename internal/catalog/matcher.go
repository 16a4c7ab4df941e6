// Package catalog reads, checks, compares and writes catalogs, and finds the
// route that a request names.
package catalog

import "github.com/tokenry/tokenry/model"

// Compiled is a catalog made ready for checks. It is safe for use by many
// goroutines.
type Compiled struct {
	catalog  *model.Catalog
	versions map[string]int // place, counted from the oldest
	scopes   map[string]scopeRange
	trees    map[string]*node // by method
}

// scopeRange is a scope and the places of the first and last version that has it.
type scopeRange struct {
	scope model.Scope
	span
}

// span is the places of the first and last version that has something. Nothing
// is between them if the first comes after the last.
type span struct{ first, last int }

// has reports whether the version at that place is in the span.
func (s span) has(at int) bool { return s.first <= at && at <= s.last }

// meets reports whether some version is in both.
func (s span) meets(other span) bool { return max(s.first, other.first) <= min(s.last, other.last) }

// Match is the route that a request names.
type Match struct {
	Route *model.Route // belongs to the catalog; not to be changed
	Bound []Bound      // the bound parameters of the path, from left to right
}

// Bound is the value in a path that must equal a fact of the token.
type Bound struct {
	Name  string
	To    model.Binding
	Value string
}

// Compile makes a catalog ready for checks. The catalog must not be changed
// afterwards. The only faults it finds are templates that cannot be read and
// two of one shape; Check finds all.
func Compile(c *model.Catalog) (*Compiled, error) {
	out := index(c)
	return out, out.plant()
}

// index makes a catalog ready, but for its routes.
func index(c *model.Catalog) *Compiled {
	out := &Compiled{
		catalog:  c,
		versions: make(map[string]int, len(c.Versions)),
		scopes:   map[string]scopeRange{},
		trees:    map[string]*node{},
	}
	for i, v := range c.Versions {
		out.versions[v.ID] = i
	}
	for _, cat := range c.Categories {
		for _, s := range cat.Scopes {
			out.scopes[s.ID] = scopeRange{s, out.spanOf(s.Since, s.Until)}
		}
	}
	return out
}

// spanOf finds the versions between two. If one of them is unknown there are
// none.
func (c *Compiled) spanOf(since, until string) span {
	s := span{first: 0, last: len(c.versions) - 1}
	if at, known := c.versions[since]; known {
		s.first = at
	} else if since != "" {
		s.first = len(c.versions)
	}
	if at, known := c.versions[until]; known {
		s.last = at
	} else if until != "" {
		s.last = -1
	}
	return s
}

// plant builds a tree for each method. HEAD has that of GET, but for its own
// routes.
func (c *Compiled) plant() error {
	byMethod := map[string][]*model.Route{}
	for i := range c.catalog.Routes {
		r := &c.catalog.Routes[i]
		byMethod[r.Method] = append(byMethod[r.Method], r)
	}
	for method, routes := range byMethod {
		root := &node{}
		for _, r := range routes {
			if err := root.add(r, c.catalog.Bind, false); err != nil {
				return err
			}
		}
		c.trees[method] = root
	}
	if head := c.trees["HEAD"]; head != nil {
		for _, r := range byMethod["GET"] {
			if err := head.add(r, c.catalog.Bind, true); err != nil {
				return err
			}
		}
	} else if get := c.trees["GET"]; get != nil {
		c.trees["HEAD"] = get
	}
	for _, root := range c.trees {
		root.sort()
	}
	return nil
}

// Catalog is what this was compiled from; it must not be changed.
func (c *Compiled) Catalog() *model.Catalog { return c.catalog }

// Scope is the scope of that id.
func (c *Compiled) Scope(id string) (model.Scope, bool) {
	r, ok := c.scopes[id]
	return r.scope, ok
}

// ExistsIn reports whether the scope exists in the version. It is false if
// either is unknown.
func (c *Compiled) ExistsIn(scopeID, version string) bool {
	at, known := c.versions[version]
	r, ok := c.scopes[scopeID]
	return known && ok && r.has(at)
}

// Version is the version of that id.
func (c *Compiled) Version(id string) (model.Version, bool) {
	at, known := c.versions[id]
	if !known {
		return model.Version{}, false
	}
	return c.catalog.Versions[at], true
}

// Match finds the route that a request names. The method is in upper case; the
// target is a path as it came over the wire, with or without a query. A path
// that servers may understand in several ways names no route if another way
// leads to another route.
func (c *Compiled) Match(method, target string) (Match, bool) {
	root := c.trees[method]
	if root == nil {
		return Match{}, false
	}
	var buffer [16]string
	path := pathOnly(target)
	segs, odd, ok := split(path, buffer[:0])
	if !ok {
		return Match{}, false
	}
	found := root.find(segs)
	if found == nil {
		return Match{}, false
	}
	if odd {
		other, ok := loose(path)
		if !ok {
			return Match{}, false
		}
		if l := root.find(other); l != nil && l != found {
			return Match{}, false
		}
	}
	return found.match(segs), true
}
