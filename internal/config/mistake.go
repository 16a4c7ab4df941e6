package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Mistake is one thing that is wrong with the settings.
type Mistake struct {
	Name     string // of the variable, or of what is not a setting
	Source   string // where it was given; empty if Name says it
	Problem  string
	Expected string // to follow "Give"
}

// String is the mistake in one line.
func (m Mistake) String() string {
	if m.Source != "" {
		return fmt.Sprintf("%s (%s): %s. Give %s.", m.Name, m.Source, m.Problem, m.Expected)
	}
	return fmt.Sprintf("%s: %s. Give %s.", m.Name, m.Problem, m.Expected)
}

// Mistakes are all that is wrong with the settings. They never quote a secret.
type Mistakes []Mistake

// Error lists the mistakes, one a line.
func (m Mistakes) Error() string {
	var b strings.Builder
	b.WriteString("the configuration has mistakes:")
	for _, one := range m {
		b.WriteString("\n  " + one.String())
	}
	return b.String()
}

func mistakeOf(v value, err error) Mistake {
	problem := err.Error()
	if !v.setting.Secret {
		problem = fmt.Sprintf("%q %s", v.masked(v.text), problem)
	}
	return Mistake{v.setting.Variable(), v.source, problem, v.setting.Expected}
}

// together reports settings that do not go with each other.
func (l *loader) together() {
	l.both("tls_cert_file", "tls_key_file")
	l.both("oidc_operator_claim", "oidc_operator_value")
	l.needs("database_listen_url", "database_url")
	if l.has("oidc_issuer") && !l.has("oidc_client_id") {
		l.needs("oidc_issuer", "oidc_audience")
	}
	for _, key := range []string{
		"oidc_audience", "oidc_client_id", "oidc_account_claim", "oidc_member_claim", "oidc_operator_claim", "oidc_algorithms",
	} {
		l.needs(key, "oidc_issuer")
	}
	l.needs("oidc_client_secret", "oidc_client_id")
	l.needs("oidc_scopes", "oidc_client_id")
	if l.has("oidc_issuer") && !l.has("oidc_account_claim") && !l.has("oidc_operator_claim") {
		l.missing("oidc_issuer", "oidc_account_claim")
	}
}

func (l *loader) both(a, b string) {
	l.needs(a, b)
	l.needs(b, a)
}

func (l *loader) needs(key, other string) {
	if l.has(key) && !l.has(other) {
		l.missing(key, other)
	}
}

func (l *loader) has(key string) bool {
	_, ok := l.given[key]
	return ok
}

func (l *loader) missing(key, other string) {
	s := l.settings[other]
	l.mistakes = append(l.mistakes, Mistake{s.Variable(), "", "is not given, but " + l.settings[key].Variable() + " is", s.Expected})
}

// scalar is a value of the YAML file as text; a list is joined by commas.
func scalar(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			part, err := scalar(item)
			if err != nil || part == "" || strings.Contains(part, ",") {
				return "", errors.New("is a list with an entry that is not one value")
			}
			parts[i] = part
		}
		return strings.Join(parts, ","), nil
	case map[string]any, map[any]any:
		return "", errors.New("is a group of keys")
	}
	return strings.TrimSpace(fmt.Sprint(v)), nil
}

var yamlLine = regexp.MustCompile(`line \d+`)

// yamlPlace is where a YAML document broke, if its error says so.
func yamlPlace(err error) string {
	if line := yamlLine.FindString(err.Error()); line != "" {
		return " (" + line + ")"
	}
	return ""
}
