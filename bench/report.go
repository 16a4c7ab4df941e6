package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// report is the tables of a run.
type report struct{ tables []*table }

type table struct{ text strings.Builder }

// table begins a table with a text above it. Its last column says whether the
// row is as it should be.
func (r *report) table(title, text string, columns ...string) *table {
	t := &table{}
	fmt.Fprintf(&t.text, "\n## %s\n\n%s\n\n", title, text)
	columns = append(columns, "")
	t.line(columns)
	t.line(strings.Split(strings.Repeat("---,", len(columns)-1)+"---", ","))
	fmt.Println("\n" + title)
	fmt.Println(strings.Join(columns, " | "))
	r.tables = append(r.tables, t)
	return t
}

func (t *table) line(cells []string) { fmt.Fprintf(&t.text, "| %s |\n", strings.Join(cells, " | ")) }

func (t *table) add(met bool, cells ...string) {
	cells = append(cells, map[bool]string{true: "met", false: "**missed**"}[met])
	t.line(cells)
	fmt.Println(strings.Join(cells, " | "))
}

// writeInto replaces, in a file, the figures of a task of the Makefile, and
// leaves the text around them.
func (r *report) writeInto(ctx context.Context, path, task string) error {
	begin, end := "<!-- measured by "+task+" -->\n", "\n<!-- end of what was measured by "+task+" -->\n"
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no lines that say where the figures go", path)
	}
	var out strings.Builder
	out.WriteString(before + begin + "\n" + machine(ctx))
	for _, t := range r.tables {
		out.WriteString(t.text.String())
	}
	out.WriteString(end + after)
	return os.WriteFile(path, []byte(out.String()), 0o644) //nolint:gosec // not secret
}

// machine says what the figures were measured on.
func machine(ctx context.Context) string {
	model := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		_, after, _ := strings.Cut(string(info), "model name\t: ")
		model, _, _ = strings.Cut(after, "\n")
	}
	load := "unknown"
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	return fmt.Sprintf("Commit %s, %s, %s, %d cores (%s), %s/%s. Load averages at the end: %s.\n",
		commit(ctx), time.Now().Format(time.DateOnly), runtime.Version(),
		runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, load)
}

// commit is the commit that was measured.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
