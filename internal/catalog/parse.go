package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/model"
)

// absolute, before a path, keeps the base path away from it.
const absolute = "^"

// Parse reads a catalog file, YAML or JSON; name is what errors call it. All
// faults are in one *model.Error, each with its line and its place in the file.
// The routes of a catalog come sorted, its default version is the first one
// unless the file says otherwise.
func Parse(name string, data []byte) ([]model.Catalog, error) {
	root, err := parseTree(data)
	if err != nil {
		return nil, model.Errorf(model.KindMalformed, "malformed_body", "%s: %s.", name, err)
	}
	d := &decoder{lines: map[string]int{}}
	var catalogs []model.Catalog
	d.object(required("account_types", d.entries(func(accountType string) reader {
		return func(n *yaml.Node, path string) {
			catalogs = append(catalogs, d.catalog(accountType, n, path))
		}
	})))(root, "")
	if len(catalogs) == 0 && len(d.faults) == 0 {
		d.fault(root, "account_types", "required", "The file has no account type.")
	}
	if len(d.faults) > 0 {
		return nil, &model.Error{
			Kind: model.KindInvalid, Code: "invalid_request", Fields: d.inOrder(),
			Message: name + " has faults; see fields.",
		}
	}
	return catalogs, nil
}

// catalogFile is an account type as it is being read.
type catalogFile struct {
	model.Catalog
	basePath string
	inline   []routeFile
	listed   []routeFile
}

// routeFile is a route as the file has it.
type routeFile struct {
	method, path string
	scopes       [][]string
	at           string // place in the file
}

// catalog reads one account type and checks it.
func (d *decoder) catalog(accountType string, n *yaml.Node, path string) model.Catalog {
	c := &catalogFile{Catalog: model.Catalog{AccountType: accountType}}
	before := len(d.faults)
	d.object(
		optional("label", d.text(&c.Label)),
		optional("default_version", d.scalar(&c.DefaultVersion)),
		optional("base_path", d.scalar(&c.basePath)),
		required("versions", list(d, &c.Versions, d.version)),
		optional("bind", d.bindings(&c.Bind)),
		required("categories", list(d, &c.Categories, c.category(d))),
		optional("presets", list(d, &c.Presets, d.preset)),
		optional("routes", list(d, &c.listed, func(r *routeFile) reader { return d.route(r, true) })),
	)(n, path)
	if b := c.basePath; b != "" && (b[0] != '/' || b[len(b)-1] == '/') {
		d.add(join(path, "base_path"), "wrong_format", "The base path must begin with / and not end with it.")
		c.basePath = ""
	}
	if c.DefaultVersion == "" && len(c.Versions) > 0 {
		c.DefaultVersion = c.Versions[0].ID
	}
	places := c.expand(d)
	written := slices.Clone(d.faults[before:])
	for _, f := range Check(&c.Catalog) {
		d.addOnce(written, placeOf(f.Field, path, places), f)
	}
	c.Routes = sorted(c.Routes)
	return c.Catalog
}

func (d *decoder) version(v *model.Version) reader {
	v.State = model.VersionCurrent
	return d.object(
		required("id", d.scalar(&v.ID)),
		optional("state", d.scalar((*string)(&v.State))),
		optional("released", d.date(&v.Released)),
		optional("deprecated", d.date(&v.Deprecated)),
		optional("sunset", d.date(&v.Sunset)),
		optional("docs_url", d.scalar(&v.DocsURL)),
		optional("at_sunset", d.scalar((*string)(&v.AtSunset))),
	)
}

func (d *decoder) bindings(to *map[string]model.Binding) reader {
	return d.entries(func(param string) reader {
		return func(n *yaml.Node, path string) {
			var fact string
			d.scalar(&fact)(n, path)
			if *to == nil {
				*to = map[string]model.Binding{}
			}
			(*to)[param] = model.Binding(fact)
		}
	})
}

func (c *catalogFile) category(d *decoder) func(*model.Category) reader {
	return func(cat *model.Category) reader {
		return d.object(
			required("id", d.scalar(&cat.ID)),
			required("label", d.text(&cat.Label)),
			optional("description", d.text(&cat.Description)),
			optional("scopes", list(d, &cat.Scopes, c.scope(d))),
		)
	}
}

func (c *catalogFile) scope(d *decoder) func(*model.Scope) reader {
	return func(s *model.Scope) reader {
		var routes []routeFile
		read := d.object(
			required("id", d.scalar(&s.ID)),
			required("label", d.text(&s.Label)),
			optional("description", d.text(&s.Description)),
			required("access", d.scalar((*string)(&s.Access))),
			optional("sensitive", d.boolean(&s.Sensitive)),
			optional("since", d.scalar(&s.Since)),
			optional("until", d.scalar(&s.Until)),
			optional("needs", d.scalars(&s.Needs)),
			optional("routes", list(d, &routes, func(r *routeFile) reader { return d.route(r, false) })),
		)
		return func(n *yaml.Node, path string) {
			read(n, path)
			for _, r := range routes {
				r.scopes = [][]string{{s.ID}}
				c.inline = append(c.inline, r)
			}
		}
	}
}

func (d *decoder) preset(p *model.Preset) reader {
	return d.object(
		required("id", d.scalar(&p.ID)),
		required("label", d.text(&p.Label)),
		optional("description", d.text(&p.Description)),
		optional("since", d.scalar(&p.Since)),
		optional("until", d.scalar(&p.Until)),
		required("scopes", d.scalars(&p.Scopes)),
	)
}

// route reads a route, with its scopes where it does not stand under one.
func (d *decoder) route(r *routeFile, scopes bool) reader {
	fields := []field{required("method", d.scalar(&r.method)), required("path", d.scalar(&r.path))}
	if scopes {
		fields = append(fields, required("scopes", list(d, &r.scopes, d.scalars)))
	}
	return func(n *yaml.Node, path string) {
		r.at = path
		d.object(fields...)(n, path)
	}
}

// expand turns the routes of the file into those of the catalog. It returns the
// places in the file of those whose place in the catalog is another.
func (c *catalogFile) expand(d *decoder) map[string]string {
	places := map[string]string{}
	index := map[string]int{}
	isListed := map[string]bool{}
	for i, r := range slices.Concat(c.listed, c.inline) {
		listed := i < len(c.listed)
		full, absolute := strings.CutPrefix(r.path, absolute)
		if !absolute {
			full = c.basePath + full
		}
		key := r.method + " " + full
		at, known := index[key]
		if known && (listed || isListed[key]) {
			d.add(r.at, "duplicate", key+" is in the list of routes already. Say there all that opens it.")
			continue
		}
		if !known {
			at = len(c.Routes)
			index[key], isListed[key] = at, listed
			c.Routes = append(c.Routes, model.Route{Method: r.method, Path: full})
			places["routes."+strconv.Itoa(at)] = r.at
		}
		for j, set := range r.scopes {
			model := "routes." + strconv.Itoa(at) + ".scopes." + strconv.Itoa(len(c.Routes[at].Scopes))
			places[model] = r.at
			if listed {
				places[model] += ".scopes." + strconv.Itoa(j)
			}
			c.Routes[at].Scopes = append(c.Routes[at].Scopes, set)
		}
	}
	return places
}

// placeOf is where in the file the field of the model is.
func placeOf(field, path string, places map[string]string) string {
	for end := len(field); end > 0; end = strings.LastIndexByte(field[:end], '.') {
		if place, known := places[field[:end]]; known {
			return place + field[end:]
		}
	}
	if field == "account_type" {
		return path
	}
	return path + "." + field
}

// sorted are the routes and their alternatives in the order in which catalogs
// are kept; it means nothing.
func sorted(routes []model.Route) []model.Route {
	out := slices.Clone(routes)
	for i, r := range out {
		sets := make([][]string, len(r.Scopes))
		for j, set := range r.Scopes {
			sets[j] = slices.Sorted(slices.Values(set))
		}
		slices.SortFunc(sets, slices.Compare)
		out[i].Scopes = sets
	}
	slices.SortFunc(out, func(a, b model.Route) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return out
}
