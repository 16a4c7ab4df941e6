package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/repository"
)

// rollUpRows is how many rows of a table are merged in one transaction.
const rollUpRows = 5000

// rollUpUsage merges what is older into coarser counts, removes the oldest, and
// forgets processes that ended a day ago.
func (h *Housekeeping) rollUpUsage(ctx context.Context, now time.Time) error {
	steps := []func(*repository.Store) (int64, error){
		func(tx *repository.Store) (int64, error) {
			before := repository.Daily.Start(now.Add(-keepHourly))
			return tx.Usage.RollUp(ctx, repository.Hourly, repository.Daily, before, rollUpRows)
		},
		func(tx *repository.Store) (int64, error) {
			before := repository.Monthly.Start(now.Add(-keepDaily))
			return tx.Usage.RollUp(ctx, repository.Daily, repository.Monthly, before, rollUpRows)
		},
		func(tx *repository.Store) (int64, error) {
			return tx.Usage.Forget(ctx, oldestUsage(now), rollUpRows)
		},
		func(tx *repository.Store) (int64, error) {
			return 0, tx.Usage.ForgetWriters(ctx, now.Add(-24*time.Hour))
		},
	}
	for _, step := range steps {
		for done := int64(1); done > 0; {
			err := h.Store.InTx(ctx, func(tx *repository.Store) (err error) {
				done, err = step(tx)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
