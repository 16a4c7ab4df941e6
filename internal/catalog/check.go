package catalog

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tokenry/tokenry/model"
)

const (
	maxVersions   = 100
	maxCategories = 1_000
	maxScopes     = 10_000
	maxRoutes     = 20_000
	maxBindings   = 8
	maxLabel      = 200
	maxText       = 2_000
	maxLanguages  = 50
	maxFaults     = 100

	reservedPrefix = "tokenry."
)

var (
	accountTypeForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	versionForm     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	idForm          = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)
	languageForm    = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
)

// Check finds the faults of a catalog, at most the first hundred. Their fields
// are paths in the model, such as "categories.0.scopes.3.since".
func Check(c *model.Catalog) []model.FieldError {
	k := &checker{catalog: c, versions: map[string]int{}, scopes: map[string]span{}}
	if !accountTypeForm.MatchString(c.AccountType) {
		k.add("account_type", "wrong_format", "An account type is lower-case letters, digits, _ and -, begins with a letter and has at most 64 characters.")
	} else if c.AccountType == model.OperatorType {
		k.add("account_type", "reserved", "The account type operator is Tokenry's own. Choose another name.")
	}
	k.text("label", c.Label, maxLabel)
	k.checkVersions()
	k.checkCategories()
	k.checkNeeds()
	k.checkRoutes()
	k.checkPresets()
	return k.faults
}

// checker gathers the faults of one catalog.
type checker struct {
	catalog  *model.Catalog
	versions map[string]int // place, by id
	scopes   map[string]span
	faults   []model.FieldError
}

func (k *checker) add(field, code, format string, args ...any) {
	if len(k.faults) < maxFaults {
		k.faults = append(k.faults, model.FieldError{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// atMost checks the length of a list.
func (k *checker) atMost(field string, have, most int) {
	if have > most {
		k.add(field, "too_many", "There are %d, at most %d are possible.", have, most)
	}
}

func (k *checker) checkVersions() {
	c := k.catalog
	if len(c.Versions) == 0 {
		k.add("versions", "required", "An account type needs at least one version.")
		return
	}
	k.atMost("versions", len(c.Versions), maxVersions)
	for i, v := range c.Versions {
		field := fmt.Sprintf("versions.%d", i)
		if !versionForm.MatchString(v.ID) {
			k.add(field+".id", "wrong_format", "The id of a version is letters, digits, dots, _ and -, at most 64 characters.")
		}
		if _, twice := k.versions[v.ID]; twice {
			k.add(field+".id", "duplicate", "The version %q is there twice.", v.ID)
		}
		k.versions[v.ID] = i
		switch v.State {
		case model.VersionCurrent, model.VersionDeprecated, model.VersionRetired:
		default:
			k.add(field+".state", "not_one_of", "The state of a version is current, deprecated or retired.")
		}
		k.inOrder(field+".deprecated", v.Released, v.Deprecated, "deprecated before its release")
		k.inOrder(field+".sunset", v.Released, v.Sunset, "shut down before its release")
		k.inOrder(field+".sunset", v.Deprecated, v.Sunset, "shut down before its deprecation")
		k.checkAtSunset(field, v)
		if u, err := url.Parse(v.DocsURL); v.DocsURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			k.add(field+".docs_url", "wrong_format", "The address of the documentation must begin with https:// or http://.")
		}
	}
	k.checkDefault()
}

func (k *checker) checkAtSunset(field string, v model.Version) {
	switch v.AtSunset {
	case "", model.SunsetReport, model.SunsetRefuse:
	default:
		k.add(field+".at_sunset", "not_one_of", "What happens at the sunset of a version is report or refuse.")
	}
	if v.AtSunset != "" && v.Sunset == nil {
		k.add(field+".sunset", "required", "A version that says what happens at its sunset needs one.")
	}
}

func (k *checker) checkDefault() {
	v, known := k.catalog.Version(k.catalog.DefaultVersion)
	if !known {
		k.add("default_version", "unknown_version", "The default version %q is not among the versions.", k.catalog.DefaultVersion)
	} else if v.State == model.VersionRetired {
		k.add("default_version", "retired_version", "The default version %q is retired. Choose one that is not.", v.ID)
	}
}

func (k *checker) inOrder(field string, first, then *time.Time, fault string) {
	if first != nil && then != nil && then.Before(*first) {
		k.add(field, "out_of_order", "A version cannot be %s.", fault)
	}
}

func (k *checker) checkCategories() {
	k.atMost("categories", len(k.catalog.Categories), maxCategories)
	seen, seenScopes := map[string]bool{}, map[string]bool{}
	total := 0
	for i, cat := range k.catalog.Categories {
		field := fmt.Sprintf("categories.%d", i)
		k.id(field+".id", cat.ID, seen)
		k.label(field+".label", cat.Label)
		k.text(field+".description", cat.Description, maxText)
		for j, s := range cat.Scopes {
			k.checkScope(fmt.Sprintf("%s.scopes.%d", field, j), s, seenScopes)
		}
		total += len(cat.Scopes)
	}
	if total > maxScopes {
		k.add("categories", "too_many", "There are %d scopes, at most %d are possible.", total, maxScopes)
	}
}

func (k *checker) checkScope(field string, s model.Scope, seen map[string]bool) {
	k.id(field+".id", s.ID, seen)
	k.label(field+".label", s.Label)
	k.text(field+".description", s.Description, maxText)
	if s.Access != model.AccessRead && s.Access != model.AccessWrite {
		k.add(field+".access", "not_one_of", "The access of a scope is read or write.")
	}
	k.scopes[s.ID] = k.checkSpan(field, s.Since, s.Until)
}

// id checks the id of a category, scope or preset against those seen.
func (k *checker) id(field, id string, seen map[string]bool) {
	switch {
	case !idForm.MatchString(id):
		k.add(field, "wrong_format", "An id is letters, digits and . _ : -, begins with a letter or digit and has at most 128 characters.")
	case len(id) >= len(reservedPrefix) && strings.EqualFold(id[:len(reservedPrefix)], reservedPrefix):
		k.add(field, "reserved", "Ids that begin with tokenry. are Tokenry's own. Choose another.")
	case seen[id]:
		k.add(field, "duplicate", "The id %q is there twice.", id)
	}
	seen[id] = true
}

func (k *checker) label(field string, t model.Text) {
	if len(t) == 0 {
		k.add(field, "required", "A label is needed.")
	}
	k.text(field, t, maxLabel)
}

// text checks the texts in all languages.
func (k *checker) text(field string, t model.Text, most int) {
	k.atMost(field, len(t), maxLanguages)
	for _, tag := range sortedKeys(t) {
		at := field
		if tag != "" {
			at += "." + tag
			if !languageForm.MatchString(tag) {
				k.add(at, "wrong_format", "%q is no language tag such as en or zh-CN.", tag)
			}
		}
		switch text := t[tag]; {
		case strings.TrimSpace(text) == "":
			k.add(at, "too_short", "The text is empty.")
		case utf8.RuneCountInString(text) > most:
			k.add(at, "too_long", "The text is longer than %d characters.", most)
		case !utf8.ValidString(text) || strings.ContainsFunc(text, isControl):
			k.add(at, "wrong_format", "The text has control characters.")
		}
	}
}

// isControl reports whether the character has no place in a text.
func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
