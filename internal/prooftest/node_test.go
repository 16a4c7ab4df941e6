package prooftest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// node is a place for a server: a process at a time, and its lines to the
// database.
type node struct {
	number   int
	environ  []string
	binary   string
	database *line // for everything but announcements
	listen   *line // for those
	log      *os.File
	client   *http.Client
	troubled atomic.Bool // by a fault

	mu      sync.Mutex
	url     string // of the process there is, or was
	process *exec.Cmd
}

// start starts a process, and returns when it listens.
func (n *node) start(ctx context.Context) error {
	command := exec.Command(n.binary, "serve")
	command.Env = append(os.Environ(), n.environ...)
	output, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	n.mu.Lock()
	n.process = command
	n.mu.Unlock()
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			fmt.Fprintf(n.log, "%s\n", lines.Bytes())
			var line struct{ Msg, Server, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.Server == "api" {
				address <- line.Address
			}
		}
	}()
	select {
	case at, ok := <-address:
		if !ok {
			return fmt.Errorf("node %d did not start: see %s", n.number, n.log.Name())
		}
		n.mu.Lock()
		n.url = "http://" + at
		n.mu.Unlock()
		return nil
	case <-ctx.Done():
		return fmt.Errorf("node %d did not listen: see %s", n.number, n.log.Name())
	}
}

// signal sends a signal to the process.
func (n *node) signal(sig syscall.Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	_ = n.process.Process.Signal(sig) // it may have ended
}

// end ends the process with a signal, and waits for that.
func (n *node) end(sig syscall.Signal) {
	n.signal(sig)
	n.mu.Lock()
	process := n.process
	n.mu.Unlock()
	_ = process.Wait()
	n.client.CloseIdleConnections()
}

// call sends a request to the node, and decodes an answer of success into out.
// The status is 0 if there was no answer.
func (n *node) call(ctx context.Context, secret string, r request, out any) (status int, problem string, err error) {
	n.mu.Lock()
	url := n.url
	n.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, r.method, url+r.path, bytes.NewReader(r.body))
	if err != nil {
		return 0, "", err
	}
	req.GetBody = nil // else a call with an Idempotency-Key is repeated behind our back
	req.Header.Set("Authorization", "Bearer "+secret)
	if r.account != "" {
		req.Header.Set("Tokenry-Account", r.account)
	}
	req.Header.Set("Content-Type", "application/json")
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	res, err := n.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", err
	}
	if res.StatusCode >= 300 {
		var p struct{ Code string }
		_ = json.Unmarshal(text, &p) // the status will do
		return res.StatusCode, p.Code, nil
	}
	return res.StatusCode, "", json.Unmarshal(text, out)
}

type request struct {
	method, path string
	account      string // that it acts in; empty for none
	body         []byte
	key          string // for idempotency
}

// cluster is several nodes on one database.
type cluster struct {
	nodes   []*node
	secret  string // of an operator
	binary  string
	environ []string // of commands beside the nodes
}

// lease is the shortest there is.
const lease = 2 * time.Second

// newCluster starts nodes of a program.
func newCluster(t *testing.T, binary, database string, size int) *cluster {
	t.Helper()
	folder, c := t.TempDir(), &cluster{binary: binary}
	c.environ = []string{"TOKENRY_DATA_DIR=" + folder, "TOKENRY_DATABASE_URL=" + database}
	for number := range size {
		n := &node{number: number, binary: binary, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}}
		var overMain, overListen string
		n.database, overMain = newLine(t, database)
		n.listen, overListen = newLine(t, database)
		n.environ = []string{
			"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATA_DIR=" + folder, "TOKENRY_LEASE=" + lease.String(),
			"TOKENRY_DATABASE_URL=" + overMain, "TOKENRY_DATABASE_LISTEN_URL=" + overListen,
			"TOKENRY_LOG_FORMAT=json", "TOKENRY_REQUEST_TIMEOUT=6s",
		}
		var err error
		if n.log, err = os.Create(filepath.Join(t.ArtifactDir(), fmt.Sprintf("node-%d.log", number))); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if n.process != nil {
				n.end(syscall.SIGKILL)
			}
			_ = n.log.Close()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		err = n.start(ctx)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		c.nodes = append(c.nodes, n)
	}
	text, err := os.ReadFile(filepath.Join(folder, "operator-secret"))
	if err != nil {
		t.Fatal(err)
	}
	c.secret = strings.TrimSpace(string(text))
	for _, n := range c.nodes {
		n.await(t)
	}
	return c
}

// await waits until the node is ready.
func (n *node) await(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		status, _, err := n.call(ctx, "", request{method: "GET", path: "/readyz"}, &struct{}{})
		cancel()
		if status == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(n.log.Name()) // what there is
			t.Fatalf("node %d is not ready: %d, %v\n%s", n.number, status, err, text[max(0, len(text)-2000):])
		}
	}
}
