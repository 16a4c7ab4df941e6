package service

import (
	"context"
	"strconv"
	"testing"
)

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	const size = 10
	cache := NewCache(nil, size*uint64((&Cached{}).size()))
	tokens := cache.kept.Load().tokens
	for i := range 50 * size {
		_, err := load(t.Context(), tokens, strconv.Itoa(i), func(context.Context, string) (*Cached, error) { return &Cached{}, nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	tokens.CleanUp()
	if got := tokens.EstimatedSize(); got > size {
		t.Errorf("%d entries, want at most %d", got, size)
	}
}
