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
	Log   *slog.Logger
	Now   func() time.Time
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
	if err := h.Store.Changes.Trim(ctx, now.Add(-keepChanges)); err != nil {
		return err
	}
	return h.rollUpUsage(ctx, now)
}
