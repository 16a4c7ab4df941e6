package service

import "github.com/tokenry/tokenry/model"

// disablesSooner reports whether unused tokens are disabled under the policy
// after a change that were not, or not yet, before. People must be told first.
func disablesSooner(before, after model.Policy) bool {
	return after.UnusedDisable && (!before.UnusedDisable || after.UnusedAfterDays < before.UnusedAfterDays)
}
