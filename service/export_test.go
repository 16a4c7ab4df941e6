package service

import "time"

// Pepper is the number of the pepper that the current secret's digest was made
// with.
func (c *Cached) Pepper() int { return int(c.secret.pepper) }

// Sleep sets the clocks ahead that a lease ends by: the one that stops while the
// machine sleeps, and the one that runs on.
func (n *Node) Sleep(monotonic, boot time.Duration) {
	held := *n.lease.Load()
	held.until, held.untilBoot = held.until.Add(-monotonic), held.untilBoot-boot
	n.lease.Store(&held)
}

// SinceBoot is the clock that runs on while the machine sleeps.
var SinceBoot = sinceBoot

// Signer is the id of the key that signs JWTs at a moment.
func (k *Keys) Signer(at time.Time) string { return k.open.Load().signerAt(at).ID }

// Proven is about how many JWTs are remembered whose signature was good.
func (k *Keys) Proven() int { return k.open.Load().proven.EstimatedSize() }

// AgainAfter is when a report is taken up again, and MaxReports how many of
// strangers wait at most.
const (
	AgainAfter = againAfter
	MaxReports = maxReports
)
