// Package consoletest tries the console as people do: in a browser, against the
// program itself. The tests proper are in web/e2e.
package consoletest

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
	_ "github.com/tokenry/tokenry/web" // before the console is built anew, what it embeds must have been read
)

const web = "../../web"

func TestConsole(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser and a minute")
	}
	t.Parallel()
	buildConsole(t)
	binary := filepath.Join(t.TempDir(), "tokenry")
	run(t, exec.Command("go", "build", "-o", binary, "../.."))
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		tryConsole(t, binary, db)
	})
}

// tryConsole starts the program with the demo's data and has a browser use it.
func tryConsole(t *testing.T, binary string, db testdb.DB) {
	environ := append(os.Environ(), "TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off",
		"TOKENRY_DATA_DIR="+t.TempDir(), "TOKENRY_LOG_FORMAT=json",
		"TOKENRY_WEBHOOK_ALLOW=127.0.0.1")
	prefix := ""
	if db.Dialect == repository.Postgres {
		prefix = "/some/prefix" // once is enough
		environ = append(environ, "TOKENRY_DATABASE_URL="+db.URL, "TOKENRY_PUBLIC_URL=http://127.0.0.1"+prefix)
	}
	url := serve(t, binary, environ) + prefix
	tests := exec.CommandContext(t.Context(), "npx", "vitest", "run", "--config", "e2e/vitest.config.ts")
	tests.Dir = web
	tests.Env = append(environ, "CONSOLE_URL="+url, "CONSOLE_BINARY="+binary, "CONSOLE_DATABASE="+string(db.Dialect),
		"NO_COLOR=1")
	run(t, tests)
}

// serve runs the program until the test ends, and gives its address.
func serve(t *testing.T, binary string, environ []string) string {
	t.Helper()
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(binary, "serve", "--demo")
	server.Env = environ
	output, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			_, _ = log.WriteString(lines.Text() + "\n")
			var line struct{ Msg, Server, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.Server == "api" {
				address <- line.Address
			}
		}
	}()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		<-ended
		if err := server.Wait(); err != nil {
			t.Errorf("the server: %v", err)
		}
		_ = log.Close()
		if text, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("the server's log:\n%s", text)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case at := <-address:
		return "http://" + at
	case <-ended:
		t.Fatal("the server ended")
	case <-ctx.Done():
		t.Fatal("the server does not listen")
	}
	return ""
}

// run runs a command, and fails the test with its output if it fails.
func run(t *testing.T, command *exec.Cmd) {
	t.Helper()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, output)
	}
	t.Logf("%s", output)
}
