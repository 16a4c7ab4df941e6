package service_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// TestStatusPlacesAreForgotten: the housekeeping gives up the places that no JWT
// has any more, and no others.
func TestStatusPlacesAreForgotten(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		house := &service.Housekeeping{Store: b.store, Now: b.clock.now}
		_, err := b.store.JWTStatuses.Keep(t.Context(), &repository.JWTStatus{TokenID: "a", KeptUntil: b.clock.now().Add(time.Hour)})
		b.must(err)
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{time.Hour, 1}, {service.MaxJWTLife, 1}, {time.Second, 0}} {
			b.clock.add(step.after)
			b.must(house.Clean(t.Context()))
			if got, err := b.store.JWTStatuses.Lists(t.Context()); err != nil || got != step.want {
				t.Errorf("%d lists, error %v; want %d", got, err, step.want)
			}
		}
	})
}
