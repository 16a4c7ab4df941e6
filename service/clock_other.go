//go:build !linux

package service

import "time"

// sinceBoot is a clock that, unlike Go's monotonic one, runs on while the
// machine is suspended: here the wall clock.
func sinceBoot() time.Duration { return time.Duration(time.Now().UnixNano()) }
