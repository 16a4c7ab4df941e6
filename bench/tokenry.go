package main

import (
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
	"time"
)

// The demo's ids, which are the same everywhere.
const (
	demoAccount = "02demoPartner000000001"
	demoMember  = "02demoMember0000000001"
)

// tokenry is a running Tokenry.
type tokenry struct {
	*process
	ops    string // address of profiles
	secret string // of an operator
}

// tokenry starts Tokenry with the demo on a new database: PostgreSQL's at url,
// else SQLite.
func (b *bench) tokenry(ctx context.Context, url string, flags ...string) (*tokenry, error) {
	dir, err := b.folder("data")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "secret")
	t, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL="+url, append(flags, "--demo", "--operator-secret-file="+file)...)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	t.secret = strings.TrimSpace(string(text))
	return t, err
}

// serve starts Tokenry on a data folder.
func (b *bench) serve(ctx context.Context, dir, variable string, flags ...string) (*tokenry, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	ops, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(b.binary, append([]string{"serve"}, flags...)...) //nolint:gosec,noctx // ours; stopped by stop
	cmd.Env = []string{"TOKENRY_LISTEN=" + address, "TOKENRY_OPS_LISTEN=" + ops, "TOKENRY_DATA_DIR=" + dir, variable}
	p, err := start(ctx, cmd, address, "/readyz", filepath.Join(dir, "log"))
	return &tokenry{process: p, ops: ops}, err
}

// header is that of an operator who acts in the demo's account.
func (t *tokenry) header() map[string]string {
	return map[string]string{
		"Authorization": "Bearer " + t.secret, "Content-Type": "application/json", "Tokenry-Account": demoAccount,
	}
}

// call makes one request and reads the answer's JSON.
func (t *tokenry) call(ctx context.Context, method, path string, body []byte, into any) error {
	return t.ask(ctx, request{method, path, t.header(), func(int64) []byte { return body }}, into)
}

// ask makes a request as it is measured, and reads the answer's JSON.
func (t *tokenry) ask(ctx context.Context, r request, into any) error {
	req, err := http.NewRequestWithContext(ctx, r.method, "http://"+t.address+r.path, bytes.NewReader(r.body(0)))
	if err != nil {
		return err
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", r.method, r.path, answer.Status, text)
	}
	return json.Unmarshal(text, into)
}

// profile writes a CPU profile of the server under a load.
func (b *bench) profile(ctx context.Context, t *tokenry, r request, name string) error {
	if b.profiles == "" {
		return nil
	}
	period := 2 * b.period
	loaded := make(chan error, 1)
	go func() {
		_, err := send(ctx, t.process, r, 8, period+time.Second)
		loaded <- err
	}()
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", t.ops, max(1, int(period.Seconds())))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	profile, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.profiles, 0o755); err != nil { //nolint:gosec // not secret
		return err
	}
	if err := os.WriteFile(filepath.Join(b.profiles, name+".pprof"), profile, 0o644); err != nil { //nolint:gosec // not secret
		return err
	}
	return <-loaded
}
