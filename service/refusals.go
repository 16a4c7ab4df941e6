package service

import (
	"context"
	"log/slog"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	refusalsEvery = time.Minute
	// refusalsBound bounds the different refusals of a minute; all beyond count
	// as one.
	refusalsBound = 10_000
)

// Refusals records refused callers in the audit log, folded by actor, operation
// and minute, so that refusals cannot flood it.
type Refusals struct {
	Store *repository.Store
	Log   *slog.Logger
	Now   func() time.Time

	mu    sync.Mutex
	count map[refusal]*model.AuditEntry
	times map[refusal]int
}

type refusal struct{ actor, operation, code string }

// Record notes that an actor was refused. Who has not proven to be anybody is
// told by the first of their addresses.
func (r *Refusals) Record(actor model.Actor, operation, code string) {
	key := refusal{actor.Ref(), operation, code}
	if actor.Kind == "" {
		actor.Kind, actor.ID = "unknown", actor.IP
		key.actor = customer(actor.IP)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == nil {
		r.count, r.times = map[refusal]*model.AuditEntry{}, map[refusal]int{}
	}
	if _, ok := r.count[key]; !ok && len(r.count) >= refusalsBound {
		key = refusal{}
		actor, operation, code = model.Actor{Kind: "unknown"}, "", "others"
	}
	if _, ok := r.count[key]; !ok {
		actor.AccountID = actor.HomeID
		entry := newEntry(actor, r.Now(), "authorization.refused", "operation", operation)
		entry.Details = map[string]string{"code": code}
		r.count[key] = entry
	}
	r.times[key]++
}

// customer is the address, or of IPv6 the network that one customer of a provider
// has: there is no end to the addresses in it.
func customer(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() {
		return address
	}
	network, _ := ip.Prefix(64) // ip is one
	return network.String()
}

// Run writes the refusals of each minute until ctx ends, and then once more.
func (r *Refusals) Run(ctx context.Context) error {
	ticker := time.NewTicker(refusalsEvery)
	defer ticker.Stop()
	var writing spell
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			return r.Flush(last)
		case <-ticker.C:
		}
		if err := r.Flush(ctx); ctx.Err() == nil {
			writing.tell(r.Log, "write refusals", err)
		}
	}
}

// Flush writes what was noted. What the database does not take is lost: it
// would else grow without bound.
func (r *Refusals) Flush(ctx context.Context) error {
	r.mu.Lock()
	entries, times := r.count, r.times
	r.count, r.times = nil, nil
	r.mu.Unlock()
	if len(entries) == 0 {
		return nil
	}
	return r.Store.InTx(ctx, func(tx *repository.Store) error {
		for key, entry := range entries {
			entry.Details["times"] = strconv.Itoa(times[key])
			if err := tx.Audit.Append(ctx, entry); err != nil {
				return err
			}
		}
		return nil
	})
}
