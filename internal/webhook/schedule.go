package webhook

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// schedule is how long after each failed attempt the next one is made: over
// three days in all.
var schedule = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// MaxAttempts is how many attempts are made to deliver one message.
const MaxAttempts = 10

// longestWait is the longest that an endpoint may ask us to wait.
const longestWait = 24 * time.Hour

// Delay is how long to wait after the failed attempt of that number, counted from
// 1, of an endpoint that has asked to be left alone for a while, or for 0. Delays
// vary, so that what failed together is not tried together. It reports false if
// there is to be no other attempt.
func Delay(attempt int, asked time.Duration) (time.Duration, bool) {
	if attempt < 1 || attempt > len(schedule) {
		return 0, false
	}
	delay := schedule[attempt-1]
	delay += rand.N(delay/5 + 1) //nolint:gosec // it need not be secret
	return max(delay, min(asked, longestWait)), true
}

// retryAfter is for how long an answer asks us to wait; 0 if it does not.
func retryAfter(res *http.Response, now time.Time) time.Duration {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	text := res.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
