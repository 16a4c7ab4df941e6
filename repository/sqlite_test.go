package repository_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Whoever waits for a database that another process has locked is told so while
// he still listens.
func TestLockedByAnotherProcess(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.SQLite)
	store, other := db.Open(t), db.Open(t)
	locked, done := make(chan struct{}), make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() {
		err := other.InTx(t.Context(), func(*repository.Store) error {
			close(locked)
			<-done
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-locked
	var writers sync.WaitGroup
	started := time.Now()
	for range 5 {
		writers.Go(func() {
			err := store.InTx(t.Context(), func(*repository.Store) error { return nil })
			if !model.IsKind(err, model.KindUnavailable) {
				t.Errorf("while it is locked: %v", err)
			}
		})
	}
	writers.Wait()
	if took := time.Since(started); took > 15*time.Second {
		t.Errorf("the last writer waited for %s", took)
	}
	close(done)
	holder.Wait()
	if err := store.InTx(t.Context(), func(*repository.Store) error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestNotADatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokenry.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("something else ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := repository.Open(repository.Config{Path: path})
	if err == nil {
		_ = store.Close()
		t.Fatal("opened")
	}
	for _, part := range []string{path, "backup"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not tell %q", err, part)
		}
	}
}
