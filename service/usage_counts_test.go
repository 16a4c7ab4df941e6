package service

import (
	"hash/maphash"
	"strconv"
	"testing"
)

// TestCountsAreBounded: past the bounds uses are no longer told apart, and at
// last not counted; no use is counted twice, or forgotten without a word.
func TestCountsAreBounded(t *testing.T) {
	t.Parallel()
	var c counts
	const past = 100 // tokens past the bound
	var uses, beyond int64
	for i, tokens := 0, 0; tokens < tokensPerShard+past; i++ {
		use := Use{TokenID: strconv.Itoa(i), Code: CodeOK, Scopes: []string{"a", strconv.Itoa(i % 7)}, Caller: strconv.Itoa(i % 5), At: Now()}
		if maphash.String(usageSeed, use.TokenID)%usageShards != 0 {
			continue
		}
		tokens++
		for range 1 + i%3 {
			c.add(&use)
			uses++
			if tokens > tokensPerShard {
				beyond++
			}
		}
	}
	if size := c.size(); size > tokensPerShard+cellsPerShard {
		t.Errorf("%d counters, want at most %d", size, tokensPerShard+cellsPerShard)
	}
	var counted uint64
	parts := map[by]uint64{}
	for _, total := range c.take(0) {
		counted += total.n
		for _, cell := range total.cells {
			parts[cell.by] += cell.n
		}
		for i, n := range total.other {
			parts[by(i)] += uint64(n)
		}
	}
	if lost := c.lost.Load(); lost != beyond || counted != uint64(uses-beyond) {
		t.Errorf("%d counted and %d lost of %d, of which %d are past the bound", counted, lost, uses, beyond)
	}
	if parts[byCaller] != counted || parts[byScope] != 2*counted {
		t.Errorf("%d by caller and %d by scope, of %d with one and two", parts[byCaller], parts[byScope], counted)
	}
}
