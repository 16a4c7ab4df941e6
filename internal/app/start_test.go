package app_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tokenry/tokenry/internal/app"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestOneServerOnADataFolder(t *testing.T) {
	t.Parallel()
	cfg := settings(t, testdb.New(t, repository.SQLite))
	start(t, cfg)
	_, err := app.New(t.Context(), cfg, app.Options{Log: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "another server") {
		t.Errorf("a second server: %v", err)
	}
}

func TestRootKeyMustFit(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		cfg := settings(t, db)
		if err := start(t, cfg).stop(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(cfg.RootKeyFile); err != nil {
			t.Fatal(err)
		}
		if _, err := app.New(t.Context(), cfg, app.Options{Log: io.Discard}); err == nil {
			t.Error("started without the root key")
		}
		if keys.Exists(cfg.RootKeyFile) {
			t.Error("a root key was made for a database that is sealed with another")
		}
		if _, err := keys.CreateRoot(cfg.RootKeyFile); err != nil {
			t.Fatal(err)
		}
		if _, err := app.New(t.Context(), cfg, app.Options{Log: io.Discard}); err == nil {
			t.Error("started with another root key")
		}
	})
}

func TestOperatorSecretIsWrittenOnce(t *testing.T) {
	t.Parallel()
	cfg := settings(t, testdb.New(t, repository.SQLite))
	taken := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(taken, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := app.New(t.Context(), cfg, app.Options{OperatorSecretFile: taken, Log: io.Discard})
	if err == nil {
		t.Fatal("started without telling the operator secret")
	}
	if text, _ := os.ReadFile(taken); string(text) != "mine\n" {
		t.Errorf("the file is now %q", text)
	}
	s := start(t, cfg) // nothing was made by the failed start
	if status, _ := s.call("GET", "/accounts", ""); status != http.StatusOK {
		t.Errorf("with the secret of the next start: %d", status)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "again")
	a, err := app.New(t.Context(), cfg, app.Options{OperatorSecretFile: file, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	if _, err := os.Stat(file); err == nil {
		t.Error("a second start wrote an operator secret")
	}
}

func TestThreeStartAtOnce(t *testing.T) {
	t.Parallel()
	empty := testdb.DB{Dialect: repository.Postgres, Config: repository.Config{URL: testdb.Postgres(t)}}
	root := filepath.Join(t.TempDir(), "root.key")
	if _, err := keys.CreateRoot(root); err != nil {
		t.Fatal(err)
	}
	servers := make([]*server, 3)
	var group sync.WaitGroup
	for i := range servers {
		cfg := settings(t, empty, "TOKENRY_ROOT_KEY_FILE="+root)
		group.Go(func() { servers[i] = start(t, cfg) })
	}
	group.Wait()
	var secrets []string
	for _, s := range servers {
		if s == nil {
			t.FailNow()
		}
		if s.secret != "" {
			secrets = append(secrets, s.secret)
		}
	}
	if len(secrets) != 1 {
		t.Fatalf("%d operator secrets were made, want 1", len(secrets))
	}
	for _, s := range servers {
		s.secret = secrets[0]
	}
	token := servers[0].create("Report")
	for i, s := range servers {
		if got := s.verify(token["secret"]); got != "ok" {
			t.Errorf("node %d: %v", i, got)
		}
	}
	status, answer := servers[1].call("POST", "/tokens/"+token["id"].(string)+"/disable", "")
	if status != http.StatusOK || answer["propagated"] != true {
		t.Fatalf("disable: %d %v", status, answer)
	}
	for i, s := range servers {
		if got := s.verify(token["secret"]); got != "disabled" {
			t.Errorf("node %d after disable: %v", i, got)
		}
	}
}

// What was put back from a backup may be open to all.
func TestFilesAreMadePrivate(t *testing.T) {
	t.Parallel()
	cfg := settings(t, testdb.New(t, repository.SQLite))
	if err := start(t, cfg).stop(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{cfg.DataDir: 0o755, cfg.SQLitePath(): 0o644, cfg.RootKeyFile: 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, cfg)
	for path, want := range map[string]os.FileMode{cfg.DataDir: 0o700, cfg.SQLitePath(): 0o600, cfg.RootKeyFile: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
		if !strings.Contains(s.log.String(), `"path":"`+path+`"`) {
			t.Errorf("the log does not tell of %s", path)
		}
	}
}

func TestLogTellsThePort(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, testdb.New(t, repository.SQLite)))
	s.await(func() bool { return strings.Contains(s.log.String(), `"url":"`+s.url+`"`) })
}
