package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/cli"
)

// world is a server with the demo in it, started by `tokenry serve`, and
// commands that call it as its operator.
type world struct {
	t       *testing.T
	dir     string // of its data
	url     string
	environ []string
	head    chan string // the first audit head that is logged
	stop    func()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "data")}
	w.start("--demo")
	return w
}

// start starts the server, and waits until it answers checks.
func (w *world) start(args ...string) {
	w.t.Helper()
	w.url = "http://" + w.serve(args...)
	w.environ = []string{
		"TOKENRY_URL=" + w.url, "TOKENRY_SECRET_FILE=" + filepath.Join(w.dir, "operator-secret"), "TOKENRY_DATA_DIR=" + w.dir,
	}
	w.awaitReady()
}

// serve runs the server until the test ends or stop is called, and gives its
// address.
func (w *world) serve(args ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log, stderr := io.Pipe()
	ended, read := make(chan struct{}), make(chan struct{})
	env := &cli.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: stderr}
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--ops-listen", "off", "--data-dir", w.dir}, args...)
	go func() {
		defer close(ended)
		if code := cli.Run(ctx, args, env); code != 0 {
			w.t.Errorf("serve ended with exit code %d", code)
		}
		stderr.Close()
	}()
	w.stop = func() { cancel(); <-ended; <-read }
	w.t.Cleanup(w.stop)
	address := make(chan string, 1)
	w.head = make(chan string, 1)
	go func() {
		defer close(read)
		w.read(log, address)
	}()
	listening, ok := <-address
	if !ok {
		w.t.Fatal("the server did not start")
	}
	return listening
}

// awaitReady waits until the server answers checks.
func (w *world) awaitReady() {
	w.t.Helper()
	for w.t.Context().Err() == nil {
		res, err := http.Get(w.url + "/readyz")
		if err != nil {
			w.t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
}

// read reads the server's log to its end.
func (w *world) read(log io.Reader, address chan<- string) {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		var line struct {
			Msg, Address, Hash string
			Seq                json.Number
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			w.t.Log(lines.Text())
			continue
		}
		switch line.Msg {
		case "listening":
			address <- line.Address
		case "audit head":
			select {
			case w.head <- line.Seq.String() + ":" + line.Hash:
			default:
			}
		}
	}
	close(address)
}

// run runs a command without stdin.
// until waits for a condition.
func (w *world) until(holds func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("the condition did not come true")
		}
	}
}

func (w *world) run(args ...string) result { return run(w.t.Context(), "", w.environ, args...) }

// verify checks a secret.
func (w *world) verify(secret string, args ...string) result {
	return run(w.t.Context(), secret+"\n", w.environ, append([]string{"verify"}, args...)...)
}

// create makes a token of the demo's partner and gives its id and secret.
func (w *world) create(name string, args ...string) (id, secret string) {
	w.t.Helper()
	args = append([]string{"tokens", "create", "-a", "northwind", "--name", name, "--scope", "actions.list_actions", "--contact", "ada@northwind.example", "-q"}, args...)
	secret = strings.TrimSuffix(w.run(args...).want(w.t, 0).stdout, "\n")
	inspected := run(w.t.Context(), secret, nil, "secret", "inspect", "--json").want(w.t, 0)
	return decode[struct{ ID string }](w.t, inspected.stdout).ID, secret
}

func (w *world) write(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}
