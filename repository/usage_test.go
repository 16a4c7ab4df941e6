package repository_test

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// TestUsageBatchCountsOnce: a batch that is written again, because the answer to
// its commit was lost, changes nothing.
func TestUsageBatchCountsOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		hour := repository.Hourly.Start(start)
		counts := []repository.UsageCount{{
			TokenID: "t", Start: hour, Code: "ok", N: 2, LastAt: start, LastIP: "203.0.113.9", LastCaller: "c",
			Scopes: map[string]int64{`a "quoted" scope`: 2},
		}}
		write := func(writer string, number int64) bool {
			var fresh bool
			must(t, store.InTx(t.Context(), func(tx *repository.Store) (err error) {
				if fresh, err = tx.Usage.Begin(t.Context(), writer, number, start); err != nil || !fresh {
					return err
				}
				return tx.Usage.Add(t.Context(), counts)
			}))
			return fresh
		}
		got := []bool{write("one", 1), write("one", 1), write("one", 2), write("two", 1), write("one", 1)}
		if fmt.Sprint(got) != "[true false true true false]" {
			t.Errorf("written: %v", got)
		}
		within := repository.UsageRange{Since: start, Until: start.Add(time.Hour)}
		kept, err := store.Usage.OfToken(t.Context(), "t", within)
		must(t, err)
		if len(kept) != 1 || kept[0].N != 6 || !kept[0].LastAt.Equal(start) || !kept[0].Start.Equal(hour) || kept[0].LastIP != "203.0.113.9" {
			t.Fatalf("kept: %+v", kept)
		}
		if want := map[string]int64{`a "quoted" scope`: 6}; !maps.Equal(kept[0].Scopes, want) || len(kept[0].Callers) > 0 {
			t.Errorf("by scope: %v, by caller: %v", kept[0].Scopes, kept[0].Callers)
		}
		if _, err := store.Usage.Last(t.Context(), "t", "revoked"); !model.IsKind(err, model.KindNotFound) {
			t.Errorf("the last of none: %v", err)
		}
	})
}

// TestUsageKeepsTheLaterUse: what is written late does not hide a later use.
func TestUsageKeepsTheLaterUse(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		for _, after := range []time.Duration{time.Second, 2 * time.Second, 0} {
			at := start.Add(after)
			must(t, store.Usage.Add(t.Context(), []repository.UsageCount{{
				TokenID: "t", Start: repository.Hourly.Start(at), Code: "ok", N: 1, LastAt: at, LastIP: after.String(), LastCaller: after.String(),
			}}))
		}
		last, err := store.Usage.Last(t.Context(), "t", "ok")
		must(t, err)
		if last.N != 3 || last.LastIP != "2s" || last.LastCaller != "2s" || !last.LastAt.Equal(start.Add(2*time.Second)) {
			t.Errorf("last: %+v", last)
		}
	})
}

// TestUsageOfManyNodes: nodes that write the same rows at once, in whatever
// order they have them, neither fail nor lose anything.
func TestUsageOfManyNodes(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		ids := make([]string, 50)
		used := map[string]time.Time{}
		for i := range ids {
			tok := newToken(fmt.Sprintf("token%02d", i), fmt.Sprint("Token ", i))
			must(t, store.Tokens.Insert(t.Context(), &tok))
			ids[i], used[tok.ID] = tok.ID, start
		}
		const nodes, rounds = 4, 5
		var work sync.WaitGroup
		for node := range nodes {
			work.Go(func() {
				for round := range rounds {
					counts := make([]repository.UsageCount, len(ids))
					for i := range ids {
						counts[i] = repository.UsageCount{
							TokenID: ids[(i*7+node*13+round)%len(ids)], Start: start.Truncate(time.Hour), Code: "ok", N: 1, LastAt: start,
							Callers: map[string]int64{"a": 1, fmt.Sprint(node): 1},
						}
					}
					err := store.InTx(t.Context(), func(tx *repository.Store) error {
						if err := tx.Usage.Add(t.Context(), counts); err != nil {
							return err
						}
						return tx.Tokens.Used(t.Context(), used)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		work.Wait()
		for _, id := range ids {
			last, err := store.Usage.Last(t.Context(), id, "ok")
			must(t, err)
			if want := map[string]int64{"a": nodes * rounds, "0": rounds, "1": rounds, "2": rounds, "3": rounds}; last.N != nodes*rounds || !maps.Equal(last.Callers, want) {
				t.Errorf("%s: %d uses, %v, want %d", id, last.N, last.Callers, nodes*rounds)
			}
		}
	})
}
