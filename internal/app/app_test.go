package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/testdb"
)

const (
	partner = "02demoPartner000000001"
	ada     = "02demoMember0000000001"
)

// server is a running Tokenry.
type server struct {
	t      *testing.T
	url    string
	secret string
	stop   func() error
	log    *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// settings is a config for a test, on 127.0.0.1 and a free port.
func settings(t *testing.T, db testdb.DB, more ...string) config.Config {
	t.Helper()
	environ := append([]string{
		"TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_LEASE=2s", "TOKENRY_DATABASE_URL=" + db.URL,
	}, more...)
	if db.URL == "" {
		environ = append(environ, "TOKENRY_DATA_DIR="+filepath.Dir(db.Path))
	} else {
		environ = append(environ, "TOKENRY_DATA_DIR="+t.TempDir())
	}
	cfg, err := config.Load(nil, environ)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// start starts a server with the demo.
func start(t *testing.T, cfg config.Config) *server {
	t.Helper()
	s := &server{t: t, log: &lockedBuffer{}}
	file := filepath.Join(t.TempDir(), "secret")
	a, err := app.New(t.Context(), cfg, app.Options{Demo: true, OperatorSecretFile: file, Log: s.log})
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + a.Address()
	if text, err := os.ReadFile(file); err == nil {
		s.secret = strings.TrimSpace(string(text))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
		if s.secret != "" && strings.Contains(s.log.String(), s.secret[27:]) {
			t.Error("the log shows the operator secret")
		}
	})
	if status, _ := s.call("GET", "/readyz", ""); status != http.StatusOK {
		t.Fatalf("the first answer is %d: it listens before it is ready", status)
	}
	return s
}

// call sends a request in the partner's account, and gives the status and the
// decoded answer.
func (s *server) call(method, path, body string) (int, map[string]any) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.secret)
	request.Header.Set("Tokenry-Account", partner)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var answer map[string]any
	_ = json.Unmarshal(text, &answer) // some answers are no objects
	return response.StatusCode, answer
}

func (s *server) create(name string) map[string]any {
	s.t.Helper()
	status, token := s.call("POST", "/tokens",
		`{"name": "`+name+`", "contacts": {"primary": "`+ada+`"}, "scopes": ["actions.list_actions"]}`)
	if status != http.StatusCreated {
		s.t.Fatalf("create: %d %v", status, token)
	}
	return token
}

func (s *server) verify(secret any) any {
	s.t.Helper()
	status, answer := s.call("POST", "/tokens/verify", `{"secret": "`+secret.(string)+`", "scopes": ["actions.list_actions"]}`)
	if status != http.StatusOK {
		s.t.Fatalf("verify: %d %v", status, answer)
	}
	return answer["code"]
}

func TestMainJob(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		cfg := settings(t, db)
		s := start(t, cfg)
		token := s.create("Report")
		if got := s.verify(token["secret"]); got != "ok" {
			t.Fatalf("fresh: %v", got)
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}

		again := start(t, cfg)
		again.secret = s.secret
		if got := again.verify(token["secret"]); got != "ok" {
			t.Errorf("after a restart: %v", got)
		}
		status, answer := again.call("POST", "/tokens/"+token["id"].(string)+"/revoke", `{"reason": "test"}`)
		if status != http.StatusOK || answer["propagated"] != true {
			t.Errorf("revoke: %d %v", status, answer)
		}
		if got := again.verify(token["secret"]); got != "revoked" {
			t.Errorf("after revoke: %v", got)
		}
	})
}
