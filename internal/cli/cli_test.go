package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/cli"
)

var update = flag.Bool("update", false, "write the golden files")

// The test binary is also the program, for tests that need a process.
func TestMain(m *testing.M) {
	if os.Getenv("TOKENRY_TEST_MAIN") != "" {
		os.Exit(cli.Main())
	}
	os.Setenv("COLUMNS", "100") // the width of help
	os.Exit(m.Run())
}

// result is what a command did.
type result struct {
	code           int
	stdout, stderr string
}

// run runs a command with stdin and an environment.
func run(ctx context.Context, stdin string, environ []string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, args, &cli.Env{Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr, Environ: environ})
	return result{code, stdout.String(), stderr.String()}
}

func offline(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	return run(t.Context(), stdin, nil, args...)
}

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("output is not that of %s; run `go test ./internal/cli -update` if it is right:\n%s", path, got)
	}
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	dec := json.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	if dec.More() {
		t.Fatalf("more than one document:\n%s", text)
	}
	return v
}

func (r result) want(t *testing.T, code int, parts ...string) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", r.code, code, r.stdout, r.stderr)
	}
	for _, part := range parts {
		if !strings.Contains(r.stdout+r.stderr, part) {
			t.Errorf("no %q in\nstdout: %s\nstderr: %s", part, r.stdout, r.stderr)
		}
	}
	return r
}
