package service_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/service"
)

// flush writes the gathered usage.
func (b *bench) flush() {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	stop()
	b.must(b.usage.Run(ctx))
}

// secretsUnder is how many secrets need a pepper.
func (b *bench) secretsUnder(number int) int64 {
	b.t.Helper()
	peppers, err := b.peppers.List(b.t.Context())
	b.must(err)
	return peppers[number-1].Secrets
}

func TestPeppersAreReplacedWhileSecretsLive(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		other := b.beside()
		rotated := b.create("Rotated")
		again, err := b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: rotated.Token.ID})
		b.must(err)
		plain, revoked := b.create("Plain"), b.create("Revoked")
		_, err = b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: revoked.Token.ID}) // its old secret has a day left
		b.must(err)
		_, err = b.tokens.Revoke(ctx, b.actor, revoked.Token.ID, "")
		b.must(err)

		number, err := b.peppers.Add(ctx, b.actor)
		b.must(err)
		if number != 2 {
			t.Fatalf("added pepper %d, want 2", number)
		}
		b.wantCode(b.peppers.Retire(ctx, b.actor, 2), "pepper_current")
		b.wantCode(b.peppers.Retire(ctx, b.actor, 1), "pepper_in_use")
		b.wantCode(b.peppers.Retire(ctx, b.actor, 3), "not_found")

		fresh := b.create("Fresh")
		live := []service.Issued{rotated, again, plain, fresh, {Secret: b.operator}}
		for _, node := range []*bench{b, other} {
			for i, issued := range live {
				if got, err := node.check(issued.Secret); err != nil || got == "unknown" {
					t.Errorf("secret %d after a pepper was added: %s %v", i, got, err)
				}
			}
		}
		b.flush()
		for _, node := range []*bench{b, other} { // each forgets the old digest
			b.must(node.node.CatchUp(ctx))
			cached, err := node.cache.Token(ctx, plain.Token.ID)
			b.must(err)
			if cached.Pepper() != 2 {
				t.Errorf("a node keeps the digest under pepper %d", cached.Pepper())
			}
		}
		// What nobody checks is revoked: the tokens of the demo.
		tokens, _, err := b.tokens.List(ctx, b.actor, service.ListTokens{})
		b.must(err)
		if left := b.secretsUnder(1); left != 4 {
			t.Errorf("%d secrets still need the old pepper, want the 4 of the demo; %d tokens", left, len(tokens))
		}
		b.exec("UPDATE tokens SET revoked_at = created_at WHERE pepper = 1")
		b.must(b.peppers.Retire(ctx, b.actor, 1))
		b.wantCode(b.peppers.Retire(ctx, b.actor, 1), "not_found")
		for _, node := range []*bench{b, other} {
			for i, issued := range live {
				if got, err := node.check(issued.Secret); err != nil || got == "unknown" {
					t.Errorf("secret %d after the old pepper was retired: %s %v", i, got, err)
				}
			}
			if got := node.verify(revoked.Secret); got != "unknown" { // nothing can prove it any more
				t.Errorf("revoked secret under a retired pepper: %s", got)
			}
		}
	})
}

func TestSecretUnderPepperThatThisNodeHasNotHeardOf(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ghost := b.ghost() // Add waits for it, as it would for a slow node
		other := b.idle()
		added := make(chan error, 1)
		go func() { _, err := b.peppers.Add(t.Context(), b.actor); added <- err }()
		b.until(func() bool { return b.keys.CurrentPepper().Number == 2 })
		tok := b.create("Report")
		holding := other.holding()
		answer, err := holding.Verify(t.Context(), service.Question{Secret: tok.Secret.Reveal()})
		other.must(err)
		if answer.Code != "ok" {
			t.Errorf("answer %s", answer.Code)
		}
		b.must(b.store.Nodes.Leave(t.Context(), ghost.ID))
		if err := <-added; err != nil {
			t.Error(err)
		}
	})
}

// TestPepperGoesBeforeItsTokens: a node that has yet to drop a token learns from
// another one that the pepper of its digest is gone.
func TestPepperGoesBeforeItsTokens(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		b.must(second(b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: tok.Token.ID, Grace: new(time.Hour)})))
		slow := b.idle().holding()
		ask := func(issued service.Issued) {
			t.Helper()
			if answer, err := slow.Verify(t.Context(), service.Question{Secret: issued.Secret.Reveal()}); err != nil || answer.Code != "ok" {
				t.Errorf("answer %s %v", answer.Code, err)
			}
		}
		ask(tok)
		b.must(second(b.peppers.Add(t.Context(), b.actor)))
		b.verify(tok.Secret)
		b.flush()
		b.exec("UPDATE tokens SET revoked_at = created_at WHERE pepper = 1 AND id <> '" + tok.Token.ID + "'")
		b.exec("UPDATE tokens SET pepper = 2 WHERE pepper = 1") // the new secret, which nobody asks about
		b.must(b.peppers.Retire(t.Context(), b.actor, 1))
		ask(b.create("Under the new pepper"))
		ask(tok)
	})
}

func second[A any](_ A, err error) error { return err }

// holding is a verifier that has this node's keys and cache, and the lease of
// another node.
func (b *bench) holding() *service.Verifier {
	v := b.verifier
	return &service.Verifier{Cache: v.Cache, Keys: v.Keys, Node: b.beside().node, Usage: v.Usage, Now: v.Now}
}

func TestRootKeyIsReplaced(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		before, err := os.ReadFile(b.rootFile)
		b.must(err)
		next := keys.FormatRootKey(keys.NewKey())
		load := func(file string) error {
			path := filepath.Join(t.TempDir(), "root.key")
			b.must(os.WriteFile(path, []byte(file), 0o600))
			root, err := keys.ReadRoot(path)
			b.must(err)
			b.keys.Root = root
			return b.keys.Load(t.Context())
		}
		if err := load(next); err == nil {
			t.Error("a root key that sealed nothing was accepted")
		}
		b.must(load(next + string(before)))
		for _, want := range []int{4, 0} {
			if count, err := b.keys.Reseal(t.Context(), b.actor); err != nil || count != want {
				t.Errorf("sealed %d keys anew (%v), want %d", count, err, want)
			}
		}
		b.must(load(next))
		if got := b.verify(tok.Secret); got != "ok" {
			t.Errorf("with the new root key: %s", got)
		}
		if err := load(string(before)); err == nil {
			t.Error("the old root key still opens everything")
		}
		if entries := b.entries("root_key.rotated"); len(entries) != 1 {
			t.Errorf("%d audit entries, want 1", len(entries))
		}
	})
}

func TestRotatedSecretIsForgotten(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		tok := b.create("Report")
		_, err := b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: tok.Token.ID, Grace: new(time.Hour)})
		b.must(err)
		b.must(b.node.CatchUp(t.Context()))
		house := &service.Housekeeping{Store: b.store, Now: b.clock.now}
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "ok"}, {time.Hour - time.Microsecond, "ok"}, {time.Microsecond, "rotated"},
			{90 * 24 * time.Hour, "rotated"}, {time.Microsecond, "unknown"},
		} {
			b.clock.add(step.after)
			b.must(house.Clean(t.Context()))
			b.cache.DropAll()
			if got := b.verify(tok.Secret); got != step.want {
				t.Errorf("%s later: %s, want %s", step.after, got, step.want)
			}
		}
	})
}
