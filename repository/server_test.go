package repository_test

import (
	"context"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestCommitsWaitWhateverTheURLSays(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"": "on", "off": "on", "local": "on", "remote_write": "on", "on": "on", "remote_apply": "remote_apply"}
	for set, want := range tests {
		db := testdb.New(t, repository.Postgres)
		if set != "" {
			db.URL += "&synchronous_commit=" + set
		}
		facts, err := db.Open(t).Facts(t.Context())
		must(t, err)
		if facts.Synchronous != want || facts.Standby || facts.Version == "" {
			t.Errorf("%q: %+v, want %q", set, facts, want)
		}
	}
}

func TestTimelines(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		older, newer repository.Timeline
		want         bool
	}{
		"earlier":         {"7/00000001", "7/00000002", true},
		"same":            {"7/00000002", "7/00000002", false},
		"later":           {"7/00000002", "7/00000001", false},
		"hexadecimal":     {"7/00000009", "7/0000000A", true},
		"another cluster": {"7/00000001", "8/00000002", false},
		"longer name":     {"7/00000001", "71/00000002", false},
		"none yet":        {"7/00000001", "", false},
	}
	for name, tt := range tests {
		if got := tt.older.Before(tt.newer); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestApartHasConnectionsOfItsOwn(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		db.MaxConns = 1
		store := db.Open(t)
		apart, err := store.Apart(1)
		must(t, err)
		t.Cleanup(func() { must(t, apart.Close()) })
		if db.Dialect == repository.SQLite {
			if apart != store {
				t.Error("another store, and SQLite has one")
			}
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		must(t, store.InTx(ctx, func(*repository.Store) error { return apart.Ping(ctx) })) // the only connection is taken
	})
}
