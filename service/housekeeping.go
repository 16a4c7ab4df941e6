package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/tokenry/tokenry/repository"
)

const (
	cleanEvery = 10 * time.Minute
	// keepChanges is how long the change log goes back. A node that was away for
	// longer empties its cache.
	keepChanges = time.Hour
)

// Housekeeping removes what is kept for a time only.
type Housekeeping struct {
	Store *repository.Store
	// Tokens and Chain have what is to be ended or removed by policies; nil if that
	// is not to be done.
	Tokens *Tokens
	Chain  *Chain
	// KeepAudit is how long the audit log is kept; 0 for ever.
	KeepAudit time.Duration
	Log       *slog.Logger
	Now       func() time.Time
}

// Run cleans until ctx ends.
func (h *Housekeeping) Run(ctx context.Context) error {
	ticker := time.NewTicker(cleanEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := h.Clean(ctx); err != nil && ctx.Err() == nil {
			h.Log.Warn("housekeeping", "error", err)
		}
	}
}

// Clean removes replaced secrets 90 days after their end, answers kept for
// repeated calls after a day, sessions and links to sign in by that have ended,
// places in status lists that nobody needs, and old lines of the change log, and merges old counts of usage.
func (h *Housekeeping) Clean(ctx context.Context) error {
	now := h.Now()
	if err := h.Store.Secrets.Forget(ctx, now.Add(-keepRotated)); err != nil {
		return err
	}
	if err := h.Store.Idempotency.Forget(ctx, now); err != nil {
		return err
	}
	if err := h.Store.Sessions.Forget(ctx, now); err != nil {
		return err
	}
	if err := h.Store.JWTStatuses.Forget(ctx, now.Add(-MaxJWTLife)); err != nil { // with time to spare for clocks that differ
		return err
	}
	if err := h.Store.Events.Forget(ctx, now.Add(-keepEvents)); err != nil {
		return err
	}
	if err := h.Store.Changes.Trim(ctx, now.Add(-keepChanges)); err != nil {
		return err
	}
	if err := h.Store.Decoys.Forget(ctx, now.Add(-keepDecoyUses)); err != nil {
		return err
	}
	if err := h.cutAudit(ctx, now); err != nil {
		return err
	}
	if h.Tokens != nil {
		if err := h.Tokens.DisableUnused(ctx); err != nil {
			return err
		}
	}
	if err := h.Store.Notices.Forget(ctx, now.Add(-keepNotices)); err != nil {
		return err
	}
	if err := h.Store.Webhooks.Forget(ctx, now.Add(-keepDeliveries)); err != nil {
		return err
	}
	return h.rollUpUsage(ctx, now)
}

// cutAudit removes what is too old of the audit log, once a day.
func (h *Housekeeping) cutAudit(ctx context.Context, now time.Time) error {
	if h.Chain == nil || h.KeepAudit == 0 {
		return nil
	}
	last, err := h.Store.Audit.LastCut(ctx)
	if err != nil || now.Sub(last.CutAt) < 24*time.Hour {
		return err
	}
	return h.Chain.Cut(ctx, now.Add(-h.KeepAudit))
}
