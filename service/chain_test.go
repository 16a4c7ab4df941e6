package service_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// entries is the audit entries of an action, oldest first.
func (b *bench) entries(action string) []model.AuditEntry {
	b.t.Helper()
	entries, err := b.store.Audit.List(b.t.Context(), repository.AuditFilter{Action: action}, repository.Page{Limit: 1000})
	b.must(err)
	return entries
}

// seal seals all entries there are.
func (b *bench) seal() {
	b.t.Helper()
	for more := true; more; {
		var err error
		more, err = b.chain.Seal(b.t.Context())
		b.must(err)
	}
}

// bad is the first bad entry, 0 if there is none.
func (b *bench) bad(head *service.Head) int64 {
	b.t.Helper()
	bad, err := b.chain.Verify(b.t.Context(), head, func(int64) {})
	b.must(err)
	if bad == nil {
		return 0
	}
	return bad.Seq
}

func TestTamperingWithTheAuditLogIsNoticed(t *testing.T) {
	t.Parallel()
	// Batch 1 is the first start; batches 2 and 3 are two tokens each, batch 4
	// one. The places of the five are counted from first.
	tests := map[string]struct {
		tamper func(b *bench, first int64)
		bad    int64 // counted from first; -1 for none
		head   int64 // without a head, if 0
	}{
		"nothing":             {func(*bench, int64) {}, -1, 0},
		"nothing, with head":  {func(*bench, int64) {}, -1, 4},
		"nothing, older head": {func(*bench, int64) {}, -1, 3},
		"edited": {func(b *bench, first int64) {
			b.exec(fmt.Sprintf("UPDATE audit_entries SET actor_name = 'Nobody' WHERE seq = %d", first+1))
		}, 1, 0},
		"edited changes": {func(b *bench, first int64) {
			b.exec(fmt.Sprintf(`UPDATE audit_entries SET changes = replace(changes, 'T4', 'T8') WHERE seq = %d`, first+3))
		}, 3, 0},
		"deleted": {func(b *bench, first int64) {
			b.exec(fmt.Sprintf("DELETE FROM audit_entries WHERE seq = %d", first+2))
		}, 2, 0},
		"swapped": {func(b *bench, first int64) {
			b.exec(fmt.Sprintf("UPDATE audit_entries SET seq = 0 WHERE seq = %d", first+1),
				fmt.Sprintf("UPDATE audit_entries SET seq = %d WHERE seq = %d", first+1, first+2),
				fmt.Sprintf("UPDATE audit_entries SET seq = %d WHERE seq = 0", first+2))
		}, 1, 0},
		"inserted behind the end": {func(b *bench, first int64) { b.forge(first + 5) }, 5, 0},
		"unsealed again": {func(b *bench, first int64) {
			b.exec(fmt.Sprintf("UPDATE audit_entries SET seq = NULL WHERE seq = %d", first+4))
		}, 4, 0},
		"batch edited": {func(b *bench, _ int64) {
			b.exec("UPDATE audit_batches SET sealed_at = sealed_at" + b.later() + " WHERE number = 3")
		}, 2, 0},
		"batch removed": {func(b *bench, _ int64) { b.exec("DELETE FROM audit_batches WHERE number = 3") }, 2, 0},
		"signature of another": {func(b *bench, _ int64) {
			b.exec("UPDATE audit_batches SET signature = (SELECT signature FROM audit_batches WHERE number = 2) WHERE number = 3")
		}, 2, 0},
		"tail of batches cut":      {func(b *bench, _ int64) { b.exec("DELETE FROM audit_batches WHERE number = 4") }, 4, 0},
		"tail cut, without a head": {cutTail, -1, 0},
		"tail cut, with the head":  {cutTail, 4, 4},
		"tail replaced": {func(b *bench, first int64) {
			cutTail(b, first)
			b.create("Another")
			b.seal()
		}, 4, 4},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, testdb.New(t, db.Dialect))
				b.seal()
				start, err := b.store.Audit.LastSeq(t.Context())
				b.must(err)
				first := start + 1
				for _, names := range [][]string{{"T1", "T2"}, {"T3", "T4"}, {"T5"}} {
					for _, name := range names {
						b.create(name)
					}
					b.seal()
				}
				var head *service.Head
				if tt.head > 0 {
					head = b.head(first + tt.head)
				}
				tt.tamper(b, first)
				want := first + tt.bad
				if tt.bad < 0 {
					want = 0
				}
				if got := b.bad(head); got != want {
					t.Errorf("first bad entry %d, want %d", got, want)
				}
			})
		}
	})
}

func cutTail(b *bench, first int64) {
	b.exec("DELETE FROM audit_batches WHERE number = 4", fmt.Sprintf("DELETE FROM audit_entries WHERE seq >= %d", first+4))
}

// head is the logged head of the batch that ends at a place.
func (b *bench) head(seq int64) *service.Head {
	b.t.Helper()
	batches, err := b.store.Audit.Batches(b.t.Context(), 0, 100)
	b.must(err)
	for _, batch := range batches {
		if batch.LastSeq == seq {
			return &service.Head{Seq: seq, Hash: batch.Hash}
		}
	}
	b.t.Fatalf("no batch ends at %d", seq)
	return nil
}

// forge writes an entry with a place, past the chain.
func (b *bench) forge(seq int64) {
	b.t.Helper()
	entry := model.AuditEntry{ID: fmt.Sprint("forged", seq), Seq: &seq, At: b.clock.now(), Action: "token.revoked"}
	b.must(b.store.Audit.Append(b.t.Context(), &entry))
}

func (b *bench) later() string {
	if b.db.Dialect == repository.SQLite {
		return " + 1"
	}
	return " + interval '1 microsecond'"
}

func TestEntryInFrontOfTheChainIsNoticed(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.seal()
		b.forge(-3)
		if got := b.bad(nil); got != -3 {
			t.Errorf("first bad entry %d, want -3", got)
		}
	})
}

func TestChainSignedByAnotherKeyIsNoticed(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.seal()
		// Who can write to the database signs everything anew.
		_, private, err := ed25519.GenerateKey(nil)
		b.must(err)
		batches, err := b.store.Audit.Batches(t.Context(), 0, 100)
		b.must(err)
		quote := map[repository.Dialect]string{repository.SQLite: `x'%x'`, repository.Postgres: `'\x%x'`}[db.Dialect]
		for _, batch := range batches {
			b.exec(fmt.Sprintf("UPDATE audit_batches SET signature = "+quote+" WHERE number = %d", ed25519.Sign(private, batch.Hash), batch.Number))
		}
		b.must(b.keys.Load(t.Context()))
		if got := b.bad(nil); got != 1 {
			t.Errorf("first bad entry %d, want 1", got)
		}
	})
}

func TestEntryThatCommitsLateGetsALaterPlace(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.seal()
		late := model.AuditEntry{ID: "0000000000000000000000", At: b.clock.now().Add(-time.Hour), Action: "token.created"}
		b.must(b.store.Audit.Append(t.Context(), &late))
		b.seal()
		last, err := b.store.Audit.LastSeq(t.Context())
		b.must(err)
		entries, err := b.store.Audit.Between(t.Context(), last, last)
		b.must(err)
		if entries[0].ID != late.ID || b.bad(nil) != 0 {
			t.Errorf("last entry %+v, bad %d", entries[0], b.bad(nil))
		}
	})
}

func TestNodesSealAtOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		a := newBench(t, db)
		nodes := []*bench{a, a.idle(), a.idle()}
		var wg sync.WaitGroup
		for n, node := range nodes {
			wg.Go(func() {
				for i := range 20 {
					node.create(fmt.Sprintf("Token %d of node %d", i, n))
					node.seal()
					node.bad(nil) // beside those who seal
				}
			})
		}
		wg.Wait()
		a.seal()
		entries, err := a.store.Audit.Unsealed(t.Context(), 10)
		a.must(err)
		if bad := a.bad(nil); bad != 0 || len(entries) > 0 {
			t.Errorf("bad entry %d, %d entries unsealed", bad, len(entries))
		}
	})
}

func TestNoTableHoldsASecret(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		key := "the value of a header"
		first, err := b.tokens.Create(ctx, b.actor, service.CreateToken{
			Name: "Kept", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, IdempotencyKey: key,
		})
		b.must(err)
		second, err := b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: first.Token.ID, IdempotencyKey: key})
		b.must(err)
		third, err := b.tokens.Duplicate(ctx, b.actor, first.Token.ID, key)
		b.must(err)
		b.seal()
		content := b.dump()
		if !strings.Contains(content, first.Token.ID) {
			t.Fatal("the dump does not hold the token")
		}
		forbidden := []string{key}
		for _, issued := range []service.Issued{first, second, third, {Secret: b.operator}} {
			text := issued.Secret.Reveal()
			sum := sha256.Sum256([]byte(text))
			forbidden = append(forbidden, text, text[len("tkr_")+23:], string(sum[:]), hex.EncodeToString(sum[:]))
		}
		for _, text := range forbidden {
			if strings.Contains(content, text) || strings.Contains(content, hex.EncodeToString([]byte(text))) {
				t.Errorf("a table holds %q", text)
			}
		}
	})
}

// dump is all rows of all tables, as text.
func (b *bench) dump() string {
	b.t.Helper()
	pool := b.sql()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if b.db.Dialect == repository.Postgres {
		tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	var out strings.Builder
	for _, row := range b.rows(pool, tables) {
		for _, values := range b.rows(pool, fmt.Sprintf("SELECT * FROM %s", row...)) {
			for _, column := range values {
				fmt.Fprintf(&out, "%s\n", column)
			}
		}
	}
	return out.String()
}

// rows is what a query gives.
func (b *bench) rows(pool *sql.DB, query string) (all [][]any) {
	b.t.Helper()
	rows, err := pool.QueryContext(b.t.Context(), query)
	b.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	b.must(err)
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		b.must(rows.Scan(into...))
		all = append(all, row)
	}
	b.must(rows.Err())
	return all
}
