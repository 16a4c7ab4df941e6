package app_test

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// TestHeapMayGrow: a small heap is not collected whenever it has doubled, and a
// large one is.
func TestHeapMayGrow(t *testing.T) {
	start(t, settings(t, testdb.New(t, repository.SQLite)))
	await := func(what string, holds func(percent uint64) bool) {
		t.Helper()
		percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		for end := time.Now().Add(20 * time.Second); ; {
			runtime.GC()
			metrics.Read(percent)
			if holds(percent[0].Value.Uint64()) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: it may grow by %d %%", what, percent[0].Value.Uint64())
			}
		}
	}
	await("small", func(percent uint64) bool { return percent > 100 })
	large := make([]byte, 256<<20) // never touched, so it is in no memory
	await("large", func(percent uint64) bool { return percent == 100 })
	runtime.KeepAlive(large)
	await("small again", func(percent uint64) bool { return percent > 100 })
}
