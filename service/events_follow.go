package service

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Follow makes events of the next entries of the audit log, if there are any and
// no other node is at it, and gives events their places. It reports whether
// there may be more.
func (e *Events) Follow(ctx context.Context) (more bool, err error) {
	if pending, err := e.Store.Events.Pending(ctx); err != nil || !pending {
		return false, err
	}
	err = e.Store.InTx(ctx, func(tx *repository.Store) error {
		more = false
		cursor, mine, err := tx.Events.LockCursor(ctx)
		if err != nil || !mine {
			return err
		}
		entries, err := tx.Events.Sealed(ctx, cursor.Sealed, followBatch)
		if err != nil {
			return err
		}
		for i := range entries {
			if err := e.tell(ctx, tx, &entries[i]); err != nil {
				return err
			}
			cursor.Sealed = *entries[i].Seq
		}
		numbered, err := tx.Events.Number(ctx, cursor.Numbered, followBatch)
		if err != nil {
			return err
		}
		cursor.Numbered += numbered
		more = len(entries) == followBatch || numbered == followBatch
		return tx.Events.MoveCursor(ctx, cursor)
	})
	return more && err == nil, err
}

// tell publishes the event of an entry, if its action has one.
func (e *Events) tell(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) error {
	telling, ok := tellings[entry.Action]
	if !ok {
		return nil
	}
	data, err := telling.data(ctx, tx, entry)
	if err != nil || data == nil {
		return err
	}
	err = e.Publish(ctx, tx, &model.Event{
		Type: telling.as, AccountID: entry.AccountID, TokenID: entry.TokenID, At: entry.At, Moment: "audit:" + entry.ID, Data: data,
	})
	if err != nil || !mayHurry[entry.Action] {
		return err
	}
	return e.hurry(ctx, tx, entry)
}
