package service_test

import (
	"testing"

	"github.com/tokenry/tokenry/internal/testdb"
)

func TestCreateVerifyRevoke(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		if got := b.verify(tok.Secret); got != "ok" {
			t.Fatalf("fresh: %s", got)
		}
		changed, err := b.tokens.Revoke(t.Context(), b.actor, tok.Token.ID, "test")
		b.must(err)
		b.must(b.tokens.Wait(t.Context(), changed.Taken))
		if got := b.verify(tok.Secret); got != "revoked" {
			t.Errorf("after revoke: %s", got)
		}
	})
}
