package service

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Peppers keeps the keys that digests are made with.
type Peppers struct {
	Store       *repository.Store
	Keys        *Keys
	Propagation *Propagation
	Now         func() time.Time
}

// PepperInfo is what people may know of a pepper.
type PepperInfo struct {
	Number    int        `json:"number"`
	Current   bool       `json:"current"` // new digests are made with it
	Secrets   int64      `json:"secrets"` // that a check could accept under it
	CreatedAt time.Time  `json:"created_at"`
	RetiredAt *time.Time `json:"retired_at"`
}

// List is all peppers, oldest first.
func (s *Peppers) List(ctx context.Context) ([]PepperInfo, error) {
	rows, err := s.Store.Keys.All(ctx)
	if err != nil {
		return nil, err
	}
	var peppers []PepperInfo
	for _, row := range rows {
		if row.Kind != kindPepper {
			continue
		}
		using, err := s.Store.Tokens.UsingPepper(ctx, row.Number, s.Now())
		if err != nil {
			return nil, err
		}
		peppers = append(peppers, PepperInfo{Number: row.Number, Secrets: using, CreatedAt: row.CreatedAt, RetiredAt: row.RetiredAt})
	}
	for i := len(peppers) - 1; i >= 0; i-- {
		if peppers[i].RetiredAt == nil {
			peppers[i].Current = true
			break
		}
	}
	return peppers, nil
}

// Add makes a new pepper, which becomes the current one, and gives its number.
// It returns when every node uses it.
func (s *Peppers) Add(ctx context.Context, actor model.Actor) (int, error) {
	var number int
	var taken int64
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		rows, err := tx.Keys.All(ctx)
		if err != nil {
			return err
		}
		number = 1
		for _, row := range rows {
			if row.Kind == kindPepper {
				number = row.Number + 1
			}
		}
		if err := s.Keys.insert(ctx, tx, kindPepper, number); err != nil {
			return err
		}
		taken, err = s.note(ctx, tx, actor, "pepper.added", number)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add pepper: %w", err)
	}
	return number, s.Propagation.Wait(ctx, taken)
}

// Retire ends a pepper, and returns when no node knows it any more. The current
// one, and one that a live secret needs, are refused: a secret gets a digest
// under the current pepper when it is next checked, or rotated.
func (s *Peppers) Retire(ctx context.Context, actor model.Actor, number int) error {
	var taken int64
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		if err := s.mayRetire(ctx, tx, number); err != nil {
			return err
		}
		done, err := tx.Keys.Retire(ctx, kindPepper, number, s.Now())
		if err != nil {
			return err
		}
		if !done {
			return model.Errorf(model.KindNotFound, "not_found", "There is no pepper %d that is not retired.", number)
		}
		taken, err = s.note(ctx, tx, actor, "pepper.retired", number)
		return err
	})
	if err != nil {
		return fmt.Errorf("retire pepper: %w", err)
	}
	return s.Propagation.Wait(ctx, taken)
}

func (s *Peppers) mayRetire(ctx context.Context, tx *repository.Store, number int) error {
	peppers, err := (&Peppers{Store: tx, Now: s.Now}).List(ctx)
	if err != nil {
		return err
	}
	for _, pepper := range peppers {
		switch {
		case pepper.Number != number:
		case pepper.Current:
			return model.Errorf(model.KindConflict, "pepper_current", "Pepper %d is the current one. Add another first.", number)
		case pepper.Secrets > 0:
			return model.Errorf(model.KindConflict, "pepper_in_use",
				"%d live secrets need pepper %d. They change to the current one when they are next checked; rotate or revoke the rest.",
				pepper.Secrets, number)
		}
	}
	return nil
}

func (s *Peppers) note(ctx context.Context, tx *repository.Store, actor model.Actor, action string, number int) (int64, error) {
	if err := tx.Audit.Append(ctx, newEntry(actor, s.Now(), action, "pepper", strconv.Itoa(number))); err != nil {
		return 0, err
	}
	return tx.Changes.Append(ctx, repository.ChangePepper, strconv.Itoa(number), s.Now())
}
