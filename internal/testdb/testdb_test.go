package testdb_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestPostgresGivesDatabasesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, url := range []string{testdb.Postgres(t), testdb.Postgres(t)} {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "CREATE TABLE tokens (id text)"); err != nil {
			t.Errorf("create a table in %s: %v", url, err)
		}
	}
}

func TestEachGivesMigratedDatabases(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := db.Open(t)
		if store.Dialect != db.Dialect {
			t.Errorf("Open: dialect %q, want %q", store.Dialect, db.Dialect)
		}
		if ok, err := store.Migrated(t.Context()); err != nil || !ok {
			t.Errorf("Migrated = %v, %v, want true", ok, err)
		}
	})
}

// Whoever is being let in while the database is taken away is put out as well.
func TestStopEndsEveryConnection(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	for range 5 {
		stop := make(chan struct{})
		conns := make(chan *pgx.Conn, 1000)
		var callers sync.WaitGroup
		for range 4 {
			callers.Go(func() {
				for len(conns) < 50 {
					select {
					case <-stop:
						return
					default:
					}
					if conn, err := pgx.Connect(t.Context(), db.URL); err == nil {
						conns <- conn
					}
				}
			})
		}
		db.Stop(t)
		close(stop)
		callers.Wait()
		close(conns)
		for conn := range conns {
			if err := conn.Ping(t.Context()); err == nil {
				t.Error("a connection goes on")
			}
			_ = conn.Close(t.Context())
		}
		db.Start(t)
	}
}

// A killed test process leaves no server and no files behind. The test runs
// itself as a second process, which prints where its cluster is and then waits.
func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	const child = "TOKENRY_TEST_CLUSTER_CHILD"
	if os.Getenv(child) != "" {
		url := testdb.New(t, repository.Postgres).URL
		cfg, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("cluster at " + cfg.Host + "\n")
		<-t.Context().Done()
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1", "TOKENRY_TEST_POSTGRES_URL=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(strings.TrimPrefix(line, "cluster at "))
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the second process said %q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for tick := range time.Tick(20 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if deadline, ok := t.Deadline(); ok && tick.After(deadline.Add(-5*time.Second)) {
			t.Fatalf("%s is still there", dir)
		}
	}
}
