package service

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// cutBatches is how many batches a transaction removes.
const cutBatches = 20

// Cut removes the entries that were sealed before a moment, whole batches from
// the front of the chain. Where the chain begins now is signed, so that nobody
// else can cut it unseen, and told in the log and in an entry of its own.
func (c *Chain) Cut(ctx context.Context, before time.Time) error {
	for more := true; more; {
		var err error
		if more, err = c.cut(ctx, before); err != nil {
			return fmt.Errorf("cut the audit log: %w", err)
		}
	}
	return nil
}

func (c *Chain) cut(ctx context.Context, before time.Time) (more bool, err error) {
	var cut *repository.AuditCut
	err = c.Store.InTx(ctx, func(tx *repository.Store) error {
		more, cut = false, nil
		if mine, err := tx.Audit.TryLockChain(ctx); err != nil || !mine {
			return err
		}
		batches, err := tx.Audit.OldBatches(ctx, before, cutBatches)
		if err != nil || len(batches) == 0 {
			return err
		}
		more = len(batches) == cutBatches
		cut = c.newCut(&batches[len(batches)-1])
		if err := tx.Audit.Cut(ctx, cut); err != nil || more {
			return err
		}
		entry := newEntry(system, c.Now(), "audit.cut", "audit", strconv.FormatInt(cut.LastSeq, 10))
		entry.Details = map[string]string{"hash": hex.EncodeToString(cut.Hash), "sealed_before": before.UTC().Format(time.RFC3339)}
		return tx.Audit.Append(ctx, entry)
	})
	if err == nil && cut != nil {
		c.Log.Info("audit log cut", "seq", cut.LastSeq, "hash", hex.EncodeToString(cut.Hash))
	}
	return more && err == nil, err
}

// Removed is the place of the last entry that was removed for its age; 0 if none
// was.
func (c *Chain) Removed(ctx context.Context) (int64, error) {
	cut, err := c.Store.Audit.LastCut(ctx)
	return cut.LastSeq, err
}

func (c *Chain) newCut(batch *model.AuditBatch) *repository.AuditCut {
	open := c.Keys.open.Load()
	cut := &repository.AuditCut{
		Number: batch.Number, LastSeq: batch.LastSeq, Hash: batch.Hash, CutAt: c.Now(), KeyNumber: open.signerKey,
	}
	cut.Signature = ed25519.Sign(open.signer, cutFacts(cut))
	return cut
}

// cutFacts is what the signature of a cut is over.
func cutFacts(cut *repository.AuditCut) []byte {
	return fmt.Appendf(nil, "tokenry audit cut 1\n%d %d %d %d\n%x\n",
		cut.Number, cut.LastSeq, cut.KeyNumber, cut.CutAt.UnixMicro(), cut.Hash)
}

// begin is the end of what is not there any more: what the first batch follows.
func (c *Chain) begin(ctx context.Context) (model.AuditBatch, *BadEntry, error) {
	cut, err := c.Store.Audit.LastCut(ctx)
	if err != nil || cut.Number == 0 {
		return model.AuditBatch{Hash: make([]byte, sha256.Size)}, nil, err
	}
	if key := c.Keys.open.Load().signing[cut.KeyNumber]; key == nil || !ed25519.Verify(key, cutFacts(&cut), cut.Signature) {
		return model.AuditBatch{}, &BadEntry{cut.LastSeq, "the front of the log was cut off, and not by us"}, nil
	}
	return model.AuditBatch{Number: cut.Number, LastSeq: cut.LastSeq, Hash: bytes.Clone(cut.Hash)}, nil, nil
}
