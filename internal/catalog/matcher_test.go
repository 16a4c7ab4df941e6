package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// routes makes a catalog of routes such as "GET /a"; a route is opened by a scope
// of the same name.
func routes(lines ...string) *model.Catalog {
	c := &model.Catalog{AccountType: "partner"}
	for _, line := range lines {
		method, path, _ := strings.Cut(line, " ")
		c.Routes = append(c.Routes, model.Route{Method: method, Path: path, Scopes: [][]string{{line}}})
	}
	return c
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		routes string // separated by commas
		path   string
		want   string // empty for none
	}{
		"literal":                    {"/a/b", "/a/b", "/a/b"},
		"literal, other case":        {"/a/b", "/a/B", ""},
		"too long":                   {"/a/b", "/a/b/c", ""},
		"too short":                  {"/a/b", "/a", ""},
		"root":                       {"/", "/", "/"},
		"root is not rest":           {"/{r...}", "/", ""},
		"parameter":                  {"/a/{x}", "/a/b", "/a/{x}"},
		"literal wins":               {"/a/{x},/a/b", "/a/b", "/a/b"},
		"leftmost literal wins":      {"/{x}/b/c,/a/{y}/c", "/a/b/c", "/a/{y}/c"},
		"back from a dead end":       {"/a/{x}/c,/{y}/b/d", "/a/b/d", "/{y}/b/d"},
		"back from two dead ends":    {"/a/b/c/d,/a/{x}/c/e,/{y}/b/{z}/f", "/a/b/c/f", "/{y}/b/{z}/f"},
		"rest, one segment":          {"/a/{r...}", "/a/b", "/a/{r...}"},
		"rest, several":              {"/a/{r...}", "/a/b/c/d", "/a/{r...}"},
		"rest, none":                 {"/a/{r...}", "/a", ""},
		"rest, trailing slash":       {"/a/{r...}", "/a/b/", ""},
		"rest and trailing slash":    {"/a/{r...}/", "/a/b/c/", "/a/{r...}/"},
		"rest/ without the slash":    {"/a/{r...}/", "/a/b/c", ""},
		"rest/ with no segment":      {"/a/{r...}/", "/a/", ""},
		"rest is last":               {"/a/{r...},/{x}/{y}", "/a/b", "/a/{r...}"},
		"parameter before rest":      {"/a/{r...},/a/{x}", "/a/b", "/a/{x}"},
		"back to rest":               {"/a/{r...},/a/{x}/c", "/a/b/d", "/a/{r...}"},
		"trailing slash":             {"/a", "/a/", ""},
		"trailing slash in template": {"/a/", "/a/", "/a/"},
		"no trailing slash":          {"/a/", "/a", ""},
		"parameter is not empty":     {"/a/{x}", "/a/", ""},
		"empty segment":              {"/a/b,/a/{x}/b,/a/{r...}", "/a//b", ""},
		"two slashes":                {"/,/{x},/{r...}", "//", ""},
		"authority":                  {"/{r...}", "//host/a", ""},
		"dot":                        {"/a,/a/b,/a/{x}/b,/a/{r...}", "/a/./b", ""},
		"dots":                       {"/b,/a/b,/a/{x}/b,/{r...}", "/a/../b", ""},
		"dots at the end":            {"/,/a,/{r...}", "/a/..", ""},
		"encoded dots":               {"/b,/a/b,/a/{x}/b,/{r...}", "/a/%2e%2E/b", ""},
		"half encoded dots":          {"/b,/a/{x}/b,/{r...}", "/a/.%2e/b", ""},
		"dots encoded twice":         {"/a/{x}/b", "/a/%252e%252e/b", "/a/{x}/b"},
		"three dots":                 {"/a/{x}/b", "/a/.../b", "/a/{x}/b"},
		"dots and a semicolon":       {"/b,/a/{x}/b,/{r...}", "/a/..;x=1/b", ""},
		"dots, encoded slash":        {"/b,/{x},/{r...}", "/a%2F..%2Fb", ""},
		"dots, encoded backslash":    {"/b,/{x},/{r...}", "/a%5c..%5cb", ""},
		"dots, backslash":            {"/b,/{x},/{r...}", `/a\..\b`, ""},
		"encoded slash":              {"/a/b", "/a%2Fb", ""},
		"encoded slash is data":      {"/a/{x}", "/a/b%2Fc", "/a/{x}"},
		"encoded slash, other route": {"/a/{x},/a/{x}/c", "/a/b%2fc", ""},
		"encoded slash, rest":        {"/a/{r...}", "/a/b%2Fc", "/a/{r...}"},
		"encoded slash twice":        {"/a/{x},/a/{x}/c", "/a/b%252Fc", "/a/{x}"},
		"encoded slash first":        {"/{x}", "/%2Fa", ""},
		"encoded letter":             {"/a/b", "/%61/b", "/a/b"},
		"encoded question mark":      {"/a/{x}", "/a/b%3Fc", "/a/{x}"},
		"encoded in template":        {"/a%20b", "/a%20b", "/a%20b"},
		"space":                      {"/a%20b", "/a b", "/a%20b"},
		"letters beyond ASCII":       {"/é", "/%C3%a9", "/é"},
		"not UTF-8":                  {"/{x}", "/%c0%af", ""},
		"not UTF-8, raw":             {"/{x}", "/\xff", ""},
		"wrong escape":               {"/{x}", "/a%2", ""},
		"wrong escape, letters":      {"/{x}", "/%zz", ""},
		"zero byte":                  {"/{x}", "/a%00", ""},
		"line break":                 {"/{x}", "/a\n", ""},
		"plus":                       {"/a+b", "/a+b", "/a+b"},
		"semicolon is data":          {"/a/{x}", "/a/b;c", "/a/{x}"},
		"semicolon, other route":     {"/a/{x},/a/me", "/a/me;c", ""},
		"semicolon, empty segment":   {"/a/{x}/b", "/a/;c/b", ""},
		"encoded semicolon":          {"/a/{x},/a/me", "/a/me%3Bc", "/a/{x}"},
		"query":                      {"/a/b", "/a/b?c=/d#e", "/a/b"},
		"fragment":                   {"/a/b", "/a/b#c", "/a/b"},
		"query with dots":            {"/a", "/a?b=/../c", "/a"},
		"empty":                      {"/,/{r...}", "", ""},
		"query only":                 {"/,/{r...}", "?a", ""},
		"no slash":                   {"/a,/{r...}", "a", ""},
		"absolute":                   {"/{r...}", "https://host/a", ""},
		"asterisk":                   {"/{r...}", "*", ""},
		"mixed":                      {"/{id}.json", "/a.json", "/{id}.json"},
		"mixed, empty parameter":     {"/{id}.json", "/.json", ""},
		"mixed over parameter":       {"/{id},/{id}.json", "/a.json", "/{id}.json"},
		"literal over mixed":         {"/{id}.json,/a.json", "/a.json", "/a.json"},
		"more literal text":          {"/{id}.json,/v{n}.json", "/v1.json", "/v{n}.json"},
		"more literal text, late":    {"/v{n},/{id}.json", "/v1.json", "/{id}.json"},
		"as much text, first":        {"/{x}b,/a{x}", "/a-b", "/a{x}"},
		"as much text, by the text":  {"/{x}.{y},/{x}-{y}", "/a-b.c", "/{x}-{y}"},
		"two parameters":             {"/{base}...{head}", "/main...next", "/{base}...{head}"},
		"two parameters, one empty":  {"/{base}...{head}", "/...next", ""},
		"two parameters, dots":       {"/{base}...{head}", "/a....b", "/{base}...{head}"},
		"three parameters":           {"/{a}-{b}-{c}", "/1-2-3", "/{a}-{b}-{c}"},
		"three parameters, too few":  {"/{a}-{b}-{c}", "/1--3", ""},
		"overlap of literals":        {"/aa{x}aa", "/aaaa", ""},
		"back from mixed":            {"/{id}.json/a,/{x}/b", "/1.json/b", "/{x}/b"},
		"mixed, then rest":           {"/v{n}/{r...},/{x}/{y}", "/v1/a", "/v{n}/{r...}"},
		"verb":                       {"/v{n}:run,/v{n}", "/v1:run", "/v{n}:run"},
		"braces by escapes":          {"/%7Bx%7D", "/%7Bx%7D", "/%7Bx%7D"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			for path := range strings.SplitSeq(tt.routes, ",") {
				lines = append(lines, "GET "+path)
			}
			m, ok := compile(t, routes(lines...)).Match("GET", tt.path)
			if got := pathOf(m); got != tt.want || ok != (tt.want != "") {
				t.Errorf("Match(%q) = %q, %t; want %q", tt.path, got, ok, tt.want)
			}
		})
	}
}

func pathOf(m catalog.Match) string {
	if m.Route == nil {
		return ""
	}
	return m.Route.Path
}

func TestMatchMethod(t *testing.T) {
	t.Parallel()
	c := compile(t, routes("GET /a", "POST /a", "GET /b", "HEAD /b", "HEAD /{x}", "GET /c/{x}"))
	tests := map[string]string{
		"GET /a": "GET /a", "POST /a": "POST /a", "PUT /a": "", "get /a": "", "HEAD /a": "GET /a",
		"HEAD /b": "HEAD /b", "HEAD /c": "HEAD /{x}", "HEAD /c/d": "GET /c/{x}", "GET /c": "", "POST /b": "", " /a": "",
	}
	for request, want := range tests {
		method, path, _ := strings.Cut(request, " ")
		got := ""
		if m, ok := c.Match(method, path); ok {
			got = m.Route.Method + " " + m.Route.Path
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", request, got, want)
		}
	}
	if m, ok := compile(t, routes("GET /a")).Match("HEAD", "/a"); !ok || m.Route.Method != "GET" {
		t.Error("HEAD does not count as GET where no route has HEAD")
	}
}

func TestMatchBound(t *testing.T) {
	t.Parallel()
	c := routes("GET /a/{id}/b/{other}", "GET /a/{id}.json", "GET /{account}/x/{id}", "GET /plain/{other}")
	c.Bind = map[string]model.Binding{"id": model.BindTokenID, "account": model.BindAccountID}
	compiled := compile(t, c)
	id := func(value string) catalog.Bound {
		return catalog.Bound{Name: "id", To: model.BindTokenID, Value: value}
	}
	tests := map[string][]catalog.Bound{
		"/a/1/b/2":       {id("1")},
		"/a/%31%2E/b/2":  {id("1.")},
		"/a/1%2F2/b/3":   {id("1/2")},
		"/a/1.json":      {id("1")},
		"/a/1.json.json": {id("1.json")},
		"/me/x/1?id=2":   {{Name: "account", To: model.BindAccountID, Value: "me"}, id("1")},
		"/plain/1":       nil,
	}
	for path, want := range tests {
		m, ok := compiled.Match("GET", path)
		if !ok || !slices.Equal(m.Bound, want) {
			t.Errorf("Match(%q) binds %+v, %t; want %+v", path, m.Bound, ok, want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"same shape":          {"GET /a/{x}", "GET /a/{y}"},
		"same shape, mixed":   {"GET /{x}...{y}", "GET /{a}...{b}"},
		"same shape, rest":    {"GET /{x...}", "GET /{y...}"},
		"same shape, escaped": {"GET /a", "GET /%61"},
		"bad template":        {"GET /{x"},
		"bound rest":          {"GET /{id...}"},
		"bound, ambiguous":    {"GET /{id}-{x}"},
	}
	for name, lines := range tests {
		c := routes(lines...)
		c.Bind = map[string]model.Binding{"id": model.BindTokenID}
		if _, err := catalog.Compile(c); err == nil {
			t.Errorf("%s: Compile accepts %v", name, lines)
		}
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	scope := func(id, since, until string) model.Scope {
		return model.Scope{ID: id, Access: model.AccessRead, Since: since, Until: until}
	}
	c := compile(t, &model.Catalog{
		Versions: []model.Version{{ID: "1"}, {ID: "2", State: model.VersionDeprecated}, {ID: "3"}},
		Categories: []model.Category{
			{Scopes: []model.Scope{scope("all", "", ""), scope("from2", "2", "")}},
			{Scopes: []model.Scope{scope("to2", "", "2"), scope("only2", "2", "2"), scope("never", "9", ""), scope("nor", "", "9")}},
		},
	})
	want := map[string]string{"all": "123", "from2": "23", "to2": "12", "only2": "2", "never": "", "nor": "", "none": ""}
	for id, versions := range want {
		got := ""
		for _, v := range []string{"0", "1", "2", "3", ""} {
			if c.ExistsIn(id, v) {
				got += v
			}
		}
		if got != versions {
			t.Errorf("%s exists in %q, want %q", id, got, versions)
		}
	}
	if s, ok := c.Scope("to2"); !ok || s.Until != "2" {
		t.Errorf("Scope(to2) = %+v, %t", s, ok)
	}
	if v, ok := c.Version("2"); !ok || v.State != model.VersionDeprecated {
		t.Errorf("Version(2) = %+v, %t", v, ok)
	}
	if _, ok := c.Version("9"); ok {
		t.Error("Version(9) is known")
	}
}
