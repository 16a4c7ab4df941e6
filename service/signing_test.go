package service_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/service"
)

// signing is the signing keys as a command or a start has them, beside the nodes.
func (b *bench) signing(algorithm string) *service.SigningKeys {
	return &service.SigningKeys{
		Store: b.store, Keys: b.keys, Propagation: &service.Propagation{Store: b.store}, Algorithm: algorithm, Now: b.clock.now,
	}
}

// keyStates is the states of the signing keys, in order of age.
func (b *bench) keyStates() (states string) {
	b.t.Helper()
	infos, err := b.signing("").List(b.t.Context())
	b.must(err)
	for _, info := range infos {
		states += info.State + " "
	}
	return states
}

// keySet is the ids of the key set.
func (b *bench) keySet() (ids []string) {
	b.t.Helper()
	set, err := b.keys.KeySet()
	b.must(err)
	for _, key := range set.Keys {
		ids = append(ids, key.KID)
	}
	return ids
}

func TestSigningKeysOverlap(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		other := b.beside()
		signing := b.signing("ES256")
		want := func(states string, published int) {
			t.Helper()
			if got := b.keyStates(); got != states {
				t.Errorf("states %q, want %q", got, states)
			}
			for _, node := range []*bench{b, other} {
				infos, err := signing.List(ctx)
				b.must(err)
				for _, info := range infos {
					if info.State == service.KeyCurrent && node.keys.Signer(b.clock.now()) != info.ID {
						t.Errorf("a node signs by %q, want %q", node.keys.Signer(b.clock.now()), info.ID)
					}
				}
				if got := node.keySet(); len(got) != published {
					t.Errorf("a node publishes %v, want %d", got, published)
				}
			}
		}
		for range 2 { // the second finds nothing to do
			b.must(signing.Start(ctx))
			want("current ", 1)
		}
		if number, err := signing.Rotate(ctx, b.actor, false); err != nil || number != 2 {
			t.Fatalf("Rotate = %d, %v", number, err)
		}
		want("current next ", 2)
		b.wantCode(signing.Retire(ctx, b.actor, 1), "signing_key_current")
		b.clock.add(15*time.Minute - time.Second)
		want("current next ", 2)
		b.clock.add(time.Second)
		want("older current ", 2)
		b.clock.add(service.MaxJWTLife)
		b.wantCode(signing.Retire(ctx, b.actor, 1), "signing_key_in_use")
		b.wantCode(signing.Retire(ctx, b.actor, 2), "signing_key_current")
		b.clock.add(time.Minute)
		b.must(signing.Retire(ctx, b.actor, 1))
		want("retired current ", 1)
		b.wantCode(signing.Retire(ctx, b.actor, 1), "not_found")
		b.wantCode(signing.Retire(ctx, b.actor, 7), "not_found")

		_, err := signing.Rotate(ctx, b.actor, false)
		b.must(err)
		_, err = signing.Rotate(ctx, b.actor, true)
		b.must(err)
		want("retired retired retired current ", 1)
	})
}

func TestSigningKeyOfAnotherAlgorithm(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		b.must(b.signing("ES256").Start(t.Context()))
		for range 2 {
			b.must(b.signing("EdDSA").Start(t.Context()))
		}
		if got := b.keyStates(); got != "current next " {
			t.Errorf("states %q", got)
		}
		if _, err := b.signing("HS256").Rotate(t.Context(), b.actor, false); err == nil {
			t.Error("made a key for HS256")
		}
		count, err := b.keys.Reseal(t.Context(), b.actor)
		if err != nil || count != 0 {
			t.Errorf("Reseal = %d, %v", count, err)
		}
	})
}

// Several nodes that start at once make one key.
func TestSigningKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		started := make(chan error)
		for range 4 {
			other := b.idle()
			go func() { started <- other.signing("ES256").Start(t.Context()) }()
		}
		for range 4 {
			b.must(<-started)
		}
		if got := b.keyStates(); got != "current " {
			t.Errorf("states %q", got)
		}
	})
}

// TestReportsLeaveProofsAlone: signatures that were good are remembered as long as
// the signing keys stay, whoever reports leaks.
func TestReportsLeaveProofsAlone(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		signing := b.signing("ES256")
		b.must(signing.Start(t.Context()))
		jwts := &service.JWTs{Store: b.store, Verifier: b.verifier, Keys: b.keys, Issuer: "http://127.0.0.1:8080", Lifetime: time.Minute}
		issued, err := jwts.Issue(t.Context(), b.actor, service.IssueJWT{Subject: b.create("Exchanged").Secret.Reveal()})
		b.must(err)
		proven := func(want int) {
			t.Helper()
			answer, err := b.verifier.Verify(t.Context(), service.Question{Secret: issued.Text, JWT: true})
			if b.must(err); !answer.Valid() || b.keys.Proven() != want {
				t.Errorf("the JWT is %s, and %d are remembered, want %d", answer.Code, b.keys.Proven(), want)
			}
		}
		proven(1)
		b.must(b.leaks().Report(t.Context(), service.FromAnyone, "", []service.Found{service.FoundText("nothing", "")}))
		_, err = b.leaks().Look(t.Context())
		b.must(err)
		if got := b.keys.Proven(); got != 1 {
			t.Errorf("after a report %d are remembered, want 1", got)
		}
		_, err = signing.Rotate(t.Context(), b.actor, false)
		b.must(err)
		b.must(b.keys.Load(t.Context()))
		if got := b.keys.Proven(); got != 0 {
			t.Errorf("with another key %d are remembered, want none", got)
		}
		proven(1)
	})
}
