package client

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
)

// maxJWT is how long a JWT may be, in bytes.
const maxJWT = 16 << 10

// jws is a JWT whose signature is not proven yet.
type jws struct {
	header struct {
		Type     string          `json:"typ"`
		KeyID    string          `json:"kid"`
		Critical json.RawMessage `json:"crit"`
	}
	payload   []byte
	signed    string
	signature []byte
}

// parseJWS takes a JWT apart; false if it is none.
func parseJWS(text string) (*jws, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(text) > maxJWT {
		return nil, false
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return nil, false
		}
	}
	j := &jws{payload: decoded[1], signed: text[:len(parts[0])+1+len(parts[1])], signature: decoded[2]}
	return j, json.Unmarshal(decoded[0], &j.header) == nil
}

// publicKey proves signatures by one algorithm, whatever a JWT says of itself.
type publicKey func(signed string, signature []byte) bool

// publicKeys is the keys of a set that can be used, by id.
func publicKeys(set KeySet) map[string]publicKey {
	keys := map[string]publicKey{}
	for i := range set.Keys {
		if key, err := newPublicKey(&set.Keys[i]); err == nil {
			keys[set.Keys[i].Kid] = key
		}
	}
	return keys
}

func newPublicKey(k *PublicKey) (publicKey, error) {
	number := func(text *string) []byte {
		data, _ := base64.RawURLEncoding.DecodeString(orZero(text)) // none has the wrong length
		return data
	}
	x, y := number(k.X), number(k.Y)
	switch {
	case k.Alg == "ES256" && len(x) == 32 && len(y) == 32:
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		return func(signed string, signature []byte) bool {
			sum := sha256.Sum256([]byte(signed))
			return len(signature) == 64 &&
				ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
		}, err
	case k.Alg == "EdDSA" && len(x) == ed25519.PublicKeySize:
		return func(signed string, signature []byte) bool { return ed25519.Verify(x, []byte(signed), signature) }, nil
	case k.Alg == "RS256":
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(number(k.N)), E: int(new(big.Int).SetBytes(number(k.E)).Int64())}
		return func(signed string, signature []byte) bool {
			sum := sha256.Sum256([]byte(signed))
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
		}, nil
	}
	return nil, errors.New("it is a key of another kind")
}
