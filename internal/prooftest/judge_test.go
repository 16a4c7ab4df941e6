package prooftest

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// at is an operation between two instants.
func at(call, end int64, input any, output any) porcupine.Operation {
	return porcupine.Operation{Input: input, Call: call, Output: output, Return: end}
}

func TestHistoriesAreJudged(t *testing.T) {
	t.Parallel()
	checked := func(call, end int64, code string) porcupine.Operation { return at(call, end, check{asOf: call}, code) }
	tests := map[string]struct {
		history []porcupine.Operation
		want    porcupine.CheckResult
	}{
		"ok after an acknowledged revocation": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: revoke}, "done"), at(21, 21, acknowledge{1}, nil), checked(22, 23, "ok"),
		}, porcupine.Illegal},
		"ok from a check that began before the acknowledgement": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: revoke}, "done"), at(21, 21, acknowledge{1}, nil), checked(19, 23, "ok"),
		}, porcupine.Ok},
		"revoked on one node, ok on another, before the acknowledgement": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: revoke}, "done"), at(21, 21, acknowledge{1}, nil), checked(12, 13, "revoked"), checked(14, 15, "ok"),
		}, porcupine.Ok},
		"revoked before the call": {[]porcupine.Operation{
			checked(1, 2, "revoked"), at(10, 20, commit{id: 1, action: revoke}, "done"),
		}, porcupine.Illegal},
		"ok long after a revocation that nobody waited for": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: revoke}, "done"), checked(90, 91, "revoked"), checked(92, 93, "ok"),
		}, porcupine.Ok},
		"a change of unknown outcome takes effect late": {[]porcupine.Operation{
			at(10, never, commit{id: 1, action: disable}, nil), checked(50, 51, "ok"), checked(90, 91, "disabled"),
		}, porcupine.Ok},
		"a change of unknown outcome takes no effect": {[]porcupine.Operation{
			at(10, never, commit{id: 1, action: revoke}, nil), at(20, 30, commit{id: 2, action: disable}, "done"), at(31, 31, acknowledge{2}, nil),
			at(40, 50, commit{id: 3, action: enable}, "done"), checked(90, 91, "ok"),
		}, porcupine.Ok},
		"enabled, which nobody waits for, may not be heard of": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: disable}, "done"), at(21, 21, acknowledge{1}, nil),
			at(30, 40, commit{id: 2, action: enable}, "done"), checked(50, 51, "ok"), checked(52, 53, "disabled"),
		}, porcupine.Ok},
		"enabled, and not heard of, until the next acknowledged change": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: disable}, "done"), at(21, 21, acknowledge{1}, nil),
			at(30, 40, commit{id: 2, action: enable}, "done"),
			at(50, 60, commit{id: 3, action: narrow}, "done"), at(61, 61, acknowledge{3}, nil), checked(70, 71, "disabled"),
		}, porcupine.Illegal},
		"a state that never was": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: disable}, "done"), checked(50, 51, "insufficient_scope"),
		}, porcupine.Illegal},
		"the old secret after a rotation without grace": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: rotate, by: 20}, "done"), at(21, 21, acknowledge{1}, nil), checked(30, 31, "ok"),
		}, porcupine.Illegal},
		"the old secret, as of before the rotation, after a revocation": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: rotate, by: 20}, "done"), at(30, 40, commit{id: 2, action: revoke}, "done"), checked(15, 50, "revoked"),
		}, porcupine.Ok},
		"the old secret after a rotation with grace": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: rotate, grace: true}, "done"), checked(30, 31, "ok"), at(32, 33, check{secret: 1}, "unknown"),
		}, porcupine.Ok},
		"refused as revoked, and enabled afterwards": {[]porcupine.Operation{
			at(10, never, commit{id: 1, action: revoke}, nil), at(20, 30, refused{}, "done"), at(40, 50, commit{id: 2, action: enable}, "done"),
		}, porcupine.Illegal},
		"ok after the account was deactivated": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: deactivate}, "done"), at(21, 21, acknowledge{1}, nil), checked(30, 31, "ok"),
		}, porcupine.Illegal},
		"of the account and the token, each as it was at another time": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: deactivate}, "done"), at(21, 21, acknowledge{1}, nil),
			at(30, 40, commit{id: 2, action: disable}, "done"), at(50, 60, commit{id: 3, action: activate}, "done"), checked(70, 71, "ok"),
		}, porcupine.Ok},
		"but not the token as it was before what was acknowledged": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: deactivate}, "done"), at(21, 21, acknowledge{1}, nil),
			at(30, 40, commit{id: 2, action: disable}, "done"), at(41, 41, acknowledge{2}, nil),
			at(50, 60, commit{id: 3, action: activate}, "done"), checked(70, 71, "ok"),
		}, porcupine.Illegal},
		"a scope that the catalog has again, and the token has not": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: strip}, "done"), at(21, 21, acknowledge{1}, nil), at(30, 40, commit{id: 2, action: restore}, "done"),
			at(50, 51, check{asOf: 50, wide: true}, "ok"),
		}, porcupine.Illegal},
		"a scope that was asked for while the catalog did not have it": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: strip}, "done"), at(30, 40, commit{id: 2, action: widen}, "done"), at(41, 41, acknowledge{2}, nil),
			at(50, 60, commit{id: 3, action: restore}, "done"), at(70, 71, check{asOf: 70, wide: true}, "insufficient_scope"),
		}, porcupine.Ok},
		"a revoked secret whose pepper was retired": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: revoke}, "done"), checked(30, 31, "unknown"),
		}, porcupine.Ok},
		"a secret that ended while it was checked, and whose pepper was retired": {[]porcupine.Operation{
			at(10, 20, commit{id: 1, action: rotate, by: 20}, "done"), at(5, 30, check{asOf: 5}, "unknown"),
		}, porcupine.Ok},
		"a live secret whose pepper was retired": {[]porcupine.Operation{checked(30, 31, "unknown")}, porcupine.Illegal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := judge(tt.history); got != tt.want {
				t.Errorf("judge = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestOffenderIsTheFirstImpossibleAnswer(t *testing.T) {
	t.Parallel()
	history := []porcupine.Operation{
		at(5, 6, check{}, "ok"), at(10, 20, commit{id: 1, action: revoke}, "done"), at(21, 21, acknowledge{1}, nil),
		at(30, 31, check{}, "revoked"), at(40, 41, check{}, "ok"), at(50, 51, check{}, "revoked"), at(60, 61, check{}, "ok"),
	}
	if got := offender(history); got.Call != 40 {
		t.Errorf("offender = %+v, want the check at 40", got)
	}
}
