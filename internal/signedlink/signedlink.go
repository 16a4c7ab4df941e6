// Package signedlink makes texts that stand in links of mails and say what
// whoever opens the link may do, without signing in. Nobody else can make one,
// and one for a purpose is none for another.
package signedlink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// ErrForged says that a text was not made by Sign with this key for this
// purpose.
var ErrForged = errors.New("the link is not one of ours, or was cut off")

var encoding = base64.RawURLEncoding.Strict()

// Signer signs and reads under one key.
type Signer struct{ key []byte }

// New is a Signer under a key of 32 random bytes.
func New(key []byte) *Signer { return &Signer{key} }

// Sign is a text for a URL that holds claims, which must be possible to write as
// JSON. Anybody can read them.
func (s *Signer) Sign(purpose string, claims any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err) // a struct of strings
	}
	text := encoding.EncodeToString(payload)
	return text + "." + encoding.EncodeToString(s.mac(purpose, text))
}

// Read reads the claims of a text that Sign made for the purpose, or gives
// ErrForged.
func (s *Signer) Read(purpose, signed string, claims any) error {
	text, mac, _ := strings.Cut(signed, ".")
	given, err := encoding.DecodeString(mac)
	if err != nil || !hmac.Equal(given, s.mac(purpose, text)) {
		return ErrForged
	}
	payload, err := encoding.DecodeString(text)
	if err != nil || json.Unmarshal(payload, claims) != nil {
		return ErrForged
	}
	return nil
}

// mac is over purpose and text; no purpose holds a zero byte.
func (s *Signer) mac(purpose, text string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("tokenry link " + purpose + "\x00" + text))
	return mac.Sum(nil)
}
