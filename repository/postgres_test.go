package repository_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

func TestNodesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	db := testdb.DB{Config: repository.Config{URL: testdb.Postgres(t)}, Dialect: repository.Postgres}
	var wg sync.WaitGroup
	for range 3 {
		store := db.Open(t)
		wg.Go(func() {
			if err := store.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			if done, err := store.Migrated(t.Context()); err != nil || !done {
				t.Errorf("migrated %v: %v", done, err)
			}
		})
	}
	wg.Wait()
	newStore(t, db)
}

func TestMigratedAsksOnly(t *testing.T) {
	t.Parallel()
	db := testdb.DB{Config: repository.Config{URL: testdb.Postgres(t)}, Dialect: repository.Postgres}
	if done, err := db.Open(t).Migrated(t.Context()); err != nil || done {
		t.Errorf("migrated %v: %v", done, err)
	}
	conn, err := pgx.Connect(t.Context(), db.URL)
	must(t, err)
	defer conn.Close(t.Context())
	var tables int
	must(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables))
	if tables != 0 {
		t.Errorf("Migrated has made %d tables", tables)
	}
}

func TestServerNeedsNoRightToCreate(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	u, err := url.Parse(db.URL)
	must(t, err)
	role := "server_of_" + strings.TrimPrefix(u.Path, "/")
	admin, err := pgx.Connect(t.Context(), db.URL)
	must(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec(context.Background(), fmt.Sprintf("DROP OWNED BY %s; DROP ROLE %[1]s", role))
		must(t, err)
		must(t, admin.Close(context.Background()))
	})
	_, err = admin.Exec(t.Context(), fmt.Sprintf(`CREATE ROLE %s LOGIN PASSWORD 'secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %[1]s`, role))
	must(t, err)
	q := u.Query()
	q.Del("user")
	u.User, u.RawQuery = url.UserPassword(role, "secret"), q.Encode()
	db.URL = u.String()
	store := newStore(t, db)
	if done, err := store.Migrated(t.Context()); err != nil || !done {
		t.Errorf("migrated %v: %v", done, err)
	}
	must(t, store.Migrate(t.Context()))
	must(t, store.InTx(t.Context(), func(tx *repository.Store) error {
		must(t, tx.Keys.Lock(t.Context()))
		if _, err := tx.Catalogs.All(t.Context(), true); err != nil {
			return err
		}
		if _, err := tx.Changes.Append(t.Context(), repository.ChangeNothing, "", start); err != nil {
			return err
		}
		tok := newToken("token", "Report")
		return tx.Create(t.Context(), &tok, &model.AuditEntry{ID: "entry", At: start})
	}))
}

func TestDeadlockIsRetried(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t, repository.Postgres))
	for _, id := range []string{"a", "b"} {
		tok := newToken(id, id)
		must(t, store.Tokens.Insert(t.Context(), &tok))
	}
	var both, done sync.WaitGroup
	both.Add(2)
	tries := make(chan int, 2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			try := 0
			err := store.InTx(t.Context(), func(tx *repository.Store) error {
				try++
				for i, id := range order {
					tok, err := tx.Tokens.ForUpdate(t.Context(), account, id)
					if err != nil {
						return err
					}
					tok.Revision++
					if err := tx.Tokens.Update(t.Context(), &tok); err != nil {
						return err
					}
					if try == 1 && i == 0 {
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			tries <- try
		})
	}
	done.Wait()
	if total := <-tries + <-tries; total < 3 { // on a busy machine they may meet again
		t.Errorf("%d tries, want 3: one lost once", total)
	}
	for _, id := range []string{"a", "b"} {
		if tok, err := store.Tokens.ByID(t.Context(), id); err != nil || tok.Revision != 3 {
			t.Errorf("token %s has revision %d (%v), want 3", id, tok.Revision, err)
		}
	}
}

func TestDatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	store := newStore(t, db)
	db.Stop(t)
	calls := map[string]func() error{
		"read":        func() error { _, err := store.Tokens.ByID(t.Context(), "x"); return err },
		"check":       func() error { _, err := store.Tokens.ForCheck(t.Context(), "x"); return err },
		"ping":        func() error { return store.Ping(t.Context()) },
		"transaction": func() error { return store.InTx(t.Context(), func(*repository.Store) error { return nil }) },
		"migrated":    func() error { _, err := store.Migrated(t.Context()); return err },
		"create": func() error {
			tok := newToken("token", "Report")
			return store.Create(t.Context(), &tok, &model.AuditEntry{ID: "entry", At: start})
		},
	}
	for name, call := range calls {
		if err := call(); !model.IsKind(err, model.KindUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	db.Start(t)
	for name, call := range calls {
		if err := call(); err != nil && !model.IsKind(err, model.KindNotFound) {
			t.Errorf("%s, as it is back: %v", name, err)
		}
	}
}

func TestUnreachableServerIsAway(t *testing.T) {
	t.Parallel()
	hole := "192.0.2.1:5432" // an address that nobody has
	store, err := repository.Open(repository.Config{URL: "postgres://u@" + hole + "/x?connect_timeout=1"})
	must(t, err)
	defer store.Close()
	begin := time.Now()
	if err := store.Ping(t.Context()); !model.IsKind(err, model.KindUnavailable) || time.Since(begin) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
}

func TestWrongPasswordIsNotAnOutage(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	u, err := url.Parse(db.URL)
	must(t, err)
	q := u.Query()
	q.Del("user")
	u.User, u.RawQuery = url.UserPassword("nobody_of_that_name", "x"), q.Encode()
	db.URL = u.String()
	if err := db.Open(t).Ping(t.Context()); err == nil || model.IsKind(err, model.KindUnavailable) {
		t.Errorf("got %v, want an error that is not an outage", err)
	}
}

// A node that hangs in a transaction, as when its machine was paused, is not at
// fault: the caller may try again.
func TestTransactionThatHung(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	admin, err := pgx.Connect(t.Context(), db.URL)
	must(t, err)
	defer admin.Close(t.Context())
	db.URL += "&idle_in_transaction_session_timeout=100ms&application_name=hangs"
	err = db.Open(t).InTx(t.Context(), func(tx *repository.Store) error {
		must(t, tx.Ping(t.Context()))
		for sessions := 1; sessions > 0; time.Sleep(10 * time.Millisecond) {
			must(t, admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity "+
				"WHERE application_name = 'hangs' AND datname = current_database()").Scan(&sessions))
		}
		return tx.Ping(t.Context())
	})
	if !model.IsKind(err, model.KindUnavailable) {
		t.Errorf("got %v, want one that says to try again", err)
	}
}
