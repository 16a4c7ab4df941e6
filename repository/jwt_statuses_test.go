package repository_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

func TestJWTStatusesKeep(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		statuses := db.Open(t).JWTStatuses
		later := start.Add(time.Hour)
		status := func(list, place int, token string, generation, epoch int, until time.Time) repository.JWTStatus {
			return repository.JWTStatus{List: list, Place: place, TokenID: token, Generation: generation, RightsEpoch: epoch, KeptUntil: until}
		}
		for _, step := range []struct { // each finds what those before have left
			name        string
			asked, want repository.JWTStatus
			taken       bool
		}{
			{"new", status(0, 7, "a", 1, 0, start), status(0, 7, "a", 1, 0, start), false},
			{"for longer", status(0, 8, "a", 1, 0, later), status(0, 7, "a", 1, 0, later), false},
			{"for less long", status(1, 8, "a", 1, 0, start), status(0, 7, "a", 1, 0, later), false},
			{"of another token, in its place", status(0, 7, "b", 1, 0, start), status(0, 0, "b", 1, 0, time.Time{}), true},
			{"of another token", status(2, 7, "b", 1, 0, start), status(2, 7, "b", 1, 0, start), false},
			{"of the next secret", status(0, 9, "a", 2, 0, start), status(0, 9, "a", 2, 0, start), false},
			{"of other rights", status(0, 10, "a", 1, 1, start), status(0, 10, "a", 1, 1, start), false},
		} {
			got := step.asked
			ok, err := statuses.Keep(t.Context(), &got)
			must(t, err)
			if ok == step.taken || ok && (got.List != step.want.List || got.Place != step.want.Place || !got.KeptUntil.Equal(step.want.KeptUntil)) {
				t.Errorf("%s: %+v, %t; want %+v", step.name, got, ok, step.want)
			}
		}
		wantLists := func(want int) {
			t.Helper()
			if got, err := statuses.Lists(t.Context()); err != nil || got != want {
				t.Errorf("%d lists, error %v; want %d", got, err, want)
			}
		}
		wantLists(3)
		must(t, statuses.Forget(t.Context(), start))
		wantLists(3)
		must(t, statuses.Forget(t.Context(), later))
		wantLists(1)
		must(t, statuses.Forget(t.Context(), later.Add(time.Second)))
		wantLists(0)
	})
}

// TestJWTStatusesMarked: the JWTs of a token that is not there are no good.
func TestJWTStatusesMarked(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		good := newToken("good", "Good")
		must(t, store.Tokens.Insert(t.Context(), &good))
		for place, token := range map[int]string{1: "good", 2: "gone"} {
			_, err := store.JWTStatuses.Keep(t.Context(), &repository.JWTStatus{Place: place, TokenID: token, Generation: 1, KeptUntil: start})
			must(t, err)
		}
		for _, tt := range []struct {
			retired []string
			want    int
		}{{nil, 1}, {[]string{"partner 2", "brand 1"}, 1}, {[]string{"brand 1", "partner 1"}, 2}} {
			places, err := store.JWTStatuses.Marked(t.Context(), 0, start, tt.retired)
			if err != nil || len(places) != tt.want {
				t.Errorf("with %v retired: %v, error %v; want %d places", tt.retired, places, err, tt.want)
			}
		}
	})
}
