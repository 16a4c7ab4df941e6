package service_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const repeatKey = "0123456789abcdef"

// repeatable is each call that makes a secret, with an Idempotency-Key.
var repeatable = map[string]func(b *bench, id, key string) (service.Issued, error){
	"create": func(b *bench, _, key string) (service.Issued, error) {
		return b.tokens.Create(b.t.Context(), b.actor, service.CreateToken{
			Name: "New", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, IdempotencyKey: key,
			ExpiresAt: new(time.Date(2099, 1, 2, 3, 4, 5, 6789, time.UTC)),
		})
	},
	"rotate": func(b *bench, id, key string) (service.Issued, error) {
		return b.tokens.Rotate(b.t.Context(), b.actor, service.RotateToken{ID: id, EndPrevious: true, IdempotencyKey: key})
	},
	"rotate now": func(b *bench, id, key string) (service.Issued, error) {
		return b.tokens.Rotate(b.t.Context(), b.actor, service.RotateToken{ID: id, Grace: new(time.Duration), IdempotencyKey: key})
	},
	"duplicate": func(b *bench, id, key string) (service.Issued, error) {
		return b.tokens.Duplicate(b.t.Context(), b.actor, id, key)
	},
}

func sameAnswer(a, b service.Issued) bool {
	a.Taken, b.Taken = 0, 0
	return a.Secret == b.Secret && a.At.Equal(b.At) && a.PreviousExpiresAt.Equal(b.PreviousExpiresAt) &&
		fmt.Sprintf("%+v", plainToken(a.Token)) == fmt.Sprintf("%+v", plainToken(b.Token))
}

// plainToken is the token without what formatting would show as a pointer or as
// nothing at all.
func plainToken(tok model.Token) model.Token {
	if tok.ExpiresAt != nil {
		tok.CreatedBy += tok.ExpiresAt.String()
		tok.ExpiresAt = nil
	}
	return tok
}

func TestRepeatedCallHasTheSameAnswer(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, call := range repeatable {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, testdb.New(t, db.Dialect))
				id := b.create("Report").Token.ID
				first, err := call(b, id, repeatKey)
				b.must(err)
				entries := len(b.all())
				b.clock.add(24*time.Hour - time.Microsecond)
				restarted := b.idle()
				for later, node := range []*bench{b, restarted} {
					again, err := call(node, id, repeatKey)
					b.must(err)
					if !sameAnswer(first, again) {
						t.Errorf("node %d: %+v\nwant    %+v", later, again, first)
					}
					if (first.Taken > 0) != (again.Taken > first.Taken) {
						t.Errorf("node %d: took %d, first %d", later, again.Taken, first.Taken)
					}
				}
				other, err := call(b, id, "fedcba9876543210")
				if err == nil && other.Secret == first.Secret {
					t.Error("another key gave the same secret")
				}
				_, err = b.tokens.Delete(t.Context(), b.actor, first.Token.ID)
				b.must(err)
				if again, err := call(b, id, repeatKey); err != nil || !sameAnswer(first, again) {
					t.Errorf("after the token is deleted: %+v %v", again, err)
				}
				if got := len(b.all()); got > entries+2 { // one by the other key, one by the deletion
					t.Errorf("%d entries, want at most %d: a repeat changed something", got, entries+2)
				}
				b.clock.add(time.Microsecond)
				if again, err := call(b, id, repeatKey); err == nil && again.Secret == first.Secret {
					t.Error("the answer is still there after a day")
				}
			})
		}
	})
}

func TestTwinsHaveTheSameAnswer(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		nodes := []*bench{b, b.idle()}
		for name, call := range repeatable {
			id := b.create("For " + name).Token.ID
			answers := make([]service.Issued, 8)
			errs := make([]error, len(answers))
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() { answers[i], errs[i] = call(nodes[i%2], id, repeatKey) })
			}
			wg.Wait()
			for i := range answers {
				if errs[i] != nil || !sameAnswer(answers[i], answers[0]) {
					t.Errorf("%s %d: %+v %v, want %+v", name, i, answers[i], errs[i], answers[0])
				}
			}
			if got := b.verify(answers[0].Secret); got != "ok" {
				t.Errorf("%s: the secret is %s", name, got)
			}
		}
	})
}

func TestKeptAnswerIsForTheSameCallOnly(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		in := service.CreateToken{Name: "New", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, IdempotencyKey: repeatKey}
		first, err := b.tokens.Create(ctx, b.actor, in)
		b.must(err)

		other := in
		other.Name = "Other"
		_, err = b.tokens.Create(ctx, b.actor, other)
		b.wantCode(err, "idempotency_key_reused")

		actor := b.actor
		actor.ID = "somebody else"
		_, err = b.tokens.Create(ctx, actor, in)
		b.wantCode(err, "name_taken")

		actor = b.actor
		actor.AccountID = "02demoBrand00000000001"
		brand := in
		brand.PrimaryContact = "02demoMember0000000004"
		issued, err := b.tokens.Create(ctx, actor, brand)
		b.must(err)
		if issued.Secret == first.Secret {
			t.Error("another account got the answer")
		}

		rotated, err := b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: first.Token.ID, IdempotencyKey: repeatKey})
		b.must(err)
		if rotated.Secret == first.Secret {
			t.Error("another operation got the answer")
		}
		_, err = b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: first.Token.ID, EndPrevious: true, IdempotencyKey: repeatKey})
		b.wantCode(err, "idempotency_key_reused")
	})
}

func TestRefusalsAreNotKept(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		taken := b.create("New")
		create := func() error {
			return b.createWith(service.CreateToken{Name: "New", IdempotencyKey: repeatKey})
		}
		b.wantCode(create(), "name_taken")
		_, err := b.tokens.Revoke(t.Context(), b.actor, taken.Token.ID, "")
		b.must(err)
		b.must(create())

		tok := b.create("Rotated")
		_, err = b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: tok.Token.ID, Grace: new(time.Hour)})
		b.must(err)
		rotate := service.RotateToken{ID: tok.Token.ID, IdempotencyKey: repeatKey}
		_, err = b.tokens.Rotate(t.Context(), b.actor, rotate)
		b.wantCode(err, "rotation_in_progress")
		b.clock.add(time.Hour)
		_, err = b.tokens.Rotate(t.Context(), b.actor, rotate)
		b.must(err)
	})
}

func TestKeptAnswerNeedsTheHeader(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		in := service.CreateToken{Name: "New", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, IdempotencyKey: repeatKey}
		issued, err := b.tokens.Create(t.Context(), b.actor, in)
		b.must(err)
		var sealed []byte
		b.must(b.sql().QueryRowContext(t.Context(), "SELECT sealed FROM idempotent_answers").Scan(&sealed))
		root, err := keys.ReadRoot(b.rootFile)
		b.must(err)
		rows, err := b.store.Keys.All(t.Context())
		b.must(err)
		for _, row := range rows {
			key, err := root.Open(row.Sealed, fmt.Sprintf("tokenry %s %d", row.Kind, row.Number))
			b.must(err)
			for salt, opens := range map[string]bool{repeatKey: row.Kind == "idempotency", "": false, "fedcba9876543210": false} {
				value, err := keys.OpenWith(key, []byte(salt), sealed, "tokenry idempotent answer")
				if (err == nil) != opens || opens && !bytes.Contains(value, []byte(issued.Secret.Reveal())) {
					t.Errorf("%s %d with the header %q: %v", row.Kind, row.Number, salt, err)
				}
			}
		}
	})
}
