package service_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const oneDay = 24 * time.Hour

// mind makes the account disable what is not used for that many days.
func (b *bench) mind(days int) {
	b.t.Helper()
	_, err := b.accounts.Update(b.t.Context(), b.actor, service.AccountInput{
		Policy: service.PolicyInput{UnusedAfterDays: &days, UnusedDisable: new(true)},
	})
	b.must(err)
}

func (b *bench) status(id string) model.Status {
	b.t.Helper()
	tok, err := b.tokens.Show(b.t.Context(), b.actor, id)
	b.must(err)
	return tok.Status(b.clock.now())
}

// TestUnusedTokensAreDisabled: once they were not used for as long as the policy
// says, and the grace after people were told.
func TestUnusedTokensAreDisabled(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		given func(b *bench, tok service.Issued)
		want  model.Status
	}{
		"unused":         {func(b *bench, _ service.Issued) { b.mind(30); b.clock.add(44*oneDay + time.Hour) }, model.StatusDisabled},
		"in its grace":   {func(b *bench, _ service.Issued) { b.mind(30); b.clock.add(43 * oneDay) }, model.StatusActive},
		"no policy":      {func(b *bench, _ service.Issued) { b.clock.add(1000 * oneDay) }, model.StatusActive},
		"policy is new":  {func(b *bench, _ service.Issued) { b.clock.add(1000 * oneDay); b.mind(30); b.clock.add(13 * oneDay) }, model.StatusActive},
		"policy was new": {func(b *bench, _ service.Issued) { b.clock.add(1000 * oneDay); b.mind(30); b.clock.add(15 * oneDay) }, model.StatusDisabled},
		"policy is shortened": {func(b *bench, _ service.Issued) {
			b.mind(90)
			b.clock.add(80 * oneDay)
			b.mind(30)
			b.clock.add(13 * oneDay)
		}, model.StatusActive},
		"used meanwhile": {func(b *bench, tok service.Issued) {
			b.mind(30)
			b.clock.add(20 * oneDay)
			b.verify(tok.Secret)
			b.flush()
			b.clock.add(30 * oneDay)
		}, model.StatusActive},
		"enabled again": {func(b *bench, tok service.Issued) {
			b.mind(30)
			b.clock.add(50 * oneDay)
			b.must(b.tokens.DisableUnused(b.t.Context()))
			_, err := b.tokens.Enable(b.t.Context(), b.actor, tok.Token.ID)
			b.must(err)
			b.clock.add(43 * oneDay)
		}, model.StatusActive},
		"and forgotten again": {func(b *bench, tok service.Issued) {
			b.mind(30)
			b.clock.add(50 * oneDay)
			b.must(b.tokens.DisableUnused(b.t.Context()))
			_, err := b.tokens.Enable(b.t.Context(), b.actor, tok.Token.ID)
			b.must(err)
			b.clock.add(45 * oneDay)
		}, model.StatusDisabled},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testdb.Each(t, func(t *testing.T, db testdb.DB) {
				b := newBench(t, db)
				tok := b.create("Forgotten")
				tt.given(b, tok)
				b.must(b.tokens.DisableUnused(t.Context()))
				if got := b.status(tok.Token.ID); got != tt.want {
					t.Errorf("the token is %s, want %s", got, tt.want)
				}
			})
		})
	}
}

// TestDecoysAreNotForgotten: nobody is meant to use them.
func TestDecoysAreNotForgotten(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		decoy, err := b.tokens.Create(t.Context(), b.actor, service.CreateToken{
			Name: "Decoy", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, Decoy: true,
		})
		b.must(err)
		forgotten := b.create("Forgotten")
		b.mind(30)
		b.clock.add(100 * oneDay)
		b.must(b.tokens.DisableUnused(t.Context()))
		if got := b.status(decoy.Token.ID); got != model.StatusActive {
			t.Errorf("the decoy is %s", got)
		}
		ended := b.entries("token.disabled")
		if len(ended) == 0 || ended[len(ended)-1].Details["cause"] != "unused" || ended[len(ended)-1].ActorKind != model.ActorSystem {
			t.Errorf("entries %+v for %s", ended, forgotten.Token.ID)
		}
	})
}

func TestUnusedPolicyIsJudged(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		_, err := b.accounts.Update(t.Context(), b.actor, service.AccountInput{Policy: service.PolicyInput{UnusedDisable: new(true)}})
		b.wantCode(err, "invalid_request")
	})
}
