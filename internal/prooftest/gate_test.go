package prooftest

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// gate lets through one direction of a line, at once, late, or not at all. It
// may mind only what belongs to some statements.
type gate struct {
	mu     sync.Mutex
	about  string        // what those statements say; empty for everything
	delay  time.Duration // the longest; each packet has one of its own
	opened chan struct{} // nil if the gate is open
}

// pass waits until a packet may go on, and reports false if its connection has
// ended before that.
func (g *gate) pass(p *pair) bool {
	for {
		g.mu.Lock()
		opened, delay, minds := g.opened, g.delay, strings.Contains(p.statement(), g.about)
		g.mu.Unlock()
		if opened == nil || !minds {
			if delay > 0 && minds {
				time.Sleep(rand.N(delay))
			}
			return true
		}
		select {
		case <-opened:
		case <-p.closed:
			return false
		}
	}
}

// slow delays each packet about some statements by up to longest.
func (g *gate) slow(longest time.Duration, about string) {
	g.set(about, longest, nil)
}

// shut holds up what is about some statements.
func (g *gate) shut(about string) {
	g.set(about, 0, make(chan struct{}))
}

// open lets everything through at once.
func (g *gate) open() { g.set("", 0, nil) }

func (g *gate) set(about string, delay time.Duration, opened chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		close(g.opened) // those that wait look again
	}
	g.about, g.delay, g.opened = about, delay, opened
}
