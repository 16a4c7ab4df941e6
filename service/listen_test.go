package service_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestAnnouncementsAreHeard(t *testing.T) {
	t.Parallel()
	a := newBench(t, testdb.New(t, repository.Postgres))
	a.beside()
	const calls = 20
	quick := func() bool {
		start := time.Now()
		for range calls {
			a.must(a.wait.Wait(t.Context(), a.announce(repository.ChangeNothing, "")))
		}
		// The other node renews every half second: unheard, a call waits for that.
		return time.Since(start) < calls*500*time.Millisecond/2
	}
	a.until(quick)
	a.exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
	a.until(quick)
}
