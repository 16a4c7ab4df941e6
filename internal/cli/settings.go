package cli

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/tokenry/tokenry/internal/config"
)

// settings are the settings of the server as flags, made from the table of
// package config.
type settings struct {
	Config string       `placeholder:"FILE" group:"settings" help:"YAML file of settings (TOKENRY_CONFIG)."`
	Flags  kong.Plugins `embed:""`
}

// newSettings makes the flags. Help shows those of the given keys, or all if
// shown is nil.
func newSettings(shown []string) settings {
	var fields []reflect.StructField
	for i, s := range config.Settings() {
		name, help := s.Flag(), summary(s)
		if s.Secret {
			name, help = name+"-file", "File that holds "+s.Variable()+"."
		}
		tag := fmt.Sprintf(`name:%q help:%q placeholder:"…" group:"settings"`, name, help)
		if shown != nil && !slices.Contains(shown, s.Key) {
			tag += ` hidden:""`
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("Setting%d", i), Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag),
		})
	}
	return settings{Flags: kong.Plugins{reflect.New(reflect.StructOf(fields)).Interface()}}
}

// summary is the first sentence on a setting, and its default.
func summary(s config.Setting) string {
	text, _, _ := strings.Cut(strings.ReplaceAll(s.Doc, "`", ""), ". ")
	text = strings.TrimSuffix(text, ".")
	if s.Default != "" {
		return text + " (" + s.Default + ")."
	}
	return text + "."
}

// load reads the settings from flags, environment and file.
func (s settings) load(env *Env) (config.Config, error) {
	flags := map[string]string{"config": s.Config}
	values := reflect.ValueOf(s.Flags[0]).Elem()
	for i, setting := range config.Settings() {
		name := setting.Flag()
		if setting.Secret {
			name += "-file"
		}
		if value := values.Field(i).String(); value != "" {
			flags[name] = value
		}
	}
	environ := slices.DeleteFunc(slices.Clone(env.Environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(clientVariables, name)
	})
	return config.Load(flags, environ)
}

type configCommand struct {
	settings
}

// Run prints what is in force.
func (c *configCommand) Run(env *Env) error {
	cfg, err := c.load(env)
	if err != nil {
		return err
	}
	return cfg.Print(env.Stdout)
}
