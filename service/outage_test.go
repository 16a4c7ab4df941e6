package service_test

import (
	"testing"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

func TestOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t, testdb.New(t, repository.Postgres))
	ctx := t.Context()
	cached, other := b.create("Cached"), b.create("Other")
	if got := b.verify(cached.Secret); got != "ok" {
		t.Fatalf("fresh: %s", got)
	}
	b.db.Stop(t)
	if got, err := b.check(cached.Secret); (err != nil || got != "ok") && b.node.Holds() {
		t.Errorf("cached, while the lease lasts: %s %v", got, err)
	}
	_, err := b.check(other.Secret)
	b.wantCode(err, "try_again")
	b.wantCode(b.createWith(service.CreateToken{Name: "New"}), "try_again")
	_, err = b.tokens.Revoke(ctx, b.actor, other.Token.ID, "")
	b.wantCode(err, "try_again")
	_, err = b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: other.Token.ID, IdempotencyKey: repeatKey})
	b.wantCode(err, "try_again")
	b.wantCode(b.wait.Wait(ctx, 1), "try_again")
	b.until(func() bool { return !b.node.Holds() })
	_, err = b.check(cached.Secret)
	b.wantCode(err, "try_again")
	b.db.Start(t)
	b.until(b.node.Holds)
	for _, tok := range []service.Issued{cached, other} {
		if got := b.verify(tok.Secret); got != "ok" {
			t.Errorf("as the database is back: %s", got)
		}
	}
	b.must(b.createWith(service.CreateToken{Name: "New"}))
}
