package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/keys"
)

const goodSecret = "tkr_0352eRhE1DX6h3uDzjTYir_VtXAMmHMBmVAGVhHwuqHSxq31XPOUjkbPnR4tdLN21M1mXQVC"

// The help of every command, found by walking through help itself.
func TestHelp(t *testing.T) {
	t.Parallel()
	commandLine := regexp.MustCompile(`(?m)^  ([a-z][a-z -]*?)  +[A-Z]`)
	var all strings.Builder
	var walk func(path []string)
	walk = func(path []string) {
		r := offline(t, "", append(path, "--help")...).want(t, 0)
		if r.stderr != "" {
			t.Errorf("%v --help wrote to stderr: %s", path, r.stderr)
		}
		all.WriteString("$ " + strings.Join(append([]string{"tokenry"}, append(path, "--help")...), " ") + "\n" + r.stdout + "\n")
		if !strings.Contains(r.stdout, "<command>") {
			return
		}
		for _, m := range commandLine.FindAllStringSubmatch(r.stdout, -1) {
			walk(strings.Fields(m[1]))
		}
	}
	walk(nil)
	golden(t, "help", all.String())
}

func TestOffline(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args  []string
		stdin string
		code  int
	}{
		"no-command":            {nil, "", 0},
		"unknown-command":       {[]string{"tokens", "creat"}, "", 2},
		"no-subcommand":         {[]string{"peppers"}, "", 2},
		"required-flags":        {[]string{"tokens", "create", "--name", "x"}, "", 2},
		"not-an-id":             {[]string{"tokens", "show", "nightly"}, "", 2},
		"not-a-time":            {[]string{"tokens", "list", "--created-after", "tuesday"}, "", 2},
		"secret-as-argument":    {[]string{"tokens", "revoke", goodSecret}, "", 2},
		"secret-in-a-flag":      {[]string{"verify", "--scope=" + goodSecret}, "", 2},
		"half-a-route":          {[]string{"verify", "--method", "GET"}, goodSecret, 2},
		"no-credential":         {[]string{"tokens", "list"}, "", 2},
		"inspect":               {[]string{"secret", "inspect"}, goodSecret + "\n", 0},
		"inspect-json":          {[]string{"secret", "inspect", "--json"}, goodSecret, 0},
		"inspect-cut-off":       {[]string{"secret", "inspect"}, goodSecret[:70], 1},
		"inspect-mistyped":      {[]string{"secret", "inspect"}, strings.Replace(goodSecret, "Vt", "vt", 1), 1},
		"inspect-nothing":       {[]string{"secret", "inspect"}, "\n", 2},
		"completion-bash":       {[]string{"completion", "bash"}, "", 0},
		"completion-zsh":        {[]string{"completion", "zsh"}, "", 0},
		"completion-fish":       {[]string{"completion", "fish"}, "", 0},
		"completion-other":      {[]string{"completion", "csh"}, "", 2},
		"config-mistakes":       {[]string{"config", "--listen", "1", "--lease", "1s"}, "", 2},
		"no-database":           {[]string{"peppers", "list", "--data-dir", "/no/such"}, "", 1},
		"import":                {[]string{"catalog", "import-openapi", "testdata/api.yaml", "--account-type", "shop", "--version", "1", "-o", "-"}, "", 0},
		"import-no-document":    {[]string{"catalog", "import-openapi", "-", "--account-type", "shop", "--version", "1", "-o", "-"}, "paths: [", 1},
		"import-no-file":        {[]string{"catalog", "import-openapi", "no.yaml", "--account-type", "shop", "--version", "1", "-o", "-"}, "", 2},
		"import-two-ways":       {[]string{"catalog", "import-openapi", "x", "--account-type", "a", "--version", "1", "-o", "-", "--dry-run"}, "", 2},
		"audit-head-not-a-head": {[]string{"audit", "verify", "--head", "12:ab"}, "", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := offline(t, tt.stdin, tt.args...).want(t, tt.code)
			if strings.Contains(r.stdout+r.stderr, goodSecret[27:]) {
				t.Error("the secret is in the output")
			}
			golden(t, name, "stdout:\n"+r.stdout+"stderr:\n"+r.stderr)
		})
	}
}

func TestCredential(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "operator-secret")
	if err := os.WriteFile(file, []byte(goodSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const down = "TOKENRY_URL=http://127.0.0.1:1"
	tests := map[string]struct {
		environ []string
		code    int
		part    string
	}{
		"variable":             {[]string{down, "TOKENRY_SECRET=" + goodSecret}, 3, "TOKENRY_URL"},
		"file":                 {[]string{down, "TOKENRY_SECRET_FILE=" + file}, 3, "TOKENRY_URL"},
		"both":                 {[]string{down, "TOKENRY_SECRET=x", "TOKENRY_SECRET_FILE=" + file}, 2, "one of them"},
		"missing file":         {[]string{down, "TOKENRY_SECRET_FILE=/no/such"}, 2, "/no/such"},
		"none, but it is near": {[]string{down, "TOKENRY_DATA_DIR=" + dir}, 2, "export TOKENRY_SECRET_FILE=" + file},
		"in clear":             {[]string{"TOKENRY_URL=http://192.0.2.1", "TOKENRY_SECRET=x"}, 2, "TOKENRY_ALLOW_HTTP=true"},
		"not a switch":         {[]string{down, "TOKENRY_SECRET=x", "TOKENRY_ALLOW_HTTP=yes"}, 2, "TOKENRY_ALLOW_HTTP"},
		"not a URL":            {[]string{"TOKENRY_URL=tokens.example.com", "TOKENRY_SECRET=x"}, 2, "https://"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t.Context(), "", tt.environ, "accounts", "list").want(t, tt.code, tt.part)
			if strings.Contains(r.stderr, goodSecret) {
				t.Error("the secret is in the output")
			}
		})
	}
}

// The variables of the commands that talk to a server are no mistakes in the
// configuration of one.
func TestClientVariablesAreNoSettings(t *testing.T) {
	t.Parallel()
	environ := []string{"TOKENRY_URL=x", "TOKENRY_SECRET=x", "TOKENRY_SECRET_FILE=x", "TOKENRY_ACCOUNT=x", "TOKENRY_ALLOW_HTTP=true"}
	run(t.Context(), "", environ, "config").want(t, 0)
	run(t.Context(), "", []string{"TOKENRY_ACOUNT=x"}, "config").want(t, 2, "TOKENRY_ACOUNT")
}

func TestVersion(t *testing.T) {
	t.Parallel()
	r := offline(t, "", "version").want(t, 0)
	if !regexp.MustCompile(`^tokenry \S+ \(commit \S+, go\S+, \S+/\S+\)\n$`).MatchString(r.stdout) {
		t.Errorf("version wrote %q", r.stdout)
	}
}

// The shell asks with COMP_LINE.
func TestCompletion(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"tokenry tok":                             "tokens",
		"tokenry tokens re":                       "revoke",
		"tokenry tokens create --idem":            "--idempotency-key",
		"tokenry members create --role spec":      "specialist",
		"tokenry serve --operator-s":              "--operator-secret-file",
		"tokenry catalog import-openapi --accoun": "--account-type",
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = []string{"TOKENRY_TEST_MAIN=1", "COMP_LINE=" + line}
			out, err := cmd.Output()
			if err != nil || !strings.Contains(" "+strings.Join(strings.Fields(string(out)), " ")+" ", " "+want+" ") {
				t.Errorf("completed with %q (error %v), want %q", out, err, want)
			}
		})
	}
}

// Without the database a local command says why, and not with what password.
func TestDatabaseOutOfReach(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "root.key")
	if _, err := keys.CreateRoot(key); err != nil {
		t.Fatal(err)
	}
	environ := []string{"TOKENRY_DATABASE_URL=postgres://someone:hush-hush@127.0.0.1:1/tokens", "TOKENRY_ROOT_KEY_FILE=" + key}
	r := run(t.Context(), "", environ, "peppers", "list").want(t, 3, "try_again", "127.0.0.1", "refused")
	if strings.Contains(r.stderr, "hush") {
		t.Errorf("the password is in %q", r.stderr)
	}
}
