package service

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// urlFaults is the codes of what can be wrong with a URL.
var urlFaults = map[error]string{
	webhook.ErrNotURL: "not_a_url", webhook.ErrUserInfo: "has_credentials", webhook.ErrFragment: "has_fragment",
	webhook.ErrPlainHTTP: "not_https", webhook.ErrForbidden: "forbidden_address",
}

func urlFault(err error) string {
	for fault, code := range urlFaults {
		if errors.Is(err, fault) {
			return code
		}
	}
	return "wrong_format"
}

// RotateWebhook is the input of Webhooks.Rotate.
type RotateWebhook struct {
	ID             string
	Grace          *time.Duration // how long the old secret signs, too; 0 for no longer; nil for a day
	IdempotencyKey string         `json:"-"`
}

// Rotate gives a webhook a new secret. One that an earlier rotation replaced ends.
func (s *Webhooks) Rotate(ctx context.Context, actor model.Actor, in RotateWebhook) (SecretWebhook, error) {
	call := Repeatable{Key: in.IdempotencyKey, Operation: "rotate webhook " + in.ID, Input: in}
	made, err := s.once(ctx, actor, call, func(tx *repository.Store) (SecretWebhook, error) {
		return s.rotate(ctx, tx, actor, in)
	})
	if err != nil {
		return SecretWebhook{}, fmt.Errorf("rotate webhook: %w", err)
	}
	return made, nil
}

func (s *Webhooks) rotate(ctx context.Context, tx *repository.Store, actor model.Actor, in RotateWebhook) (SecretWebhook, error) {
	grace := RotateToken{Grace: in.Grace}.grace()
	before, err := tx.Webhooks.ForUpdate(ctx, actor.AccountID, in.ID)
	if err != nil {
		return SecretWebhook{}, err
	}
	after, now := before, s.Now()
	made := webhook.NewSecret()
	after.PreviousSecret, after.PreviousExpiresAt = nil, nil
	if grace > 0 {
		after.PreviousSecret, after.PreviousExpiresAt = before.Secret, new(now.Add(grace))
	}
	if after.Secret, err = s.seal(after.ID, made); err != nil {
		return SecretWebhook{}, err
	}
	err = storeWebhook(ctx, tx, &after, webhookEntry(actor, now, "webhook.rotated", &before, &after))
	return SecretWebhook{after, made}, err
}

// secrets is what requests to a webhook are signed with at a moment.
func (s *Webhooks) secrets(w *model.Webhook, now time.Time) ([]webhook.Secret, error) {
	current, err := s.unseal(w.ID, w.Secret)
	if err != nil {
		return nil, err
	}
	if w.PreviousExpiresAt == nil || !now.Before(*w.PreviousExpiresAt) {
		return []webhook.Secret{current}, nil
	}
	previous, err := s.unseal(w.ID, w.PreviousSecret)
	return []webhook.Secret{current, previous}, err
}

// keptWebhook is the answer to a call that may be repeated.
type keptWebhook struct {
	Webhook model.Webhook
	Secret  []byte
}

// once is Idempotency.Once for what makes the secret of a webhook.
func (s *Webhooks) once(ctx context.Context, actor model.Actor, call Repeatable,
	issue func(tx *repository.Store) (SecretWebhook, error),
) (made SecretWebhook, err error) {
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		if call.Key == "" {
			made, err = issue(tx)
			return err
		}
		made, err = s.onceIn(ctx, tx, actor, call, issue)
		return err
	})
	return made, err
}

func (s *Webhooks) onceIn(ctx context.Context, tx *repository.Store, actor model.Actor, call Repeatable,
	issue func(tx *repository.Store) (SecretWebhook, error),
) (SecretWebhook, error) {
	row, err := s.Idempotency.row(actor, call)
	if err != nil {
		return SecretWebhook{}, err
	}
	first, err := tx.Idempotency.Claim(ctx, &row, s.Now())
	if err != nil {
		return SecretWebhook{}, err
	}
	key, salt := s.Keys.open.Load().idempotency, []byte(call.Key)
	if first {
		made, err := issue(tx)
		if err != nil {
			return SecretWebhook{}, err
		}
		value, err := json.Marshal(keptWebhook{made.Webhook, made.Secret.Bytes()})
		if err != nil {
			return SecretWebhook{}, err
		}
		sealed, err := keys.SealWith(key, salt, value, sealIdempotent)
		if err != nil {
			return SecretWebhook{}, err
		}
		return made, tx.Idempotency.Fulfil(ctx, row.Key, sealed)
	}
	kept, err := tx.Idempotency.ByKey(ctx, row.Key)
	if err != nil {
		return SecretWebhook{}, err
	}
	if !hmac.Equal(kept.Fingerprint, row.Fingerprint) {
		return SecretWebhook{}, errKeyReused()
	}
	value, err := keys.OpenWith(key, salt, kept.Sealed, sealIdempotent)
	if err != nil {
		return SecretWebhook{}, fmt.Errorf("open kept answer: %w", err)
	}
	var answer keptWebhook
	if err := json.Unmarshal(value, &answer); err != nil {
		return SecretWebhook{}, fmt.Errorf("read kept answer: %w", err)
	}
	return SecretWebhook{answer.Webhook, webhook.SecretOf(answer.Secret)}, nil
}
