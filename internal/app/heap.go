package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// leastGrowth is what the heap may grow by before it is collected, in bytes.
// What a server holds is small until its cache fills; were that all that the
// heap may grow by, a busy server would collect it dozens of times a second.
const leastGrowth = 32 << 20

// paceCollector has Go collect garbage when the heap has doubled, as ever, but
// not before it has grown by leastGrowth. GOMEMLIMIT counts all the same, and
// GOGC, if it is set, is left as it is.
var paceCollector = sync.OnceFunc(func() {
	if os.Getenv("GOGC") == "" {
		pace(100)
	}
})

// pace sets how far the heap may grow, in percent of what it holds, and is
// called again after the next collection.
func pace(before int) {
	held := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(held)
	percent := percentOf(held[0].Value.Uint64())
	if percent != before { // to set it stops the program for a moment
		debug.SetGCPercent(percent)
	}
	runtime.AddCleanup(new([64]byte), pace, percent)
}

// percentOf is how many percent of a heap leastGrowth is, in steps, and no less
// than Go's own 100.
func percentOf(heap uint64) int {
	const step = 50
	return max(100, int(100*leastGrowth/max(heap, 1<<20))/step*step)
}
