package testdb

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/localpg"
)

// cluster is a throw-away PostgreSQL that lives as long as this process, even
// if that is killed.
type cluster struct {
	url string
	dir string // of its files and its socket
	// alive is the standard input of the cluster's supervisor, which stops the
	// cluster and removes its files at its end.
	alive io.WriteCloser
}

// supervise runs the server $1 with the files in $2 for as long as standard
// input is open.
const supervise = `
"$1" -D "$2/data" -k "$2" -p 5432 -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c synchronous_commit=off -c wal_init_zero=off -c max_connections=200 -c shared_buffers=64MB >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
`

// initdbArgs give a collation that differs from the order of bytes, as most
// clusters out there have.
var initdbArgs = []string{"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync"}

// startCluster starts a cluster that listens on a socket in a folder of its own.
func startCluster(ctx context.Context) (*cluster, error) {
	return startWith(ctx, func(string) error { return nil })
}

// startWith starts a cluster whose files have been prepared.
func startWith(ctx context.Context, prepare func(data string) error) (*cluster, error) {
	bin, err := localpg.Programs()
	if err != nil {
		return nil, fmt.Errorf("%w, or set TOKENRY_TEST_POSTGRES_URL to a database whose user may create databases", err)
	}
	dir, err := ownedTempDir()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	err = initialise(ctx, bin, data)
	if err == nil {
		err = prepare(data)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	// Not bound to ctx, for that would leave its files behind.
	cmd := localpg.Prepare(exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", "-c", supervise, "sh", filepath.Join(bin, "postgres"), dir))
	cmd.Dir = dir
	alive, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	q := url.Values{"host": {dir}, "port": {"5432"}, "user": {"postgres"}, "sslmode": {"disable"}}
	c := &cluster{url: "postgres:///postgres?" + q.Encode(), dir: dir, alive: alive}
	if err := c.await(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // empty if there is none
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w\n%s", err, log), alive.Close())
	}
	return c, nil
}

// await waits until the cluster takes connections.
func (c *cluster) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for tick := time.Tick(10 * time.Millisecond); ; {
		conn, err := pgx.Connect(ctx, c.url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick:
		}
	}
}

// initialise makes the files of a new cluster, as a copy of a cached one: initdb
// takes a second or two, and every test process needs a cluster.
func initialise(ctx context.Context, bin, dest string) error {
	cached, err := cachePath(bin)
	if err != nil {
		return err
	}
	lock := flock.New(cached + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	defer func() { _ = lock.Unlock() }()
	if _, err := os.Stat(cached); err == nil {
		return run(exec.CommandContext(ctx, "cp", "-a", cached, dest))
	}
	args := append([]string{"-D", dest}, initdbArgs...)
	if err := run(localpg.Prepare(exec.CommandContext(ctx, filepath.Join(bin, "initdb"), args...))); err != nil {
		return err
	}
	partial := cached + ".partial"
	if err := errors.Join(os.RemoveAll(partial), run(exec.CommandContext(ctx, "cp", "-a", dest, partial))); err != nil {
		return err
	}
	return os.Rename(partial, cached)
}

// cachePath is where the files of a new cluster are kept, by the program that
// made them and how it was called.
func cachePath(bin string) (string, error) {
	initdb := filepath.Join(bin, "initdb")
	info, err := os.Stat(initdb)
	if err != nil {
		return "", err
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	base = filepath.Join(base, "tokenry-testdb")
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", err
	}
	key := sha256.Sum256(fmt.Append(nil, initdb, info.ModTime(), initdbArgs))
	return filepath.Join(base, fmt.Sprintf("%x", key[:8])), nil
}

// ownedTempDir makes a folder for the user whom the cluster runs as. Its path is
// short, for that of a socket may have no more than 107 bytes.
func ownedTempDir() (string, error) {
	dir, err := os.MkdirTemp(tempRoot(), "tokenry-pg-")
	if err != nil {
		return "", err
	}
	if err == nil {
		err = localpg.Own(dir)
	}
	return dir, err
}

// tempRoot is memory if there is plenty, which makes a database in 7 ms where a
// disk takes up to 300; else the folder for temporary files.
func tempRoot() string {
	const memory, plenty = "/dev/shm", 4 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < plenty {
		return os.TempDir()
	}
	return memory
}

func run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd.Path, err, out)
	}
	return nil
}
