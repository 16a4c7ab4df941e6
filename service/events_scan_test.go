package service_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// createFor makes a token that lives for some time; 0 for ever.
func (t *teller) createFor(life time.Duration) model.Token {
	t.t.Helper()
	in := service.CreateToken{Name: "Token", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada}
	if life > 0 {
		in.ExpiresAt = new(t.clock.now().Add(life))
	}
	issued, err := t.tokens.Create(t.t.Context(), t.actor, in)
	t.must(err)
	t.follow()
	return issued.Token
}

// pass lets time pass in steps, as a server looks for what it brings, and gives
// what it was told of, each with the hours that had passed.
func (t *teller) pass(d time.Duration) map[string][]int {
	t.t.Helper()
	told, begin := map[string][]int{}, t.clock.now()
	step := day / 2
	if d < day {
		step = time.Hour
	}
	for ; d > 0; d -= step {
		t.clock.add(step)
		t.scan()
		for _, event := range t.heard() {
			told[event.Type] = append(told[event.Type], int(t.clock.now().Sub(begin).Hours()))
		}
	}
	return told
}

func (t *teller) wantHours(got, want map[string][]int) {
	t.t.Helper()
	for kind := range mergedKeys(got, want) {
		if len(got[kind]) != len(want[kind]) {
			t.t.Fatalf("%s after %v hours, want %v", kind, got[kind], want[kind])
		}
		for i := range want[kind] {
			if got[kind][i] != want[kind][i] {
				t.t.Errorf("%s after %v hours, want %v", kind, got[kind], want[kind])
			}
		}
	}
}

func mergedKeys(a, b map[string][]int) map[string]bool {
	keys := map[string]bool{}
	for _, m := range []map[string][]int{a, b} {
		for key := range m {
			keys[key] = true
		}
	}
	return keys
}

func TestLeadTimes(t *testing.T) {
	t.Parallel()
	const expiring, expired = model.EventTokenExpiring, model.EventTokenExpired
	tests := map[string]struct {
		life  time.Duration
		after func(b *teller, id string) // the token was made
		want  []string                   // told at once, after its creation
		wait  time.Duration
		hours map[string][]int
	}{
		"for ever": {wait: 70 * day},
		"a year's worth": {
			life: 70 * day, wait: 71 * day, hours: map[string][]int{expiring: {40 * 24, 63 * 24, 69 * 24}, expired: {70 * 24}},
		},
		"forty days: thirty are more than half": {
			life: 40 * day, wait: 41 * day, hours: map[string][]int{expiring: {33 * 24, 39 * 24}, expired: {40 * 24}},
		},
		"a week": {
			life: 7 * day, want: []string{expiring}, wait: 8 * day, hours: map[string][]int{expiring: {6 * 24}, expired: {7 * 24}},
		},
		"an hour": {life: time.Hour, want: []string{expiring}, wait: 2 * time.Hour, hours: map[string][]int{expired: {1}}},
		"moved nearer": {
			life: 70 * day, want: []string{expiring}, wait: 9 * day, hours: map[string][]int{expiring: {7 * 24}, expired: {8 * 24}},
			after: func(b *teller, id string) { b.expireIn(id, 8*day) },
		},
		"revoked": {
			life: 35 * day, wait: 36 * day,
			after: func(b *teller, id string) {
				_, err := b.tokens.Revoke(b.t.Context(), b.actor, id, "")
				b.must(err)
			},
		},
		"disabled, and enabled near the end": {
			life: 70 * day, want: []string{expiring}, wait: 3 * day, hours: map[string][]int{expiring: {24}, expired: {2 * 24}},
			after: func(b *teller, id string) {
				_, err := b.tokens.Disable(b.t.Context(), b.actor, id)
				b.must(err)
				b.follow()
				b.wantHours(b.pass(68*day), map[string][]int{model.EventTokenDisabled: {12}})
				_, err = b.tokens.Enable(b.t.Context(), b.actor, id)
				b.must(err)
			},
		},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newTeller(newBench(t, testdb.New(t, db.Dialect)))
				tok := b.createFor(tt.life)
				if tt.after != nil {
					b.heard()
					tt.after(b, tok.ID)
					b.follow()
				}
				b.scan()
				var at []string
				for _, event := range b.heard() {
					if event.Type == expiring {
						at = append(at, event.Type)
					}
				}
				if len(at) != len(tt.want) {
					t.Errorf("told at once of %v, want %v", at, tt.want)
				}
				b.wantHours(b.pass(tt.wait), tt.hours)
			})
		}
	})
}

func (t *teller) expireIn(id string, d time.Duration) {
	t.t.Helper()
	_, err := t.tokens.Update(t.t.Context(), t.actor, service.UpdateToken{ID: id, ExpiresAt: new(new(t.clock.now().Add(d)))})
	t.must(err)
}

// TestLateScan: after a long stop, of what became due only the nearest lead is
// told, and a moved expiry is told anew.
func TestLateScan(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newTeller(newBench(t, db))
		tok := b.createFor(70 * day)
		b.heard()
		b.clock.add(65 * day)
		b.scan()
		b.scan()
		if got := b.wantTold(model.EventTokenExpiring)[0].Data["lead_seconds"]; got != int64((7 * day).Seconds()) {
			t.Errorf("lead %v, want 7 days", got)
		}
		b.expireIn(tok.ID, 5*day+time.Second)
		b.follow()
		b.wantTold(model.EventTokenChanged, model.EventTokenExpiring)
		b.expireIn(tok.ID, 200*day)
		b.follow()
		b.wantTold(model.EventTokenChanged)
		b.clock.add(6 * day)
		b.scan()
		b.wantTold()
	})
}

// TestScansOfManyTokens: more tokens that end at the same moment than a batch
// has.
func TestScansOfManyTokens(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newTeller(newBench(t, db))
		end := b.clock.now().Add(100 * day)
		const many = 230
		for i := range many {
			_, err := b.tokens.Create(t.Context(), b.actor, service.CreateToken{
				Name: "Token " + time.Duration(i).String(), Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, ExpiresAt: &end,
			})
			b.must(err)
		}
		b.follow()
		b.heard()
		b.clock.add(71 * day)
		other := *b.Events
		b.must(other.Scan(t.Context()))
		b.scan()
		if got := len(b.heard()); got != many {
			t.Errorf("told of %d tokens, want %d", got, many)
		}
	})
}

func TestUnusedTokensAreTold(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newTeller(newBench(t, db))
		tok := b.createFor(0)
		b.heard()
		b.clock.add(100 * day)
		b.scan()
		b.wantTold() // no policy
		account, err := b.store.Accounts.ByID(t.Context(), partner)
		b.must(err)
		account.Policy.UnusedAfterDays = 60
		b.must(b.store.Accounts.Update(t.Context(), &account))
		b.clock.add(2 * time.Hour)
		b.scan()
		unused := 0
		for _, event := range b.heard() {
			if event.Type != model.EventTokenUnused || event.AccountID != partner {
				t.Errorf("told of %s of %s", event.Type, event.AccountID)
			}
			if event.TokenID == tok.ID {
				unused++
			}
		}
		if unused != 1 {
			t.Errorf("told %d times that the token is not used, want once", unused)
		}
		b.clock.add(day)
		b.scan()
		b.wantTold()
		_, err = b.tokens.Update(t.Context(), b.actor, service.UpdateToken{ID: tok.ID, Name: new("Cared for")})
		b.must(err)
		b.follow()
		b.wantTold(model.EventTokenChanged)
		b.clock.add(59 * day)
		b.scan()
		b.wantTold()
		b.clock.add(2 * day)
		b.scan()
		b.wantTold(model.EventTokenUnused)
		b.clock.add(89 * day)
		b.scan()
		b.clock.add(2 * day) // the event is not kept any more
		b.must((&service.Housekeeping{Store: b.store, Log: b.Log, Now: b.clock.now}).Clean(t.Context()))
		b.scan()
		b.wantTold()
	})
}

func TestPreviousSecretInUseIsTold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		grace time.Duration
		use   time.Duration // when it is used; 0 for never
		quiet time.Duration // told of nothing by then
		told  time.Duration // told by then; 0 for never
	}{
		"a week":         {7 * day, 5*day + time.Hour, 5*day + 23*time.Hour, 6*day + time.Minute},
		"an hour":        {time.Hour, time.Minute, 29 * time.Minute, 31 * time.Minute},
		"used long ago":  {7 * day, day, 7*day - time.Hour, 0},
		"not used":       {7 * day, 0, 7*day - time.Hour, 0},
		"used at last":   {2 * day, 2*day - 2*time.Hour, 2*day - 2*time.Hour - time.Minute, 2*day - time.Hour},
		"used no longer": {2 * day, time.Minute, 2*day - time.Minute, 0},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newTeller(newBench(t, testdb.New(t, db.Dialect)))
				issued := b.create("Token")
				_, err := b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: issued.Token.ID, Grace: &tt.grace})
				b.must(err)
				b.follow()
				b.heard()
				begin := b.clock.now()
				to := func(at time.Duration) {
					b.clock.add(begin.Add(at).Sub(b.clock.now()))
					b.scan()
				}
				use := func() {
					to(tt.use)
					if got := b.verify(issued.Secret); got != "ok" {
						t.Fatalf("the old secret is %s", got)
					}
					b.flush()
				}
				if tt.use > 0 && tt.use < tt.quiet {
					use()
				}
				to(tt.quiet)
				b.wantTold()
				if tt.use > tt.quiet {
					use()
				}
				if tt.told > 0 {
					to(tt.told)
					b.wantTold(model.EventTokenPreviousSecretUsed)
					to(tt.told + 2*time.Minute)
					b.wantTold()
				}
			})
		}
	})
}

func TestMissingContactIsTold(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newTeller(newBench(t, db))
		actor := b.actor
		member, err := b.members.Create(t.Context(), actor, service.MemberInput{
			Name: new("Grace"), Email: new("grace@example.com"), Role: new(model.RoleViewer),
		})
		b.must(err)
		state := func(to model.MemberState) {
			_, err := b.members.Update(t.Context(), actor, member.ID, service.MemberInput{State: &to})
			b.must(err)
			b.follow()
		}
		state(model.MemberInactive)
		b.wantTold() // contact of nothing
		state(model.MemberActive)
		for _, name := range []string{"One", "Two"} {
			_, err := b.tokens.Create(t.Context(), actor, service.CreateToken{
				Name: name, Scopes: []string{"actions.list_actions"}, PrimaryContact: member.ID,
			})
			b.must(err)
		}
		b.follow()
		b.wantTold(model.EventTokenCreated, model.EventTokenCreated)
		state(model.MemberInactive)
		event := b.wantTold(model.EventContactMissing)[0]
		if event.Data["token_count"] != int64(2) || len(event.Data["tokens"].([]any)) != 2 {
			t.Errorf("told of %v", event.Data)
		}
	})
}
