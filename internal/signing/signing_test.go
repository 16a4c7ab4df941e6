package signing_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tokenry/tokenry/internal/signing"
)

func newKey(t *testing.T, algorithm string) *signing.Key {
	t.Helper()
	key, err := signing.New(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, key *signing.Key) string {
	t.Helper()
	raw, err := key.Sign(signing.Type, &jwt.RegisteredClaims{Subject: "me", ExpiresAt: jwt.NewNumericDate(time.Unix(1, 0))})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(raw string, keys ...*signing.Key) (string, error) {
	var claims jwt.RegisteredClaims
	err := signing.Read(raw, keys, &claims)
	return claims.Subject, err
}

func TestSigned(t *testing.T) {
	t.Parallel()
	for _, algorithm := range signing.Algorithms {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			made, other := newKey(t, algorithm), newKey(t, "ES256")
			der, err := made.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			key, err := signing.Parse(der)
			if err != nil || key.ID != made.ID || key.Algorithm() != algorithm {
				t.Fatalf("Parse = %+v, %v", key, err)
			}
			raw := sign(t, key)
			if got, err := read(raw, other, made); err != nil || got != "me" { // though it has expired
				t.Errorf("Read = %q, %v", got, err)
			}
			if _, err := read(raw, other); !errors.Is(err, signing.ErrNotOurs) {
				t.Errorf("without the key: %v", err)
			}
			public, err := key.Public()
			text, _ := json.Marshal(public)
			if err != nil || public.KID != key.ID || public.ALG.String() != algorithm || public.USE != "sig" || strings.Contains(string(text), `"d"`) {
				t.Errorf("Public = %s, %v", text, err)
			}
		})
	}
	if _, err := signing.New("HS256"); err == nil {
		t.Error("made a key that others would have to know")
	}
	if _, err := signing.Parse([]byte("hunter2")); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Parse of nothing: %v", err)
	}
}

// Others have been deceived by what a JWT says of itself.
func TestForged(t *testing.T) {
	t.Parallel()
	es, rs, stranger := newKey(t, "ES256"), newKey(t, "RS256"), newKey(t, "ES256")
	good := sign(t, es)
	part := func(header string) string { return base64.RawURLEncoding.EncodeToString([]byte(header)) }
	_, body, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(body, ".")
	hmac := func(key []byte) string {
		token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "me"})
		token.Header["kid"], token.Header["typ"] = es.ID, signing.Type
		raw, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	public, err := es.Public()
	if err != nil {
		t.Fatal(err)
	}
	known, _ := json.Marshal(public)
	forged := map[string]string{
		"none":            part(`{"alg":"none","typ":"at+jwt","kid":"`+es.ID+`"}`) + "." + payload + ".",
		"hmac of public":  hmac(known),
		"hmac of nothing": hmac(nil),
		"another's key":   sign(t, stranger),
		"no kid":          part(`{"alg":"ES256","typ":"at+jwt"}`) + "." + body,
		"kid of another":  part(`{"alg":"ES256","typ":"at+jwt","kid":"`+rs.ID+`"}`) + "." + body,
		"kid is a path":   part(`{"alg":"ES256","typ":"at+jwt","kid":"../../dev/null"}`) + "." + body,
		"kid is a list":   part(`{"alg":"ES256","typ":"at+jwt","kid":["`+es.ID+`"]}`) + "." + body,
		"own key along":   part(`{"alg":"ES256","typ":"at+jwt","jwk":`+string(known)+`}`) + "." + body,
		"another alg":     part(`{"alg":"RS256","typ":"at+jwt","kid":"`+es.ID+`"}`) + "." + body,
		"no type":         part(`{"alg":"ES256","kid":"`+es.ID+`"}`) + "." + body,
		"ID token":        part(`{"alg":"ES256","typ":"JWT","kid":"`+es.ID+`"}`) + "." + body,
		"critical":        part(`{"alg":"ES256","typ":"at+jwt","crit":["b64"],"b64":false,"kid":"`+es.ID+`"}`) + "." + body,
		"changed":         strings.Replace(good, "."+payload, "."+part(`{"sub":"you"}`), 1),
		"no signature":    strings.TrimSuffix(good, signature),
		"cut":             good[:len(good)-4],
		"zero signature":  strings.TrimSuffix(good, signature) + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		"nothing":         "",
		"dots":            "..",
	}
	for name, raw := range forged {
		if _, err := read(raw, es, rs); !errors.Is(err, signing.ErrNotOurs) || err.Error() != signing.ErrNotOurs.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
}
