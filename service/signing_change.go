package service

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Start makes a key unless the newest one is for the Algorithm. It returns when
// every node that runs knows it.
func (s *SigningKeys) Start(ctx context.Context) error {
	open, err := s.newest(ctx, s.Store)
	if err != nil || open != nil && open.Algorithm == s.Algorithm {
		return err
	}
	_, err = s.add(ctx, system, false, func(newest *SigningKeyInfo) bool {
		return newest == nil || newest.Algorithm != s.Algorithm
	})
	return err
}

// newest is the newest key that is not retired; nil if there is none.
func (s *SigningKeys) newest(ctx context.Context, store *repository.Store) (*SigningKeyInfo, error) {
	infos, err := (&SigningKeys{Store: store, Keys: s.Keys, Now: s.Now}).List(ctx)
	if err != nil {
		return nil, err
	}
	for i := len(infos) - 1; i >= 0; i-- {
		if infos[i].RetiredAt == nil {
			return &infos[i], nil
		}
	}
	return nil, nil
}

// Rotate makes a key, and gives its number. The key signs once it has been in the
// key set for a while. With now it signs at once and all others are retired, so
// that JWTs by them end; that is for keys that somebody has stolen. It returns
// when every node knows.
func (s *SigningKeys) Rotate(ctx context.Context, actor model.Actor, now bool) (int, error) {
	return s.add(ctx, actor, now, func(*SigningKeyInfo) bool { return true })
}

func (s *SigningKeys) add(ctx context.Context, actor model.Actor, alone bool, wanted func(newest *SigningKeyInfo) bool) (int, error) {
	key, err := signing.New(s.Algorithm) // takes a while: before the lock
	if err != nil {
		return 0, err
	}
	value, err := key.Marshal()
	if err != nil {
		return 0, err
	}
	var number int
	var taken int64
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		number, taken = 0, 0
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		newest, err := s.newest(ctx, tx)
		if err != nil || !wanted(newest) {
			return err
		}
		if number, err = s.place(ctx, tx, actor, alone); err != nil {
			return err
		}
		if err := s.Keys.insertValue(ctx, tx, kindSigning, number, value); err != nil {
			return err
		}
		taken, err = s.note(ctx, tx, actor, "signing_key.added", number)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add signing key: %w", err)
	}
	if taken == 0 {
		return 0, nil
	}
	return number, s.Propagation.Wait(ctx, taken)
}

// place is the number for the next key. If that is to be alone, the others are
// retired.
func (s *SigningKeys) place(ctx context.Context, tx *repository.Store, actor model.Actor, alone bool) (int, error) {
	rows, err := tx.Keys.All(ctx)
	if err != nil {
		return 0, err
	}
	number := 1
	for _, row := range rows {
		if row.Kind != kindSigning {
			continue
		}
		number = row.Number + 1
		if !alone || row.RetiredAt != nil {
			continue
		}
		if _, err := tx.Keys.Retire(ctx, kindSigning, row.Number, s.Now()); err != nil {
			return 0, err
		}
		if err := tx.Audit.Append(ctx, newEntry(actor, s.Now(), "signing_key.retired", "signing_key", strconv.Itoa(row.Number))); err != nil {
			return 0, err
		}
	}
	return number, nil
}

// Retire takes a key out of the key set, and returns when no node accepts it any
// more. One that signs, or whose JWTs may live, is refused.
func (s *SigningKeys) Retire(ctx context.Context, actor model.Actor, number int) error {
	var taken int64
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		if err := s.mayRetire(ctx, tx, number); err != nil {
			return err
		}
		done, err := tx.Keys.Retire(ctx, kindSigning, number, s.Now())
		if err != nil {
			return err
		}
		if !done {
			return model.Errorf(model.KindNotFound, "not_found", "There is no signing key %d that is not retired.", number)
		}
		taken, err = s.note(ctx, tx, actor, "signing_key.retired", number)
		return err
	})
	if err != nil {
		return fmt.Errorf("retire signing key: %w", err)
	}
	return s.Propagation.Wait(ctx, taken)
}

func (s *SigningKeys) mayRetire(ctx context.Context, tx *repository.Store, number int) error {
	infos, err := (&SigningKeys{Store: tx, Keys: s.Keys, Now: s.Now}).List(ctx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		switch {
		case info.Number != number:
		case info.State == KeyCurrent:
			return model.Errorf(model.KindConflict, "signing_key_current",
				"Signing key %d signs. Make another with `tokenry keys rotate`.", number)
		case info.State == KeyOlder && s.Now().Before(*info.DoneAt):
			return model.Errorf(model.KindConflict, "signing_key_in_use",
				"JWTs by signing key %d may live until %s. Retire it then; if it was stolen, use `tokenry keys rotate --now`.",
				number, info.DoneAt.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

func (s *SigningKeys) note(ctx context.Context, tx *repository.Store, actor model.Actor, action string, number int) (int64, error) {
	if err := tx.Audit.Append(ctx, newEntry(actor, s.Now(), action, "signing_key", strconv.Itoa(number))); err != nil {
		return 0, err
	}
	return tx.Changes.Append(ctx, repository.ChangeSigningKey, strconv.Itoa(number), s.Now())
}
