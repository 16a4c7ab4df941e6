package service_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/service"
)

func TestLeaseEndsByWhicheverClockSaysSoFirst(t *testing.T) {
	t.Parallel()
	const lease, margin = time.Hour, time.Hour / 20
	tests := map[string]struct {
		monotonic, boot time.Duration // how far they have run
		holds           bool
	}{
		"neither":                 {0, 0, true},
		"both, nearly":            {lease - margin - time.Minute, lease - margin - time.Minute, true},
		"both":                    {lease - margin, lease - margin, false},
		"asleep: one has stopped": {0, lease - margin, false},
		"the other one is behind": {lease - margin, 0, false},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		for name, tt := range tests {
			asleep := b.idle()
			asleep.node.Lease = lease
			asleep.must(asleep.node.Join(t.Context()))
			if got := asleep.verify(tok.Secret); got != "ok" {
				t.Fatalf("%s: before: %s", name, got)
			}
			asleep.node.Sleep(tt.monotonic, tt.boot)
			_, err := asleep.check(tok.Secret)
			if holds := asleep.node.Holds(); holds != tt.holds || (err == nil) != tt.holds {
				t.Errorf("%s: holds the lease: %v, and answers: %v", name, holds, err)
			}
			asleep.must(asleep.node.Join(t.Context()))
			if got := asleep.verify(tok.Secret); got != "ok" {
				t.Errorf("%s: renewed: %s", name, got)
			}
		}
	})
}

// The machine's own count goes on while it sleeps, too.
func TestSinceBootIsTheTimeSinceBoot(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		first := service.SinceBoot()
		for service.SinceBoot() == first {
			runtime.Gosched() // it must go on
		}
		return
	}
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	seconds, _, _ := strings.Cut(string(text), " ")
	up, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		t.Fatal(err)
	}
	if behind := service.SinceBoot() - time.Duration(up*float64(time.Second)); behind < -time.Second || behind > 20*time.Second {
		t.Errorf("%s more than /proc/uptime", behind)
	}
}
