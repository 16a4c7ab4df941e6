package service_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/service"
)

// aged is a log of ten days, a batch for each, of which the first five have been
// cut off.
func (b *bench) aged() (heads []*service.Head) {
	b.t.Helper()
	b.seal()
	for i := range 10 {
		b.create(fmt.Sprint("Day ", i))
		b.seal()
		last, err := b.store.Audit.LastBatch(b.t.Context())
		b.must(err)
		heads = append(heads, &service.Head{Seq: last.LastSeq, Hash: last.Hash})
		b.clock.add(oneDay)
	}
	house := &service.Housekeeping{
		Store: b.store, Chain: b.chain, KeepAudit: 5*oneDay + time.Hour, Log: slog.New(slog.DiscardHandler), Now: b.clock.now,
	}
	b.must(house.Clean(b.t.Context()))
	b.must(house.Clean(b.t.Context())) // there is nothing more to do today
	b.seal()
	return heads
}

func TestOldAuditEntriesAreRemoved(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		heads := b.aged()
		if left, cuts := len(b.entries("token.created")), len(b.entries("audit.cut")); left != 5 || cuts != 1 {
			t.Errorf("%d entries are left, and %d of cuts; want 5 and 1", left, cuts)
		}
		if bad := b.bad(nil); bad != 0 {
			t.Errorf("entry %d is bad", bad)
		}
		if removed, err := b.chain.Removed(t.Context()); err != nil || removed != heads[4].Seq {
			t.Errorf("removed up to %d (%v), want %d", removed, err, heads[4].Seq)
		}
		for i, head := range heads {
			bad, err := b.chain.Verify(t.Context(), head, func(int64) {})
			if i < 4 {
				b.wantCode(err, "head_too_old")
			} else if bad != nil || err != nil {
				t.Errorf("head %d: %+v %v", i, bad, err)
			}
		}
		b.create("Afterwards")
		b.seal()
		if bad := b.bad(heads[9]); bad != 0 {
			t.Errorf("entry %d is bad", bad)
		}
	})
}

// TestCutByOthersIsNoticed: who may write to the database alone cannot cut the
// log.
func TestCutByOthersIsNoticed(t *testing.T) {
	t.Parallel()
	tests := map[string]func(b *bench){
		"more is gone": func(b *bench) {
			cut, err := b.store.Audit.LastCut(b.t.Context())
			b.must(err)
			b.exec(fmt.Sprintf("DELETE FROM audit_entries WHERE seq = %d", cut.LastSeq+1), fmt.Sprintf("DELETE FROM audit_batches WHERE number = %d", cut.Number+1))
		},
		"and the cut is moved": func(b *bench) {
			cut, err := b.store.Audit.LastCut(b.t.Context())
			b.must(err)
			b.exec(fmt.Sprintf("DELETE FROM audit_entries WHERE seq = %d", cut.LastSeq+1),
				fmt.Sprintf("UPDATE audit_cuts SET last_seq = %d, number = %d, hash = (SELECT hash FROM audit_batches WHERE number = %d)",
					cut.LastSeq+1, cut.Number+1, cut.Number+1),
				fmt.Sprintf("DELETE FROM audit_batches WHERE number = %d", cut.Number+1))
		},
		"the cut is forgotten": func(b *bench) { b.exec("DELETE FROM audit_cuts") },
		"an entry is put back": func(b *bench) { b.forge(1) },
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testdb.Each(t, func(t *testing.T, db testdb.DB) {
				b := newBench(t, db)
				b.aged()
				tamper(b)
				if b.bad(nil) == 0 {
					t.Error("nothing was noticed")
				}
			})
		})
	}
}
