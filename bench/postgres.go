package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/localpg"
)

// cluster is a PostgreSQL that keeps what it acknowledges: it waits for the
// disk, unlike that of the tests.
type cluster struct {
	url       string // of its first database
	databases int
	cmd       *exec.Cmd
}

// database is the URL of a new database. The first call starts the cluster.
func (b *bench) database(ctx context.Context) (string, error) {
	if b.cluster == nil {
		var err error
		if b.cluster, err = startCluster(ctx, b.dir); err != nil {
			return "", err
		}
	}
	b.cluster.databases++
	name := fmt.Sprint("bench", b.cluster.databases)
	conn, err := pgx.Connect(ctx, b.cluster.url)
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
	return strings.Replace(b.cluster.url, "/postgres?", "/"+name+"?", 1), errors.Join(err, conn.Close(ctx))
}

// startCluster starts a cluster on a free port. Its files are on disk, in a
// folder that the user whom it runs as can reach.
func startCluster(ctx context.Context, dir string) (*cluster, error) {
	bin, err := localpg.Programs()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "postgres")
	if err := errors.Join(os.Chmod(dir, 0o711), os.Mkdir(data, 0o700)); err != nil { //nolint:gosec // passed through only
		return nil, err
	}
	if err := localpg.Own(data); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	port := address[strings.LastIndex(address, ":")+1:]
	initdb := localpg.Prepare(exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, //nolint:gosec // found by us
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"))
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	server := localpg.Prepare(exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", port, //nolint:gosec,noctx // stopped by stop
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "synchronous_commit=on",
		"-c", "full_page_writes=on", "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB"))
	server.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	if err := server.Start(); err != nil {
		return nil, err
	}
	c := &cluster{url: "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable", cmd: server}
	return c, c.await(ctx)
}

func (c *cluster) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.url)
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() != nil {
			c.stop()
			return fmt.Errorf("PostgreSQL did not start: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *cluster) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // at once; its files are not needed any more
	_ = c.cmd.Wait()                          // however it ended
}
