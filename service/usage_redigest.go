package service

import (
	"context"
	"maps"
	"slices"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// redigestBound bounds what is gathered between two flushes.
	redigestBound = 200_000
	// redigestBatch is how many secrets get another digest at a time.
	redigestBatch = 50
)

// redigest is a new digest of a token's secret.
type redigest struct {
	id           string
	old, renewed model.Secret
}

// Redigest notes that a secret, which was just proven, has a digest under the
// current pepper too.
func (u *Usage) Redigest(id string, old, renewed model.Secret) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.redigest == nil {
		u.redigest = map[string]redigest{}
	}
	if len(u.redigest) < redigestBound {
		u.redigest[id+string(old.Digest)] = redigest{id, old, renewed}
	}
}

// writeRedigests stores new digests and makes the nodes forget the old ones,
// which they would else make anew at each check. It does so a few at a time, as
// others wait for the change sequence.
func (u *Usage) writeRedigests(ctx context.Context) error {
	u.mu.Lock()
	redigests := u.redigest
	u.redigest = nil
	u.mu.Unlock()
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(redigests)), redigestBatch) {
		err := u.Store.InTx(ctx, func(tx *repository.Store) error {
			for _, key := range keys {
				r := redigests[key]
				if err := tx.Tokens.Redigest(ctx, r.id, r.old, r.renewed); err != nil {
					return err
				}
			}
			for _, key := range keys {
				if _, err := tx.Changes.Append(ctx, repository.ChangeToken, redigests[key].id, Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			for _, r := range redigests {
				u.Redigest(r.id, r.old, r.renewed)
			}
			return err
		}
		for _, key := range keys {
			delete(redigests, key)
		}
	}
	return nil
}
