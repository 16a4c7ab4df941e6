package service

import (
	"time"

	"golang.org/x/sys/unix"
)

// sinceBoot is a clock that, unlike Go's monotonic one, runs on while the
// machine is suspended.
func sinceBoot() time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &at); err != nil {
		return 0
	}
	return time.Duration(at.Nano())
}
