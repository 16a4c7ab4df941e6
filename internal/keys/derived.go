package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
)

// SealWith encrypts value under HKDF-SHA-256 of key and salt, so that neither
// alone can open it.
func SealWith(key, salt, value []byte, context string) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, context, keyLength)
	if err != nil {
		return nil, err
	}
	return newAEAD(derived).Seal(nil, nil, value, []byte(context)), nil
}

// OpenWith decrypts what SealWith made with the same key, salt and context.
func OpenWith(key, salt, sealed []byte, context string) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, context, keyLength)
	if err != nil {
		return nil, err
	}
	value, err := newAEAD(derived).Open(nil, nil, sealed, []byte(context))
	if err != nil {
		return nil, ErrCannotOpen
	}
	return value, nil
}
