//go:build !linux

package service

import "time"

// askBoot is for a clock that runs on while the machine is suspended: here the
// wall clock.
func askBoot() time.Duration { return time.Duration(time.Now().UnixNano()) }
