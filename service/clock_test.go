package service

import (
	"testing"
	"time"
)

// TestSinceBoot: the clock runs with the one it stands for, and on while the
// machine sleeps.
func TestSinceBoot(t *testing.T) {
	tests := map[string]distances{
		"asked before":              {},
		"the machine slept":         {wall: -time.Hour, boot: -time.Hour},
		"the wall clock was set":    {wall: 24 * time.Hour},
		"slept, and the clock lost": {wall: -time.Minute, boot: -time.Hour},
	}
	for name, before := range tests {
		t.Run(name, func(t *testing.T) {
			sinceBoot()
			last := *lastDistances.Load()
			lastDistances.Store(&distances{last.wall + before.wall, last.boot + before.boot})
			for range 2 {
				early, got, late := askBoot(), sinceBoot(), askBoot()
				if got < early-2*clockTolerance || got > late+2*clockTolerance {
					t.Errorf("it is %s, and not from %s to %s", got, early, late)
				}
			}
		})
	}
}
