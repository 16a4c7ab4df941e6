package service_test

import (
	"context"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// TestRevokeSecretOfAnotherNode: a secret that another node has made a moment ago
// is not taken for one that nobody has, which would be called revoked and live.
func TestRevokeSecretOfAnotherNode(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		other := b.beside()
		self := &service.Self{Tokens: b.tokens, Verifier: b.verifier}
		for _, name := range []string{"one", "two", "three"} {
			made := b.create(name)
			if code := b.verify(made.Secret); code != service.CodeOK { // it is cached now
				t.Fatal(code)
			}
			renewed, err := other.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: made.Token.ID})
			b.must(err)
			changed, err := self.RevokeSecret(t.Context(), b.actor, renewed.Secret.Reveal())
			b.must(err)
			b.must(b.wait.Wait(t.Context(), changed.Taken))
			if here, there := b.verify(renewed.Secret), other.verify(renewed.Secret); here != service.CodeRevoked || there != service.CodeRevoked {
				t.Errorf("after the revocation: %s here, %s there", here, there)
			}
		}
	})
}

// TestRevokeSecretThatNobodyKnows: while Tokenry cannot know, it does not say that
// a secret is no good.
func TestRevokeSecretThatNobodyKnows(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		made := b.create("made").Secret.Reveal()
		b.silence()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := (&service.Self{Tokens: b.tokens, Verifier: b.verifier}).RevokeSecret(ctx, b.actor, made)
		if !model.IsKind(err, model.KindUnavailable) {
			t.Errorf("RevokeSecret = %v, want unavailable", err)
		}
	})
}
