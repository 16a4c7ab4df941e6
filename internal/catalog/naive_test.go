package catalog_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// naive finds a route by trying every template, the slow and plain way. It
// shares no code with the matcher.
func naive(templates []string, target string) string {
	path := regexp.MustCompile(`[?#].*`).ReplaceAllString(strings.ReplaceAll(target, "\n", "\x00"), "")
	if !strings.HasPrefix(path, "/") || hasASCIIControl(path) {
		return ""
	}
	var strict, careless []string
	for _, part := range strings.Split(path, "/")[1:] {
		text, err := url.PathUnescape(part)
		if err != nil || !utf8.ValidString(text) || hasASCIIControl(text) {
			return ""
		}
		strict = append(strict, text)
		text, _ = url.PathUnescape(strings.Split(part, ";")[0])
		careless = append(careless, regexp.MustCompile(`[/\\]`).Split(text, -1)...)
	}
	if refused(strict) || refused(careless) {
		return ""
	}
	found := best(templates, strict)
	if other := best(templates, careless); other != "" && other != found {
		return ""
	}
	return found
}

func hasASCIIControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 32 || r == 127 })
}

func refused(segs []string) bool {
	for i, s := range segs {
		if s == "." || s == ".." || s == "" && i < len(segs)-1 {
			return true
		}
	}
	return false
}

var paramForm = regexp.MustCompile(`\{[^{}]*\}`)

// best tries all templates and compares those that fit, segment by segment.
func best(templates []string, segs []string) string {
	found := ""
	for _, template := range templates {
		if fits(strings.Split(template, "/")[1:], segs) && (found == "" || before(template, found)) {
			found = template
		}
	}
	return found
}

func fits(parts, segs []string) bool {
	if len(parts) == 0 || len(segs) == 0 {
		return len(parts) == len(segs)
	}
	if strings.HasSuffix(parts[0], "...}") {
		for n := 1; n <= len(segs) && segs[n-1] != ""; n++ {
			if fits(parts[1:], segs[n:]) {
				return true
			}
		}
		return false
	}
	var form strings.Builder
	for i, literal := range paramForm.Split(parts[0], -1) {
		if i > 0 {
			form.WriteString("(?s:.+)")
		}
		text, _ := url.PathUnescape(literal)
		form.WriteString(regexp.QuoteMeta(text))
	}
	return regexp.MustCompile("^(?:"+form.String()+")$").MatchString(segs[0]) && fits(parts[1:], segs[1:])
}

// before reports whether template a goes before b, when both fit.
func before(a, b string) bool {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(as), len(bs)) {
		if c := slices.Compare(weight(as[i]), weight(bs[i])); c != 0 {
			return c < 0
		}
		x, y := paramForm.ReplaceAllString(unescape(as[i]), "\x00"), paramForm.ReplaceAllString(unescape(bs[i]), "\x00")
		if x != y {
			return x < y
		}
	}
	return false
}

func unescape(text string) string {
	out, _ := url.PathUnescape(text)
	return out
}

// weight is less for segments that go first.
func weight(part string) []int {
	literals := paramForm.Split(part, -1)
	text := len(unescape(strings.Join(literals, "")))
	switch {
	case len(literals) == 1:
		return []int{0}
	case strings.HasSuffix(part, "...}"):
		return []int{3}
	case text == 0:
		return []int{2}
	}
	return []int{1, -text, -len(unescape(literals[0])), len(literals)}
}

// agree compares the matcher with the naive one.
func agree(templates []string, path string) error {
	compiled, err := catalog.Compile(getRoutes(templates))
	if err != nil {
		return nil //nolint:nilerr // what cannot be compiled matches nothing
	}
	m, ok := compiled.Match("GET", path)
	if want := naive(templates, path); pathOf(m) != want || ok != (want != "") {
		return fmt.Errorf("templates %q, path %q: found %q, the naive matcher %q", templates, path, pathOf(m), want)
	}
	return nil
}

// usable are the templates that a catalog may have together.
func usable(templates []string) []string {
	var out []string
	for _, template := range templates {
		if _, err := catalog.Compile(getRoutes(append(out, template))); err == nil {
			out = append(out, template)
		}
	}
	return out
}

func getRoutes(templates []string) *model.Catalog {
	var lines []string
	for _, template := range templates {
		lines = append(lines, "GET "+template)
	}
	return routes(lines...)
}

// anySegment draws segments that often match the same texts.
var anySegment = rapid.SampledFrom([]string{
	"a", "b", "ab", "a-b", "a.b", "%61b", "{p}", "{p}", "{p}", "a{p}", "{p}b", "{p}.b", "a{p}b", "{p}-{q}", "a{p}-{q}",
	"{p}-b", "a-{p}", "{p}-{q}-{r}", "{p}...{q}", "{p}.{q}", "{p}a{q}b", "{p}b{q}", "{p}a{q}",
})

// anyTemplate draws templates of them.
var anyTemplate = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(anySegment, 0, 3).Draw(t, "segments")
	for i := range parts {
		parts[i] = regexp.MustCompile(`\{(.)`).ReplaceAllString(parts[i], fmt.Sprintf("{${1}%d", i))
	}
	end := rapid.SampledFrom([]string{"", "", "", "/", "/{rest...}", "/{rest...}/"}).Draw(t, "end")
	return "/" + strings.TrimPrefix(strings.Join(parts, "/")+end, "/")
})

func TestMatchAgreesWithNaive(t *testing.T) {
	t.Parallel()
	value := rapid.SampledFrom([]string{
		"a", "b", "ab", "a-b", "a.b", "a-a-b", "aab", "b-b", "a...b", "..", ".", "%2e", "a%2Fb", "a;b", `a\b`, "é", "%", "", "a/b",
	})
	rapid.Check(t, func(t *rapid.T) {
		templates := usable(rapid.SliceOfN(anyTemplate, 1, 12).Draw(t, "templates"))
		for range 10 {
			path := paramForm.ReplaceAllStringFunc(anyTemplate.Draw(t, "path"), func(string) string { return value.Draw(t, "value") })
			if err := agree(templates, path); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	for _, path := range []string{
		"/a/b", "/a/../b", "/a/%2e%2e/b", "//", "/a%2Fb", "/a/b/", "/a%2", "/a;b/c", "/main...next", "/x.json?y", `/a\..\b`, "/%c0%ae", "",
	} {
		f.Add("/a/b\n/a/{x}\n/{x}/b\n/{x}.json\n/{x}...{y}\n/a/{r...}\n/{r...}/", path)
	}
	f.Add("/{a}-{b}-{c}\n/x{a}x\n/%61/b\n/", "/x-x-x")
	f.Fuzz(func(t *testing.T, templates, path string) {
		if err := agree(usable(strings.Split(templates, "\n")), path); err != nil {
			t.Error(err)
		}
	})
}
