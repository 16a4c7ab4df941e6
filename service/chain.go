package service

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	sealEvery = 500 * time.Millisecond
	sealBatch = 1000 // entries
)

// Chain seals the audit log: each batch of entries hashes the one before and is
// signed, so that no entry can be changed, added in the middle or taken out
// unseen. What the tail lacks is told by the heads in the server's log.
type Chain struct {
	Store *repository.Store
	Keys  *Keys
	Log   *slog.Logger
	Now   func() time.Time

	sealed atomic.Pointer[time.Time] // when Run last found nothing left to seal
}

// Behind is for how long Run has not been able to seal all that was written.
func (c *Chain) Behind() time.Duration {
	if sealed := c.sealed.Load(); sealed != nil {
		return time.Since(*sealed)
	}
	return 0
}

// Run seals what has been written until ctx ends, and then once more.
func (c *Chain) Run(ctx context.Context) error {
	ticker := time.NewTicker(sealEvery)
	defer ticker.Stop()
	var sealing spell
	c.sealed.Store(new(time.Now()))
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			_, err := c.Seal(last)
			return err
		case <-ticker.C:
		}
		for full := true; full; {
			var err error
			if full, err = c.Seal(ctx); ctx.Err() == nil {
				sealing.tell(c.Log, "seal the audit log", err)
			}
			if err == nil && !full {
				c.sealed.Store(new(time.Now()))
			}
		}
	}
}

// Seal seals a batch of entries, if there are any and no other node is at it.
// It reports whether there may be more.
func (c *Chain) Seal(ctx context.Context) (more bool, err error) {
	var sealed *model.AuditBatch
	err = c.Store.InTx(ctx, func(tx *repository.Store) error {
		more, sealed = false, nil
		entries, err := tx.Audit.Unsealed(ctx, 1)
		if err != nil || len(entries) == 0 {
			return err
		}
		if mine, err := tx.Audit.TryLockChain(ctx); err != nil || !mine {
			return err
		}
		// Only what is read under the lock is surely not sealed yet.
		if entries, err = tx.Audit.Unsealed(ctx, sealBatch); err != nil || len(entries) == 0 {
			return err
		}
		last, err := tx.Audit.LastBatch(ctx)
		if err != nil {
			return err
		}
		more = len(entries) == sealBatch
		sealed = c.batch(last, entries)
		return tx.Audit.Seal(ctx, sealed, entries)
	})
	if err == nil && sealed != nil {
		c.Log.Info("audit head", "seq", sealed.LastSeq, "hash", hex.EncodeToString(sealed.Hash))
	}
	return more && err == nil, err
}

func (c *Chain) batch(last model.AuditBatch, entries []model.AuditEntry) *model.AuditBatch {
	open := c.Keys.open.Load()
	batch := &model.AuditBatch{
		Number: last.Number + 1, FirstSeq: last.LastSeq + 1, LastSeq: last.LastSeq + int64(len(entries)),
		PrevHash: last.Hash, KeyNumber: open.signerKey, SealedAt: c.Now(),
	}
	if batch.PrevHash == nil {
		batch.PrevHash = make([]byte, sha256.Size)
	}
	for i := range entries {
		batch.EntryHashes = append(batch.EntryHashes, entryHash(&entries[i])...)
	}
	batch.Hash = batchHash(batch)
	batch.Signature = ed25519.Sign(open.signer, batch.Hash)
	return batch
}

// batchHash is the SHA-256 over the batch's facts, among them the hash of the
// batch before and those of its entries.
func batchHash(batch *model.AuditBatch) []byte {
	hash := sha256.New()
	fmt.Fprintf(hash, "tokenry audit batch 1\n%d %d %d %d %d\n%x\n",
		batch.Number, batch.FirstSeq, batch.LastSeq, batch.KeyNumber, batch.SealedAt.UnixMicro(), batch.PrevHash)
	hash.Write(batch.EntryHashes)
	return hash.Sum(nil)
}

// entryHash is the SHA-256 of the entry's facts as a JSON array, maps with
// their keys sorted.
func entryHash(e *model.AuditEntry) []byte {
	text, err := json.Marshal([]any{
		e.ID, e.At.UnixMicro(), e.Action, e.AccountID, e.TokenID, e.ObjectKind, e.ObjectID,
		e.ActorKind, e.ActorID, e.ActorName, e.RequestID, e.IP, e.Changes, e.Details,
	})
	if err != nil {
		panic(err) // all of it came out of JSON
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// Head is a place of the chain as the server's log told it.
type Head struct {
	Seq  int64
	Hash []byte
}

// BadEntry says what in the audit log is not as it was sealed.
type BadEntry struct {
	Seq    int64
	Reason string
}

// Verify walks the whole chain and tells the first thing that is wrong, or nil.
// With a head it also notices that entries up to it are missing. It calls
// progress with the place it has reached.
func (c *Chain) Verify(ctx context.Context, head *Head, progress func(seq int64)) (*BadEntry, error) {
	for {
		cut, err := c.Store.Audit.LastCut(ctx)
		if err != nil {
			return nil, err
		}
		bad, err := c.verify(ctx, head, progress)
		if bad == nil || err != nil {
			return bad, err
		}
		if now, err := c.Store.Audit.LastCut(ctx); err != nil || now.Number == cut.Number {
			return bad, err
		}
		// A server has removed old batches meanwhile.
	}
}

func (c *Chain) verify(ctx context.Context, head *Head, progress func(seq int64)) (*BadEntry, error) {
	end, err := c.Store.Audit.LastSeq(ctx) // first: a server may go on sealing
	if err != nil {
		return nil, err
	}
	last, bad, err := c.begin(ctx)
	if bad != nil || err != nil {
		return bad, err
	}
	headSeen := head == nil || head.Seq == last.LastSeq && bytes.Equal(head.Hash, last.Hash)
	if head != nil && head.Seq < last.LastSeq {
		return nil, model.Errorf(model.KindInvalid, "head_too_old",
			"The log begins after entry %d: what was before has been removed for its age. Give a later head.", last.LastSeq)
	}
	before, err := c.Store.Audit.Between(ctx, math.MinInt64, last.LastSeq)
	if err != nil {
		return nil, err
	}
	if len(before) > 0 {
		return &BadEntry{*before[0].Seq, "the entry is in no batch: it was put in front of the first"}, nil
	}
	for {
		batches, err := c.Store.Audit.Batches(ctx, last.Number, 100)
		if err != nil {
			return nil, err
		}
		for i := range batches {
			if bad, err := c.verifyBatch(ctx, &last, &batches[i]); bad != nil || err != nil {
				return bad, err
			}
			last = batches[i]
			if head != nil && last.LastSeq == head.Seq {
				headSeen = bytes.Equal(last.Hash, head.Hash)
			}
			progress(last.LastSeq)
		}
		if len(batches) == 0 {
			break
		}
	}
	switch {
	case end > last.LastSeq:
		return &BadEntry{last.LastSeq + 1, "the entry is in no batch: batches were removed"}, nil
	case !headSeen:
		return &BadEntry{min(head.Seq, last.LastSeq+1), "the logged head is not in the chain: entries were removed or replaced"}, nil
	}
	return nil, nil
}

func (c *Chain) verifyBatch(ctx context.Context, last, batch *model.AuditBatch) (*BadEntry, error) {
	entries, err := c.Store.Audit.Between(ctx, batch.FirstSeq, batch.LastSeq)
	if err != nil {
		return nil, err
	}
	key := c.Keys.open.Load().signing[batch.KeyNumber]
	switch {
	case batch.Number != last.Number+1 || batch.FirstSeq != last.LastSeq+1 || !bytes.Equal(batch.PrevHash, last.Hash):
		return &BadEntry{last.LastSeq + 1, "the batch does not follow the one before: batches were removed or changed"}, nil
	case key == nil || !ed25519.Verify(key, batchHash(batch), batch.Signature) || !bytes.Equal(batchHash(batch), batch.Hash):
		return &BadEntry{batch.FirstSeq, "the signature of its batch is not ours"}, nil
	}
	for i := range batch.LastSeq - batch.FirstSeq + 1 {
		seq := batch.FirstSeq + i
		switch {
		case i >= int64(len(entries)) || *entries[i].Seq != seq:
			return &BadEntry{seq, "the entry is missing"}, nil
		case !bytes.Equal(entryHash(&entries[i]), batch.EntryHashes[i*sha256.Size:(i+1)*sha256.Size]):
			return &BadEntry{seq, "the entry is not as it was sealed"}, nil
		}
	}
	return nil, nil
}
