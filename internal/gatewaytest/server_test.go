package gatewaytest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The demo's ids.
const (
	partner = "02demoPartner000000001"
	ada     = "02demoMember0000000001"
)

// server is a running Tokenry with the demo's data.
type server struct {
	t        *testing.T
	address  string
	operator string // its secret
	gateway  string // the secret of the gateway
	home     string // the operator account

	gatewayID string // of the gateway's token
	stop      func()
}

func startServer(t *testing.T, binary string) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{t: t, address: freeAddress(t)}
	command := exec.Command(binary, "serve", "--demo", "--operator-secret-file="+filepath.Join(dir, "secret"))
	command.Env = append(os.Environ(), "TOKENRY_LISTEN="+s.address, "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATABASE_URL=",
		"TOKENRY_DATA_DIR="+filepath.Join(dir, "data"), "TOKENRY_TRUSTED_PROXIES=127.0.0.1")
	s.stop = run(t, command, s.address)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		res, err := http.Get("http://" + s.address + "/readyz")
		if err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("Tokenry is not ready: %v", err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "secret"))
	must(t, err)
	s.operator = strings.TrimSpace(string(text))
	s.home = s.call("GET", "/whoami", "", nil)["account_id"].(string)
	contacts := s.call("GET", "/contacts", s.home, nil)["items"].([]any)
	made := s.call("POST", "/tokens", s.home, map[string]any{
		"name": "Gateway", "contacts": map[string]any{"primary": contacts[0].(map[string]any)["id"]}, "scopes": []string{"tokenry.verify"},
	})
	s.gatewayID, s.gateway = made["id"].(string), made["secret"].(string)
	return s
}

// call calls Tokenry as an operator who acts in an account.
func (s *server) call(method, path, account string, body any) map[string]any {
	s.t.Helper()
	var text []byte
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		must(s.t, err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+path, bytes.NewReader(text))
	must(s.t, err)
	r.Header.Set("Authorization", "Bearer "+s.operator)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Tokenry-Account", account)
	res, err := http.DefaultClient.Do(r)
	must(s.t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	must(s.t, err)
	var out map[string]any
	if err := json.Unmarshal(answer, &out); err != nil || res.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, answer)
	}
	return out
}

// token makes a token of the partner, and gives its id and secret.
func (s *server) token(name string, changes map[string]any) (id, secret string) {
	s.t.Helper()
	body := map[string]any{"name": name, "contacts": map[string]any{"primary": ada}, "scopes": []string{"actions.list_actions"}}
	for field, value := range changes {
		body[field] = value
	}
	made := s.call("POST", "/tokens", partner, body)
	return made["id"].(string), made["secret"].(string)
}

// api is the API behind the gateway. It remembers what it was asked last.
type api struct {
	address string
	mu      sync.Mutex
	asked   *http.Request
}

func startAPI(t *testing.T) *api {
	t.Helper()
	a := &api{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.asked = r.Clone(r.Context())
		_, _ = io.WriteString(w, "hello from the API")
	}))
	t.Cleanup(s.Close)
	a.address = s.Listener.Addr().String()
	return a
}

// last is the request that came last; nil for none since it was called.
func (a *api) last() *http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.asked
	a.asked = nil
	return r
}
