package service

import (
	"time"

	"github.com/tokenry/tokenry/model"
)

// unusedGrace is how long after people were told that a token is not used it is
// disabled.
const unusedGrace = 14 * 24 * time.Hour

// disablesSooner reports whether unused tokens are disabled under the policy
// after a change that were not, or not yet, before. People must be told first.
func disablesSooner(before, after model.Policy) bool {
	return after.UnusedDisable && (!before.UnusedDisable || after.UnusedAfterDays < before.UnusedAfterDays)
}

// disableAt is when a token is disabled if it goes on not to be used; nil for
// never. A change of it counts as a use, so that to enable it undoes that for
// good.
func disableAt(policy model.Policy, tok *model.Token) *time.Time {
	if !policy.UnusedDisable || policy.UnusedDisableSince == nil || tok.Decoy {
		return nil
	}
	at := tok.UpdatedAt
	if tok.LastUsedAt != nil && tok.LastUsedAt.After(at) {
		at = *tok.LastUsedAt
	}
	at = at.AddDate(0, 0, policy.UnusedAfterDays)
	if at.Before(*policy.UnusedDisableSince) { // people were told no sooner
		at = *policy.UnusedDisableSince
	}
	at = at.Add(unusedGrace)
	return &at
}
