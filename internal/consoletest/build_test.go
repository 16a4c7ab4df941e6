package consoletest

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// buildConsole builds the console if what it is made of has changed since.
func buildConsole(t *testing.T) {
	t.Helper()
	if modified(t, "package-lock.json").After(modified(t, "node_modules/.package-lock.json")) {
		npm(t, "ci", "--no-audit", "--no-fund")
	}
	if newest(t).After(modified(t, "dist/index.html")) {
		npm(t, "run", "build")
	}
}

func npm(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command("npm", args...)
	command.Dir = web
	run(t, command)
}

// newest is when the console's source was last changed.
func newest(t *testing.T) time.Time {
	t.Helper()
	latest := modified(t, "package-lock.json")
	err := filepath.WalkDir(web, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == "node_modules" || name == "dist" || name == "e2e"):
			return filepath.SkipDir
		case entry.IsDir() || strings.Contains(name, ".test.") || strings.HasSuffix(name, ".go"):
			return nil
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return latest
}

// modified is when a file of the console was last changed; the zero time if there
// is none.
func modified(t *testing.T, name string) time.Time {
	t.Helper()
	info, err := os.Stat(filepath.Join(web, name))
	if os.IsNotExist(err) {
		return time.Time{}
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}
