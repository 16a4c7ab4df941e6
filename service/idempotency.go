package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// keepAnswers is how long an answer can be had again.
const keepAnswers = 24 * time.Hour

// Issued is a token with the secret that a call made for it.
type Issued struct {
	Token  model.Token
	Secret secret.Secret
	At     time.Time // when; the answer tells the token's status at that moment
	// Taken is the change to wait for; 0 if the call took no rights away.
	Taken int64
	// PreviousExpiresAt is when the replaced secret ends, after a rotation.
	PreviousExpiresAt time.Time
}

// Repeatable is what makes a call repeatable: the value of its Idempotency-Key
// header, which may be empty, and what it was.
type Repeatable struct {
	Key       string
	Operation string // such as "rotate 0abc…"
	Input     any    // as JSON, must be the same in each repeat
}

// Idempotency answers a repeated call as it was answered first. Kept answers
// are sealed under a key that is made from the header's value as well, which is
// not stored: the database alone cannot produce a secret.
type Idempotency struct {
	Keys *Keys
	Now  func() time.Time
}

type keptAnswer struct {
	Token             model.Token
	Secret            string
	At                time.Time
	Taken             bool
	PreviousExpiresAt time.Time
}

// Once calls issue, unless the same call was answered before: then it gives
// that answer. It must be called in a transaction, which may hold the answer
// back from a twin until it ends.
func (i *Idempotency) Once(ctx context.Context, tx *repository.Store, actor model.Actor, call Repeatable,
	issue func() (Issued, error),
) (Issued, error) {
	if call.Key == "" {
		return issue()
	}
	row, err := i.row(actor, call)
	if err != nil {
		return Issued{}, err
	}
	first, err := tx.Idempotency.Claim(ctx, &row, i.Now())
	if err != nil {
		return Issued{}, err
	}
	if !first {
		kept, err := tx.Idempotency.ByKey(ctx, row.Key)
		if err != nil {
			return Issued{}, err
		}
		return i.open(ctx, tx, call, kept, row.Fingerprint)
	}
	issued, err := issue()
	if err != nil {
		return Issued{}, err
	}
	sealed, err := i.seal(call, issued)
	if err != nil {
		return Issued{}, err
	}
	return issued, tx.Idempotency.Fulfil(ctx, row.Key, sealed)
}

// Kept is the answer to the same call, if it was answered before. A caller asks
// before it judges the input: what was right at first may be wrong by now.
func (i *Idempotency) Kept(ctx context.Context, store *repository.Store, actor model.Actor, call Repeatable) (Issued, bool, error) {
	if call.Key == "" {
		return Issued{}, false, nil
	}
	row, err := i.row(actor, call)
	if err != nil {
		return Issued{}, false, err
	}
	kept, err := store.Idempotency.ByKey(ctx, row.Key)
	if model.IsKind(err, model.KindNotFound) || err == nil && !i.Now().Before(kept.ExpiresAt) {
		return Issued{}, false, nil
	}
	if err != nil {
		return Issued{}, false, err
	}
	var issued Issued
	err = store.InTx(ctx, func(tx *repository.Store) error {
		var err error
		issued, err = i.open(ctx, tx, call, kept, row.Fingerprint)
		return err
	})
	return issued, err == nil, err
}

func (i *Idempotency) row(actor model.Actor, call Repeatable) (repository.IdempotentAnswer, error) {
	input, err := json.Marshal(call.Input)
	if err != nil {
		return repository.IdempotentAnswer{}, fmt.Errorf("read input: %w", err)
	}
	return repository.IdempotentAnswer{
		Key:         i.mac(actor.Ref(), actor.AccountID, call.Operation, call.Key),
		Fingerprint: i.mac("input", call.Key, string(input)),
		Sealed:      []byte{},
		ExpiresAt:   i.Now().Add(keepAnswers),
	}, nil
}

// mac hashes parts with a key, so that the database does not tell them.
func (i *Idempotency) mac(parts ...string) []byte {
	mac := hmac.New(sha256.New, i.Keys.open.Load().idempotency)
	for _, part := range parts {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return mac.Sum(nil)
}

const sealIdempotent = "tokenry idempotent answer"

func (i *Idempotency) seal(call Repeatable, issued Issued) ([]byte, error) {
	value, err := json.Marshal(keptAnswer{issued.Token, issued.Secret.Reveal(), issued.At, issued.Taken > 0, issued.PreviousExpiresAt})
	if err != nil {
		return nil, err
	}
	return keys.SealWith(i.Keys.open.Load().idempotency, []byte(call.Key), value, sealIdempotent)
}

// open gives the answer that was kept for the same input.
func (i *Idempotency) open(ctx context.Context, tx *repository.Store, call Repeatable, kept repository.IdempotentAnswer,
	fingerprint []byte,
) (Issued, error) {
	if !hmac.Equal(kept.Fingerprint, fingerprint) {
		return Issued{}, errKeyReused()
	}
	value, err := keys.OpenWith(i.Keys.open.Load().idempotency, []byte(call.Key), kept.Sealed, sealIdempotent)
	if err != nil {
		return Issued{}, fmt.Errorf("open kept answer: %w", err)
	}
	var answer keptAnswer
	if err := json.Unmarshal(value, &answer); err != nil {
		return Issued{}, fmt.Errorf("read kept answer: %w", err)
	}
	made, err := secret.Parse(answer.Secret)
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Token: answer.Token, Secret: made, At: answer.At, PreviousExpiresAt: answer.PreviousExpiresAt}
	if answer.Taken { // a repeat waits too: the first call may not have seen the end of its wait
		issued.Taken, err = tx.Changes.Append(ctx, repository.ChangeNothing, "", i.Now())
	}
	return issued, err
}

func errKeyReused() error {
	return model.Errorf(model.KindInvalid, "idempotency_key_reused",
		"This Idempotency-Key was used for a call with another body. Use a new one for a new call.")
}
