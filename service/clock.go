package service

import (
	"sync/atomic"
	"time"
)

// distances are by how much two clocks are ahead of the monotonic one, which is
// counted from started.
type distances struct{ wall, boot time.Duration }

// clockTolerance is what reading clocks one after the other may make of their
// distance.
const clockTolerance = time.Millisecond

var (
	started       = time.Now()
	lastDistances atomic.Pointer[distances]
)

// sinceBoot is a clock that, unlike Go's monotonic one, runs on while the
// machine is suspended. To ask for it is a system call, so it is reckoned from
// the monotonic clock as long as the wall clock, which runs on too, has kept its
// distance from that.
func sinceBoot() time.Duration {
	now := time.Now()
	monotonic := now.Sub(started)
	wall := time.Duration(now.UnixNano()) - monotonic
	if last := lastDistances.Load(); last != nil && (wall-last.wall).Abs() < clockTolerance {
		return monotonic + last.boot
	}
	boot := askBoot()
	if time.Since(started)-monotonic < clockTolerance { // else the two are not of one moment
		lastDistances.Store(&distances{wall, boot - monotonic})
	}
	return boot
}
