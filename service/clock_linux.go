package service

import (
	"time"

	"golang.org/x/sys/unix"
)

// askBoot asks for the time since the machine started, suspend included.
func askBoot() time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &at); err != nil {
		return 0
	}
	return time.Duration(at.Nano())
}
