package service_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

func TestNamesOfDuplicates(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 100)
	tests := map[string]struct {
		name string
		want []string // of one duplicate after the other
	}{
		"short": {"Report", []string{"Copy of Report", "Copy of Report (2)", "Copy of Report (3)"}},
		"long": {long, []string{
			"Copy of " + long[:2*92], "Copy of " + long[:2*88] + " (2)", "Copy of " + long[:2*88] + " (3)",
		}},
		"with a space where it is cut": {strings.Repeat("x", 91) + " yyyyyyyy", []string{"Copy of " + strings.Repeat("x", 91)}},
		"wild":                         {`100%_\`, []string{`Copy of 100%_\`, `Copy of 100%_\ (2)`}},
		"of a copy":                    {"Copy of A", []string{"Copy of Copy of A"}},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		for name, tt := range tests {
			id := b.create(tt.name).Token.ID
			for _, want := range tt.want {
				copied, err := b.tokens.Duplicate(t.Context(), b.actor, id, "")
				b.must(err)
				if got := copied.Token.Name; got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		}
	})
}

func TestRotation(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		first := b.create("Report")
		rotate := func(grace *time.Duration, end bool) (service.Issued, error) {
			issued, err := b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: first.Token.ID, Grace: grace, EndPrevious: end})
			if err == nil {
				b.must(b.tokens.Wait(ctx, issued.Taken))
				b.must(b.node.CatchUp(ctx))
			}
			return issued, err
		}
		second, err := rotate(nil, false)
		b.must(err)
		if second.Taken != 0 || second.Token.ID != first.Token.ID || second.Token.Generation != 2 || second.Token.RightsEpoch != 0 {
			t.Errorf("rotated with grace: %+v", second)
		}
		_, err = rotate(nil, false)
		b.wantCode(err, "rotation_in_progress")
		third, err := rotate(new(time.Hour), true)
		b.must(err)
		if third.Taken == 0 || third.Token.RightsEpoch != 1 {
			t.Errorf("ended the previous: %+v", third)
		}
		wants := []string{"rotated", "ok", "ok"}
		for i, issued := range []service.Issued{first, second, third} {
			if got := b.verify(issued.Secret); got != wants[i] {
				t.Errorf("secret %d: %s, want %s", i, got, wants[i])
			}
		}
		b.clock.add(time.Hour)
		fourth, err := rotate(new(time.Duration), false)
		b.must(err)
		if got := b.verify(third.Secret); got != "rotated" || fourth.Taken == 0 {
			t.Errorf("rotated now: the old secret is %s", got)
		}
		for name, grace := range map[string]time.Duration{"below 0": -time.Second, "over a week": 7*24*time.Hour + time.Second} {
			if _, err := rotate(&grace, true); !model.IsCode(err, "invalid_request") {
				t.Errorf("grace %s: %v", name, err)
			}
		}
		_, err = b.tokens.Disable(ctx, b.actor, first.Token.ID)
		b.must(err)
		if _, err = rotate(nil, false); err != nil {
			t.Errorf("while disabled: %v", err)
		}
		_, err = b.tokens.Revoke(ctx, b.actor, first.Token.ID, "")
		b.must(err)
		_, err = rotate(nil, true)
		b.wantCode(err, "token_revoked")
	})
}

func TestUpdatesThatTakeRightsAwayAreWaitedFor(t *testing.T) {
	t.Parallel()
	later, sooner := time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2080, 1, 1, 0, 0, 0, 0, time.UTC)
	two := []string{"actions.list_actions", "actions.view_one_action"}
	tests := map[string]struct {
		from service.CreateToken
		to   service.UpdateToken
		want bool
	}{
		"name":                 {service.CreateToken{}, service.UpdateToken{Name: new("Renamed")}, false},
		"scope less":           {service.CreateToken{Scopes: two}, service.UpdateToken{Scopes: new(two[:1])}, true},
		"scope more":           {service.CreateToken{Scopes: two[:1]}, service.UpdateToken{Scopes: &two}, false},
		"version":              {service.CreateToken{Version: "15"}, service.UpdateToken{Version: new("16")}, true},
		"expiry":               {service.CreateToken{}, service.UpdateToken{ExpiresAt: new(&later)}, true},
		"expiry sooner":        {service.CreateToken{ExpiresAt: &later}, service.UpdateToken{ExpiresAt: new(&sooner)}, true},
		"expiry later":         {service.CreateToken{ExpiresAt: &sooner}, service.UpdateToken{ExpiresAt: new(&later)}, false},
		"expiry gone":          {service.CreateToken{ExpiresAt: &sooner}, service.UpdateToken{ExpiresAt: new((*time.Time)(nil))}, false},
		"networks":             {service.CreateToken{}, service.UpdateToken{AllowedCIDRs: &[]string{"10.0.0.0/8"}}, true},
		"networks wider":       {service.CreateToken{AllowedCIDRs: []string{"10.0.0.0/8"}}, service.UpdateToken{AllowedCIDRs: &[]string{"0.0.0.0/0"}}, false},
		"networks narrower":    {service.CreateToken{AllowedCIDRs: []string{"10.0.0.0/8"}}, service.UpdateToken{AllowedCIDRs: &[]string{"10.0.0.0/9"}}, true},
		"networks of IPv6":     {service.CreateToken{AllowedCIDRs: []string{"10.0.0.0/8"}}, service.UpdateToken{AllowedCIDRs: &[]string{"::/0"}}, true},
		"networks gone":        {service.CreateToken{AllowedCIDRs: []string{"10.0.0.0/8"}}, service.UpdateToken{AllowedCIDRs: new([]string(nil))}, false},
		"claim":                {service.CreateToken{Claims: map[string]string{"tier": "gold"}}, service.UpdateToken{Claims: map[string]*string{"tier": nil}}, true},
		"metadata":             {service.CreateToken{Metadata: map[string]string{"a": "b"}}, service.UpdateToken{Metadata: map[string]*string{"a": nil}}, false},
		"nothing, so it waits": {service.CreateToken{Scopes: two}, service.UpdateToken{Scopes: &two}, true},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		for name, tt := range tests {
			tt.from.Name, tt.from.PrimaryContact = name, ada
			if tt.from.Scopes == nil {
				tt.from.Scopes = two[:1]
			}
			issued, err := b.tokens.Create(t.Context(), b.actor, tt.from)
			b.must(err)
			tt.to.ID = issued.Token.ID
			changed, err := b.tokens.Update(t.Context(), b.actor, tt.to)
			b.must(err)
			if got := changed.Taken > 0; got != tt.want {
				t.Errorf("%s: waits %v, want %v", name, got, tt.want)
			}
			stored, err := b.tokens.Show(t.Context(), b.actor, issued.Token.ID)
			b.must(err)
			if stored.Revision != changed.Token.Revision {
				t.Errorf("%s: revision %d is stored, and %d returned", name, stored.Revision, changed.Token.Revision)
			}
		}
	})
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in    service.UpdateToken
		field string
		code  string
	}{
		"version backward":   {service.UpdateToken{Version: new("14")}, "version", "version_backward"},
		"version unknown":    {service.UpdateToken{Version: new("99")}, "version", "unknown_version"},
		"no scope":           {service.UpdateToken{Scopes: &[]string{}}, "scopes", "required"},
		"scope of another":   {service.UpdateToken{Scopes: &[]string{"tokenry.admin"}}, "scopes.0", "unknown_scope"},
		"contact of another": {service.UpdateToken{PrimaryContact: new("02demoMember0000000004")}, "contacts.primary", "not_a_contact"},
		"expiry in the past": {service.UpdateToken{ExpiresAt: new(new(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)))}, "expires_at", "in_past"},
		"networks":           {service.UpdateToken{AllowedCIDRs: &[]string{"10.0.0.0/8", "10.0.0.0/33"}}, "allowed_cidrs.1", "not_a_network"},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		id := b.create("Report").Token.ID
		for name, tt := range tests {
			tt.in.ID = id
			_, err := b.tokens.Update(t.Context(), b.actor, tt.in)
			b.wantFault(name, err, tt.field, tt.code)
		}
		_, err := b.tokens.Update(t.Context(), b.actor, service.UpdateToken{ID: b.create("Other").Token.ID, Name: new("Report")})
		b.wantCode(err, "name_taken")
		other := b.actor
		other.AccountID = "02demoBrand00000000001"
		_, err = b.tokens.Update(t.Context(), other, service.UpdateToken{ID: id, Name: new("Theirs")})
		b.wantCode(err, "not_found")
	})
}

// wantFault fails the test unless err has exactly that fault.
func (b *bench) wantFault(name string, err error, field, code string) {
	b.t.Helper()
	invalid, ok := errors.AsType[*model.Error](err)
	if !ok || len(invalid.Fields) != 1 || invalid.Fields[0].Field != field || invalid.Fields[0].Code != code {
		b.t.Errorf("%s: %v, want %s: %s", name, err, field, code)
	}
}

func TestPolicyBoundsTokens(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		free := b.create("Free")
		changed, err := b.accounts.Update(ctx, b.actor, service.AccountInput{
			Policy: service.PolicyInput{MaxLifetimeSeconds: new(int64(3600)), RequireCIDRs: new(true)},
		})
		b.must(err)
		b.must(b.node.CatchUp(ctx))
		if changed.Taken != 0 {
			t.Errorf("a policy for new tokens took %d", changed.Taken)
		}
		in := func() service.CreateToken {
			return service.CreateToken{
				Name: "Bound", ExpiresAt: new(b.clock.now().Add(time.Hour)), AllowedCIDRs: []string{"10.0.0.0/8"},
			}
		}
		never, late, anywhere := in(), in(), in()
		never.ExpiresAt, anywhere.AllowedCIDRs = nil, nil
		late.ExpiresAt = new(b.clock.now().Add(time.Hour + time.Second))
		b.wantFault("never", b.createWith(never), "expires_at", "policy_expiry_required")
		b.wantFault("late", b.createWith(late), "expires_at", "policy_lifetime")
		b.wantFault("anywhere", b.createWith(anywhere), "allowed_cidrs", "policy_cidrs_required")
		b.must(b.createWith(in()))
		if _, err := b.tokens.Update(ctx, b.actor, service.UpdateToken{ID: free.Token.ID, Name: new("Still free")}); err != nil {
			t.Errorf("rename what the policy would refuse: %v", err)
		}
	})
}

func TestAccountChangesThatTakeRightsAwayAreWaitedFor(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   service.AccountInput
		want bool
	}{
		"name":        {service.AccountInput{Name: new("Renamed")}, false},
		"allowed":     {service.AccountInput{Policy: service.PolicyInput{AllowSelfRotation: new(true)}}, false},
		"forbidden":   {service.AccountInput{Policy: service.PolicyInput{AllowSelfRotation: new(false)}}, true},
		"external id": {service.AccountInput{ExternalID: new(new("elsewhere"))}, true},
		"disabled":    {service.AccountInput{State: new(model.AccountDisabled)}, true},
		"enabled":     {service.AccountInput{State: new(model.AccountActive)}, false},
	}
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		for _, name := range []string{"name", "allowed", "forbidden", "external id", "disabled", "enabled"} {
			changed, err := b.accounts.Update(t.Context(), b.actor, tests[name].in)
			b.must(err)
			if got := changed.Taken > 0; got != tests[name].want {
				t.Errorf("%s: waits %v, want %v", name, got, tests[name].want)
			}
		}
	})
}

func TestWrongStates(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		ctx := t.Context()
		tok, err := b.tokens.Create(ctx, b.actor, service.CreateToken{
			Name: "Short", Scopes: []string{"actions.list_actions"}, PrimaryContact: ada, ExpiresAt: new(b.clock.now().Add(time.Hour)),
		})
		b.must(err)
		id := tok.Token.ID
		b.clock.add(time.Hour)
		if got := b.verify(tok.Secret); got != "expired" {
			t.Errorf("at its expiry: %s", got)
		}
		_, err = b.tokens.Rotate(ctx, b.actor, service.RotateToken{ID: id})
		b.wantCode(err, "token_expired")
		_, err = b.tokens.Duplicate(ctx, b.actor, id, "")
		b.wantCode(err, "token_expired")
		_, err = b.tokens.Disable(ctx, b.actor, id)
		b.must(err)
		_, err = b.tokens.Duplicate(ctx, b.actor, id, "")
		b.wantCode(err, "token_expired")
		_, err = b.tokens.Revoke(ctx, b.actor, id, "first")
		b.must(err)
		for range 2 {
			again, err := b.tokens.Revoke(ctx, b.actor, id, "second")
			b.must(err)
			if again.Token.RevokeReason != "first" {
				t.Errorf("reason %q, want the first", again.Token.RevokeReason)
			}
		}
		_, err = b.tokens.Disable(ctx, b.actor, id)
		b.wantCode(err, "token_revoked")
		_, err = b.tokens.Enable(ctx, b.actor, id)
		b.wantCode(err, "token_revoked")
		_, err = b.tokens.Update(ctx, b.actor, service.UpdateToken{ID: id, Name: new("X")})
		b.wantCode(err, "token_revoked")
		for range 2 {
			_, err = b.tokens.Delete(ctx, b.actor, id)
			b.must(err)
		}
		_, err = b.tokens.Show(ctx, b.actor, id)
		b.wantCode(err, "not_found")
		_, err = b.tokens.Revoke(ctx, b.actor, id, "")
		b.wantCode(err, "not_found")
	})
}

func TestDeletionsAtOnce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		id := b.create("Report").Token.ID
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if deleted, err := b.tokens.Delete(t.Context(), b.actor, id); err != nil || deleted.Taken == 0 || deleted.Token.DeletedAt == nil {
					t.Errorf("%+v %v", deleted, err)
				}
			})
		}
		wg.Wait()
		if entries := b.entries("token.deleted"); len(entries) != 1 {
			t.Errorf("%d entries, want 1", len(entries))
		}
	})
}

// A node whose clock is behind does not accept a secret that was ended.
func TestEndedSecretIsEndedByEveryClock(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		b := newBench(t, db)
		behind := b.beside()
		behind.verifier.Now = func() time.Time { return b.clock.now().Add(-time.Minute) }
		first := b.create("Report")
		b.clock.add(time.Hour)
		rotate := func(grace time.Duration, end bool) service.Issued {
			issued, err := b.tokens.Rotate(t.Context(), b.actor, service.RotateToken{ID: first.Token.ID, Grace: &grace, EndPrevious: end})
			b.must(err)
			if issued.Taken > 0 {
				b.must(b.tokens.Wait(t.Context(), issued.Taken))
			}
			return issued
		}
		second := rotate(0, false)
		if got := behind.verify(first.Secret); got != "rotated" {
			t.Errorf("after a rotation without grace: %s", got)
		}
		third := rotate(time.Hour, false)
		rotate(time.Hour, true)
		if got := behind.verify(second.Secret); got != "rotated" {
			t.Errorf("after end_previous: %s", got)
		}
		if got := behind.verify(third.Secret); got != "ok" {
			t.Errorf("within its grace: %s", got)
		}
	})
}
