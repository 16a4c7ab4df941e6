package app_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// Requests that wait for a lock have all connections of the pool: the lease
// does not need them.
func TestLeaseDoesNotWaitForRequests(t *testing.T) {
	t.Parallel()
	db := testdb.New(t, repository.Postgres)
	s := start(t, settings(t, db, "TOKENRY_DATABASE_MAX_CONNS=2"))
	token := s.create("Report")
	if got := s.verify(token["secret"]); got != "ok" {
		t.Fatalf("fresh: %v", got)
	}
	conn, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	ask := func(statement string) (number int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), statement).Scan(&number); err != nil {
			t.Fatal(err)
		}
		return number
	}
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE tokens IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer stop()
	for range 4 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/tokens", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+s.secret)
		request.Header.Set("Tokenry-Account", partner)
		waiting.Go(func() {
			if response, err := http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
			}
		})
	}
	s.await(func() bool {
		return ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tokens'::regclass") == 2
	})
	renewals := ask("SELECT renewals FROM nodes")
	s.await(func() bool { return ask("SELECT renewals FROM nodes") > renewals+5 }) // for longer than the lease
	if got := s.verify(token["secret"]); got != "ok" {
		t.Errorf("while requests wait: %v", got)
	}
	if ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tokens'::regclass") != 2 {
		t.Error("the requests do not wait any more: nothing was shown")
	}
}
