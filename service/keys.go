// Package service holds the use cases: who may do what, and what it changes.
// Each change commits together with its audit entry.
package service

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// The kinds of sealed keys.
const (
	kindPepper      = "pepper"
	kindAudit       = "audit"       // signs the audit chain; the seed of an Ed25519 key
	kindIdempotency = "idempotency" // seals kept answers
	kindSigning     = "signing"     // signs JWTs; a private key in PKCS #8
	kindWebhook     = "webhook"     // seals the secrets of webhooks
)

// Keys opens the keys that the database holds sealed.
type Keys struct {
	Store *repository.Store
	Root  *keys.Root
	Now   func() time.Time

	loading sync.Mutex // so that what was read earlier does not come later
	open    atomic.Pointer[openKeys]
}

type openKeys struct {
	peppers     map[int]*secret.Pepper
	pepper      *secret.Pepper // the one for new digests
	signing     map[int]ed25519.PublicKey
	signer      ed25519.PrivateKey
	signerKey   int
	idempotency []byte
	webhook     []byte
	jwt         []signingKey // that are not retired, oldest first
	proven      *otter.Cache[[sha256.Size]byte, *signing.Claims]
}

// maxProven bounds how many JWTs a node remembers whose signature was good.
const maxProven = 10_000

// Load opens all keys. It is an error if the root key does not open one of
// them.
func (k *Keys) Load(ctx context.Context) error {
	k.loading.Lock()
	defer k.loading.Unlock()
	rows, err := k.Store.Keys.All(ctx)
	if err != nil {
		return fmt.Errorf("load keys: %w", err)
	}
	open := &openKeys{peppers: map[int]*secret.Pepper{}, signing: map[int]ed25519.PublicKey{}}
	for _, row := range rows {
		if row.RetiredAt != nil && row.Kind != kindAudit {
			continue
		}
		value, err := k.Root.Open(row.Sealed, sealContext(row.Kind, row.Number))
		if err != nil {
			return fmt.Errorf("open %s %d with the root key: %w", row.Kind, row.Number, err)
		}
		if err := open.add(row, value); err != nil {
			return fmt.Errorf("read %s %d: %w", row.Kind, row.Number, err)
		}
	}
	// Each report of leaks loads the keys, and anybody may report.
	if before := k.open.Load(); before != nil && slices.EqualFunc(before.jwt, open.jwt, sameKey) {
		open.proven = before.proven
	} else {
		open.proven = otter.Must(&otter.Options[[sha256.Size]byte, *signing.Claims]{MaximumSize: maxProven})
	}
	k.open.Store(open)
	return nil
}

func sameKey(a, b signingKey) bool { return a.ID == b.ID }

func (o *openKeys) add(row repository.Key, value []byte) error {
	switch row.Kind {
	case kindPepper:
		o.pepper = secret.NewPepper(row.Number, value)
		o.peppers[row.Number] = o.pepper
	case kindAudit:
		key := ed25519.NewKeyFromSeed(value)
		o.signing[row.Number] = key.Public().(ed25519.PublicKey)
		if row.RetiredAt == nil {
			o.signer, o.signerKey = key, row.Number
		}
	case kindIdempotency:
		o.idempotency = value
	case kindWebhook:
		o.webhook = value
	case kindSigning:
		key, err := signing.Parse(value)
		if err != nil {
			return err
		}
		o.jwt = append(o.jwt, signingKey{key, row.Number, row.CreatedAt})
	}
	return nil
}

// Make makes the keys that the database lacks: all of them when it is new, and
// later those that an older version did not need. It must be called in a
// transaction that has locked the keys.
func (k *Keys) Make(ctx context.Context, tx *repository.Store) error {
	rows, err := tx.Keys.All(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []string{kindPepper, kindAudit, kindIdempotency, kindWebhook} {
		if slices.ContainsFunc(rows, func(row repository.Key) bool { return row.Kind == kind }) {
			continue
		}
		if err := k.insert(ctx, tx, kind, 1); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keys) insert(ctx context.Context, tx *repository.Store, kind string, number int) error {
	return k.insertValue(ctx, tx, kind, number, keys.NewKey())
}

func (k *Keys) insertValue(ctx context.Context, tx *repository.Store, kind string, number int, value []byte) error {
	return tx.Keys.Insert(ctx, &repository.Key{
		Kind: kind, Number: number, CreatedAt: k.Now(),
		Sealed: k.Root.Seal(value, sealContext(kind, number)),
	})
}

// Reseal seals every key under the root key that comes first in its file, and
// reports how many were sealed under another.
func (k *Keys) Reseal(ctx context.Context, actor model.Actor) (int, error) {
	count := 0
	err := k.Store.InTx(ctx, func(tx *repository.Store) error {
		count = 0
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		rows, err := tx.Keys.All(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if k.Root.Current(row.Sealed) {
				continue
			}
			value, err := k.Root.Open(row.Sealed, sealContext(row.Kind, row.Number))
			if err != nil {
				return fmt.Errorf("open %s %d with the root key: %w", row.Kind, row.Number, err)
			}
			row.Sealed = k.Root.Seal(value, sealContext(row.Kind, row.Number))
			if err := tx.Keys.Reseal(ctx, row); err != nil {
				return err
			}
			count++
		}
		if count == 0 {
			return nil
		}
		return tx.Audit.Append(ctx, newEntry(actor, k.Now(), "root_key.rotated", "key", ""))
	})
	return count, err
}

// CurrentPepper is the pepper for new digests.
func (k *Keys) CurrentPepper() *secret.Pepper { return k.open.Load().pepper }

func sealContext(kind string, number int) string { return fmt.Sprintf("tokenry %s %d", kind, number) }
