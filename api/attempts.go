package api

import (
	"net/netip"
	"sync"
	"time"

	"github.com/tokenry/tokenry/model"
)

const (
	maxAttempts    = 20 // that fail, from an address
	attemptsEvery  = time.Minute
	maxAddresses   = 100_000
	addressBitsOf6 = 64 // what one customer of a provider has
)

// attempts bounds how often an address may fail in a minute. The zero attempts
// is ready for use.
type attempts struct {
	mu     sync.Mutex
	since  time.Time
	failed map[netip.Prefix]int
}

// allow gives an error with code "rate_limited" if the address has failed too
// often.
func (a *attempts) allow(address netip.Addr, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Sub(a.since) >= attemptsEvery {
		a.since, a.failed = now, map[netip.Prefix]int{}
	}
	if a.failed[networkOf(address)] >= maxAttempts || len(a.failed) >= maxAddresses {
		return model.Errorf(model.KindLimited, "rate_limited", "There were too many attempts. Try again in a minute.")
	}
	return nil
}

// fail counts an attempt that has failed.
func (a *attempts) fail(address netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed[networkOf(address)]++
}

func networkOf(address netip.Addr) netip.Prefix {
	bits := address.BitLen()
	if address.Is6() {
		bits = addressBitsOf6
	}
	network, _ := address.Prefix(bits) // the zero Prefix if there is no address
	return network
}
