package secret_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tokenry/tokenry/internal/secret"
)

func TestNewParses(t *testing.T) {
	t.Parallel()
	id := secret.NewID()
	made := secret.New("tkr", id)
	if got := len(made.Reveal()); got != 76 {
		t.Errorf("length = %d, want 76", got)
	}
	read, err := secret.Parse(made.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if read.ID() != id || read.Prefix() != "tkr" || read.Sum() != made.Sum() {
		t.Errorf("Parse = %v, want %v", read, made)
	}
	if !strings.Contains(made.Reveal(), read.Hint()) || len(read.Hint()) != 4 {
		t.Errorf("Hint = %q", read.Hint())
	}
}

// A fixed vector, computed by another program: others compute the check too.
func TestKnownSecret(t *testing.T) {
	t.Parallel()
	const known = "tkr_01JD0000000000000000ab_0000000000000000000000000000000000000000001" + "3mr9yk"
	if _, err := secret.Parse(known); err != nil {
		t.Errorf("Parse(%s): %v", known, err)
	}
}

func TestOneWrongCharacterIsMalformed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(secret.New("tkr", secret.NewID()).Reveal())
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		with := rapid.SampledFrom([]byte("0aZ_-. \x00\xff")).Draw(t, "with")
		if text[at] == with {
			return
		}
		text[at] = with
		if _, err := secret.Parse(string(text)); err == nil {
			t.Fatalf("accepted with %q at %d", with, at)
		}
	})
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	good := secret.New("tkr", secret.NewID()).Reveal()
	tests := map[string]string{
		"empty":           "",
		"cut":             good[:75],
		"longer":          good + "0",
		"no prefix":       good[3:],
		"upper prefix":    "TKR" + good[3:],
		"prefix too long": "abcdefghijklmnopq" + good[3:],
		"surrounded":      " " + good,
		"long":            strings.Repeat("tkr_", 10_000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := secret.Parse(text); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestNothingPrintsIt(t *testing.T) {
	t.Parallel()
	s := secret.New("tkr", secret.NewID())
	body := s.Reveal()[27:]
	asJSON, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s),
		string(asJSON), s.LogValue().String(), secret.Redact("a " + s.Reveal() + " b"),
	} {
		if strings.Contains(text, body[:20]) {
			t.Errorf("%q shows the secret", text)
		}
	}
}

func TestPepper(t *testing.T) {
	t.Parallel()
	a, b := secret.New("tkr", secret.NewID()), secret.New("tkr", secret.NewID())
	one, two := secret.NewPepper(1, []byte("one")), secret.NewPepper(2, []byte("two"))
	digest := one.Digest(a.Sum())
	if !one.Matches(a.Sum(), digest[:]) {
		t.Error("a secret does not match its own digest")
	}
	if one.Matches(b.Sum(), digest[:]) || two.Matches(a.Sum(), digest[:]) || one.Matches(a.Sum(), nil) {
		t.Error("a digest matches another secret or pepper")
	}
}

func TestTimeOf(t *testing.T) {
	t.Parallel()
	before := time.Now().Truncate(time.Millisecond)
	id := secret.NewID()
	made, ok := secret.TimeOf(id)
	if !ok || made.Before(before) || made.After(time.Now()) {
		t.Errorf("TimeOf(%q) = %v, %v", id, made, ok)
	}
	for _, other := range []string{"", "short", strings.Repeat("0", 22), strings.Repeat("z", 22), strings.Repeat("_", 22), id + "0"} {
		if at, ok := secret.TimeOf(other); ok {
			t.Errorf("TimeOf(%q) = %v", other, at)
		}
	}
}
