// Package gitleaks tries the rule for gitleaks with the real one.
package gitleaks

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/secret"
)

// finding is a finding in gitleaks' report.
type finding struct{ RuleID, Secret string }

// scan is what the rule finds in a file.
func scan(t *testing.T, content string) []string {
	t.Helper()
	dir := t.TempDir()
	file, report := filepath.Join(dir, "config.env"), filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program(t), "dir", dir, "--config", "tokenry.toml",
		"--report-format", "json", "--report-path", report, "--exit-code", "0", "--no-banner")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("gitleaks: %v\n%s", err, out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var findings []finding
	if err := json.Unmarshal(data, &findings); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range findings {
		if f.RuleID == "tokenry-secret" {
			found = append(found, f.Secret)
		}
	}
	slices.Sort(found)
	return found
}

// program is where gitleaks is.
func program(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("gitleaks"); err == nil {
		return path
	}
	path := filepath.Join(build.Default.GOPATH, "bin", "gitleaks")
	if _, err := os.Stat(path); err != nil {
		t.Fatal("there is no gitleaks: run scripts/install-test-tools")
	}
	return path
}

func TestRule(t *testing.T) {
	t.Parallel()
	var real []string
	var content strings.Builder
	for i, format := range []string{
		"TOKEN=%s\n", `{"token": "%s"}` + "\n", "curl -H 'Authorization: Bearer %s' https://api.example.com\n",
		"- token: %s # of the export\n", "https://example.com/?key=%s&x=1\n", "%s",
	} {
		made := secret.New("tkr", secret.NewID()).Reveal()
		real = append(real, made)
		fmt.Fprintf(&content, format, made)
		if i == 0 { // what is not one, on lines of its own
			fmt.Fprintf(&content, "a=%s\nb=%sx\nc=x%s\nd=%s\ne=%s\nf=%s\n", made[:len(made)-1], made, made,
				strings.Replace(made, "_", "-", 1), strings.Replace(made, "tkr_", "ghp_", 1),
				"tkr_"+strings.Repeat("0", 22)+"_"+strings.Repeat("0", 49))
		}
	}
	slices.Sort(real)
	if got := scan(t, content.String()); !slices.Equal(got, real) {
		t.Errorf("found %d: %v\nwant %d: %v", len(got), got, len(real), real)
	}
}

// TestPrefix: a rule for another prefix is made as the file says.
func TestPrefix(t *testing.T) {
	t.Parallel()
	rule, err := os.ReadFile("tokenry.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, rules, _ := strings.Cut(string(rule), "[[rules]]")
	if n := strings.Count(rules, "tkr_[") + strings.Count(rules, `"tkr_"`); n != 2 {
		t.Errorf("the prefix stands in the rule %d times, and the file says twice", n)
	}
}
