package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
)

// binary builds the program once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tokenry-binary")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tokenry")
	return path, exec.Command("go", "build", "-o", path, "../..").Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// place is where one process runs after another, on one database.
type place struct {
	server
	environ []string
	folder  string
}

func newPlace(t *testing.T, db testdb.DB) *place {
	folder := t.TempDir()
	return &place{server{t: t}, append(os.Environ(),
		"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATA_DIR="+folder,
		"TOKENRY_DATABASE_URL="+db.URL, "TOKENRY_LOG_FORMAT=json", "TOKENRY_LEASE=2s",
	), folder}
}

// start starts the program, waits until it is ready, and gives how to kill it.
func (p *place) start() (kill func()) {
	p.t.Helper()
	command := p.command("serve", "--demo")
	output, err := command.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	p.t.Cleanup(kill)
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			var line struct{ Msg, Server, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.Server == "api" {
				address <- line.Address
			}
		}
	}()
	select {
	case at := <-address:
		p.url = "http://" + at
	case <-time.After(30 * time.Second):
		p.t.Fatal("the program did not listen")
	}
	text, err := os.ReadFile(filepath.Join(p.folder, "operator-secret"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.secret = strings.TrimSpace(string(text))
	p.await(func() bool { status, _ := p.call("GET", "/readyz", ""); return status == http.StatusOK })
	return kill
}

func (p *place) command(args ...string) *exec.Cmd {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	command := exec.Command(path, args...)
	command.Env = p.environ
	return command
}

// Killed at any instant, all that was acknowledged is there afterwards.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		p := newPlace(t, db)
		var created []map[string]any
		for round := range 4 {
			kill := p.start()
			for _, token := range created {
				if got := p.verify(token["secret"]); got != "ok" {
					t.Fatalf("round %d, %v: %v", round, token["name"], got)
				}
			}
			created = append(created, createUntilKilled(&p.server, kill, round)...)
		}
		if len(created) == 0 {
			t.Fatal("nothing was created")
		}
		if output, err := p.command("audit", "verify").CombinedOutput(); err != nil {
			t.Errorf("audit verify: %v\n%s", err, output)
		}
	})
}

// createUntilKilled creates tokens as fast as it can, kills the program in the
// middle, and gives the tokens that were acknowledged.
func createUntilKilled(s *server, kill func(), round int) (created []map[string]any) {
	ctx, stop := context.WithTimeout(s.t.Context(), time.Duration(150+37*round)*time.Millisecond)
	defer stop()
	context.AfterFunc(ctx, kill)
	for i := 0; ; i++ {
		body := `{"name": "` + string(rune('A'+round)) + time.Now().Format("150405.000000000") +
			`", "contacts": {"primary": "` + ada + `"}, "scopes": ["actions.list_actions"]}`
		request, err := http.NewRequest("POST", s.url+"/tokens", strings.NewReader(body))
		if err != nil {
			s.t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+s.secret)
		request.Header.Set("Tokenry-Account", partner)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return created
		}
		var token map[string]any
		err = json.NewDecoder(response.Body).Decode(&token)
		_ = response.Body.Close()
		if err == nil && response.StatusCode == http.StatusCreated {
			created = append(created, token)
		}
	}
}
