package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
)

// Killed, it has lost the usage of the last five seconds at most.
func TestKilledLosesLittleUsage(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		p := newPlace(t, db)
		kill := p.start()
		token := p.create("Counted")
		const bound = 5 * time.Second
		var answered []time.Time
		var slowest time.Duration
		for begun, tick := time.Now(), time.Tick(10*time.Millisecond); time.Since(begun) < bound+4*time.Second; <-tick {
			asked := time.Now()
			if got := p.verify(token["secret"]); got != "ok" {
				t.Fatalf("verify: %v", got)
			}
			answered = append(answered, time.Now())
			slowest = max(slowest, time.Since(asked))
		}
		killed := time.Now()
		kill()
		p.start()
		status, usage := p.call("GET", "/tokens/"+token["id"].(string)+"/usage", "")
		if status != http.StatusOK {
			t.Fatalf("usage: %d %v", status, usage)
		}
		counted, certain := int(usage["total"].(float64)), 0
		for _, at := range answered {
			if killed.Sub(at) > bound+slowest { // by as much was writing slower than on a quiet machine
				certain++
			}
		}
		if counted < certain || counted > len(answered) {
			t.Errorf("%d of %d uses are counted, want at least %d", counted, len(answered), certain)
		}
	})
}
