package service

import (
	"time"

	"github.com/tokenry/tokenry/model"
)

// unusedGrace is how long after people were told that a token is not used it is
// disabled.
const unusedGrace = 14 * 24 * time.Hour

// mindsSooner reports whether a change of the policy has tokens count as unused,
// or be disabled for it, that did not, or not yet, before. People must be told
// first.
func mindsSooner(before, after model.Policy) bool {
	return after.UnusedAfterDays > 0 &&
		(before.UnusedAfterDays == 0 || after.UnusedAfterDays < before.UnusedAfterDays || after.UnusedDisable && !before.UnusedDisable)
}

// unusedFrom is when a token begins to count as unused if it goes on not to be
// used, under a policy that minds. A change of it counts as a use.
func unusedFrom(policy model.Policy, tok *model.Token) time.Time {
	at := tok.UpdatedAt
	if tok.LastUsedAt != nil && tok.LastUsedAt.After(at) {
		at = *tok.LastUsedAt
	}
	at = at.AddDate(0, 0, policy.UnusedAfterDays)
	if policy.UnusedSince != nil && at.Before(*policy.UnusedSince) {
		at = *policy.UnusedSince
	}
	return at
}

// disableAt is when a token is disabled if it goes on not to be used; nil for
// never. To enable it, which is a change, undoes that for good.
func disableAt(policy model.Policy, tok *model.Token) *time.Time {
	if !policy.UnusedDisable || policy.UnusedSince == nil || tok.Decoy {
		return nil
	}
	return new(unusedFrom(policy, tok).Add(unusedGrace))
}
