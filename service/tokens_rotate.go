package service

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// RotateToken is the input of Tokens.Rotate.
type RotateToken struct {
	ID string
	// Grace is how long the old secret lives on: 0 to end it now, at most seven
	// days; nil for a day.
	Grace *time.Duration
	// EndPrevious ends a secret that an earlier rotation replaced and that still
	// lives. Without it, such a secret forbids the rotation.
	EndPrevious bool
	// IdempotencyKey makes the call repeatable, if it is not empty.
	IdempotencyKey string `json:"-"`
}

func (in RotateToken) grace() time.Duration {
	if in.Grace == nil {
		return defaultGrace
	}
	return *in.Grace
}

// Rotate gives a token a new secret. Its id and everything else stay. A secret
// that was reported as leaked has no grace.
func (s *Tokens) Rotate(ctx context.Context, actor model.Actor, in RotateToken) (Issued, error) {
	grace := in.grace()
	if grace < 0 || grace > maxGrace {
		return Issued{}, model.Invalid([]model.FieldError{{
			Field: "grace_seconds", Code: "out_of_range",
			Message: fmt.Sprintf("The grace must be between 0 and %d seconds.", int(maxGrace.Seconds())),
		}})
	}
	call := Repeatable{Key: in.IdempotencyKey, Operation: "rotate " + in.ID, Input: in}
	if kept, ok, err := s.Idempotency.Kept(ctx, s.Store, actor, call); ok || err != nil {
		return kept, err
	}
	var issued Issued
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		// The lock comes first: twins of a repeatable call must wait in one order.
		before, err := tx.Tokens.ForUpdate(ctx, actor.AccountID, in.ID)
		if err != nil {
			return err
		}
		issued, err = s.Idempotency.Once(ctx, tx, actor, call, func() (Issued, error) {
			return s.rotate(ctx, tx, actor, before, grace, in.EndPrevious)
		})
		return err
	})
	if err != nil {
		return Issued{}, fmt.Errorf("rotate token: %w", err)
	}
	return issued, nil
}

func (s *Tokens) rotate(ctx context.Context, tx *repository.Store, actor model.Actor, before model.Token,
	grace time.Duration, endPrevious bool,
) (Issued, error) {
	now := s.Now()
	switch before.Status(now) {
	case model.StatusRevoked:
		return Issued{}, errRevoked()
	case model.StatusExpired:
		return Issued{}, errExpired()
	}
	if before.LeakedAt != nil {
		grace = 0
	}
	ended, err := s.endPrevious(ctx, tx, before.ID, now, endPrevious)
	if err != nil {
		return Issued{}, err
	}
	previous := model.PreviousSecret{
		TokenID: before.ID, Generation: before.Generation, Secret: before.Secret,
		ReplacedAt: &now, ExpiresAt: now.Add(grace),
	}
	if grace == 0 {
		previous.EndedAt = &now
	}
	if err := tx.Secrets.Insert(ctx, &previous); err != nil {
		return Issued{}, err
	}
	after := before
	made, kept := s.newSecret(after.ID)
	after.Secret, after.LeakedAt = kept, nil
	after.Generation++
	takes := ended || grace == 0
	if takes {
		after.RightsEpoch++
	}
	number, err := s.change(ctx, tx, actor, "token.rotated", &before, &after, map[string]string{
		"grace_seconds": strconv.Itoa(int(grace.Seconds())), "previous_ended": strconv.FormatBool(ended),
	})
	if !takes {
		number = 0
	}
	return Issued{Token: after, Secret: made, At: now, Taken: number, PreviousExpiresAt: previous.ExpiresAt}, err
}

// endPrevious makes sure that no replaced secret of the token lives.
func (s *Tokens) endPrevious(ctx context.Context, tx *repository.Store, id string, now time.Time, may bool) (bool, error) {
	kept, err := tx.Secrets.OfToken(ctx, id)
	if err != nil {
		return false, err
	}
	if len(kept) == 0 || !now.Before(kept[0].ExpiresAt) {
		return false, nil
	}
	if !may {
		return false, model.Errorf(model.KindConflict, "rotation_in_progress",
			"The secret before this one lives until %s. Wait, or say end_previous to end it now.",
			kept[0].ExpiresAt.UTC().Format(time.RFC3339))
	}
	ended, err := tx.Secrets.End(ctx, id, now)
	return ended > 0, err
}
