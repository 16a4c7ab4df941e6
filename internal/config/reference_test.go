package config_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/config"
)

var update = flag.Bool("update", false, "write the reference of settings into the guide")

const (
	page  = "../../docs/guide/configuration.md"
	begin = "<!-- settings: written by `go test ./internal/config -update` -->\n"
	end   = "<!-- end of settings -->\n"
)

// The guide has every setting, as the table of settings has it.
func TestReferenceIsCurrent(t *testing.T) {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no part between %q and %q", page, begin, end)
	}
	want := reference()
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the settings in %s are out of date; run `go test ./internal/config -update`", page)
	}
}

func reference() string {
	var b strings.Builder
	for _, s := range config.Settings() {
		fmt.Fprintf(&b, "### `%s`\n\n%s\n\n", s.Variable(), s.Doc)
		if s.Secret {
			fmt.Fprintf(&b, "- key `%s`; no flag, for it is a secret. `%s_FILE`, the key `%s_file` or the flag `--%s-file` name a file that holds it\n", s.Key, s.Variable(), s.Key, s.Flag())
		} else {
			fmt.Fprintf(&b, "- key `%s`, flag `--%s`\n", s.Key, s.Flag())
		}
		fmt.Fprintf(&b, "- %s\n", s.Expected)
		if s.Default != "" {
			fmt.Fprintf(&b, "- default `%s`\n", s.Default)
		}
		b.WriteString("\n")
	}
	return b.String()
}
