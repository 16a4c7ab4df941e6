package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// fileSuffix marks, on the name of a secret, a file that holds it.
const fileSuffix = "_file"

// clientVariables are read by the commands that talk to a server. They and all
// that begin with testPrefix are no settings of the server.
var clientVariables = []string{"TOKENRY_URL", "TOKENRY_SECRET", "TOKENRY_SECRET_FILE"}

const testPrefix = "TOKENRY_TEST_"

// injected reports whether a variable is one that Kubernetes adds for a service
// named "tokenry", such as TOKENRY_PORT_8080_TCP.
func injected(name string) bool {
	return name == "TOKENRY_PORT" || strings.HasPrefix(name, "TOKENRY_PORT_") || strings.HasPrefix(name, "TOKENRY_SERVICE_")
}

// value is what a setting was given, and where.
type value struct {
	setting Setting
	text    string
	source  string
}

// Load reads the file named by the flag "config" or by TOKENRY_CONFIG, the
// variables in environ, and flags, which are keyed as Setting.Flag says. All
// that is wrong with them is in one error, a Mistakes.
func Load(flags map[string]string, environ []string) (Config, error) {
	l := loader{settings: map[string]Setting{}, given: map[string]value{}}
	for _, s := range Settings() {
		l.settings[s.Key] = s
	}
	variables := l.variables(environ)
	path := flags["config"]
	if path == "" {
		path, _ = variables["config"].(string)
	}
	delete(variables, "config")

	l.file(path)
	l.layer("environment", func(key string) string { return Prefix + strings.ToUpper(key) }, variables)
	l.layer("flag", func(key string) string { return "--" + strings.ReplaceAll(key, "_", "-") }, l.flags(flags))
	return l.config()
}

// loader gathers values and mistakes.
type loader struct {
	settings map[string]Setting // by key
	given    map[string]value   // by key, the last source wins
	mistakes Mistakes
}

// variables are the TOKENRY_ variables by key.
func (l *loader) variables(environ []string) map[string]any {
	p := env.Provider("", env.Opt{
		Prefix:      Prefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, text string) (string, any) {
			if slices.Contains(clientVariables, name) || strings.HasPrefix(name, testPrefix) || injected(name) {
				return "", nil
			}
			return strings.ToLower(strings.TrimPrefix(name, Prefix)), text
		},
	})
	vars, err := p.Read()
	if err != nil {
		panic(err) // it reads memory
	}
	return vars
}

// flags are the flags by key. A secret on a command line can be seen by every
// user of the machine, so it is refused.
func (l *loader) flags(flags map[string]string) map[string]any {
	byKey := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		key := strings.ReplaceAll(name, "-", "_")
		if s := l.settings[key]; s.Secret {
			l.mistakes = append(l.mistakes, Mistake{"--" + name, "", "is a secret, which cannot be a flag", s.Variable() + ", or --" + name + "-file"})
			continue
		}
		if name != "config" {
			byKey[key] = flags[name]
		}
	}
	return byKey
}

// file reads the YAML file at path, if there is one.
func (l *loader) file(path string) {
	if path == "" {
		return
	}
	k := koanf.New(".")
	err := k.Load(file.Provider(path), yaml.Parser())
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		l.mistakes = append(l.mistakes, Mistake{path, "", "cannot be read: " + pathErr.Err.Error(), "the path of a YAML file"})
		return
	}
	if err != nil { // its text may quote a secret
		l.mistakes = append(l.mistakes, Mistake{path, "", "is not a YAML file of settings" + yamlPlace(err),
			"one line for each setting, such as listen: 127.0.0.1:8080"})
		return
	}
	l.layer(path, func(key string) string { return key }, k.All())
}

// layer adds what one source gives. Named turns a key into the name that the
// source has for it.
func (l *loader) layer(source string, named func(key string) string, given map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(given)) {
		text, err := scalar(given[key])
		if err == nil && text == "" {
			continue
		}
		target, fromFile := l.target(key)
		s, known := l.settings[target]
		switch {
		case !known:
			l.mistakes = append(l.mistakes, Mistake{named(key), source, "is not a setting", "one of those that `tokenry config` lists"})
		case err != nil:
			l.mistakes = append(l.mistakes, Mistake{s.Variable(), source, err.Error(), s.Expected})
		case fromFile && given[target] != nil && given[target] != "":
			l.mistakes = append(l.mistakes, Mistake{s.Variable(), source, "is given twice, by itself and by a file", "one of the two"})
		case fromFile:
			l.secretFile(s, text, source)
		default:
			l.given[target] = value{s, text, source}
		}
	}
}

// target is the setting that a key gives, and whether it names a file that
// holds the value.
func (l *loader) target(key string) (setting string, fromFile bool) {
	base, ok := strings.CutSuffix(key, fileSuffix)
	if ok && l.settings[base].Secret {
		return base, true
	}
	return key, false
}

// secretFile takes the value of a secret from a file. Line breaks at its end
// are not part of it.
func (l *loader) secretFile(s Setting, path, source string) {
	mistake := Mistake{s.Variable() + "_FILE", source, "", "the path of a file with the value"}
	data, err := os.ReadFile(path)
	text := strings.TrimRight(string(data), "\r\n")
	pathErr, _ := errors.AsType[*fs.PathError](err)
	switch {
	case pathErr != nil:
		mistake.Problem = fmt.Sprintf("%q cannot be read: %v", path, pathErr.Err)
	case text == "":
		mistake.Problem = fmt.Sprintf("%q is empty", path)
	default:
		l.given[s.Key] = value{s, text, path}
		return
	}
	l.mistakes = append(l.mistakes, mistake)
}

// config parses what was given, checks it and fills in the defaults.
func (l *loader) config() (Config, error) {
	var c Config
	for _, s := range Settings() {
		v, ok := l.given[s.Key]
		if !ok {
			v = value{s, s.Default, "default"}
		}
		if v.text != "" {
			if err := s.set(&c, v.text); err != nil {
				l.mistakes = append(l.mistakes, mistakeOf(v, err))
			}
		}
		c.values = append(c.values, v)
	}
	l.together()
	if len(l.mistakes) > 0 {
		return Config{}, l.mistakes
	}
	c.derive()
	return c, nil
}
