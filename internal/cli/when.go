package cli

import (
	"regexp"
	"strconv"
	"time"
)

var span = regexp.MustCompile(`^([0-9]{1,6})(m|h|d|w)$`)

var spanUnits = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}

// lifetime is a duration such as 90d.
type lifetime time.Duration

// UnmarshalText reads a whole number of minutes, hours, days or weeks.
func (l *lifetime) UnmarshalText(text []byte) error {
	parts := span.FindStringSubmatch(string(text))
	if parts == nil {
		return usage("%q is not a duration such as 12h, 90d or 2w", text)
	}
	n, err := strconv.Atoi(parts[1])
	*l = lifetime(time.Duration(n) * spanUnits[parts[2]])
	return err
}

// ahead is a moment to come: a time, a date, or a duration from now.
type ahead struct{ at *time.Time }

// UnmarshalText reads RFC 3339, a date in UTC, or a duration.
func (a *ahead) UnmarshalText(text []byte) error {
	at, err := readMoment(string(text), 1)
	a.at = at
	return err
}

// ago is a moment that has been: a time, a date, or a duration before now.
type ago struct{ at *time.Time }

// UnmarshalText reads RFC 3339, a date in UTC, or a duration.
func (a *ago) UnmarshalText(text []byte) error {
	at, err := readMoment(string(text), -1)
	a.at = at
	return err
}

func readMoment(text string, sign time.Duration) (*time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return &at, nil
		}
	}
	var l lifetime
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return nil, usage("%q is neither a time such as 2027-01-31T12:00:00Z, nor a date, nor a duration such as 90d", text)
	}
	at := time.Now().Add(sign * time.Duration(l)).UTC().Truncate(time.Second)
	return &at, nil
}

func (l lifetime) seconds() int { return int(time.Duration(l) / time.Second) }
