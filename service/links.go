package service

import (
	"crypto/hkdf"
	"crypto/sha256"

	"github.com/tokenry/tokenry/internal/signedlink"
)

// Links signs links in mails and reads them. Its key follows from one that the
// root key seals, so all nodes have the same, and it outlives changes of the
// root key.
func (k *Keys) Links() *signedlink.Signer {
	key, err := hkdf.Key(sha256.New, k.open.Load().idempotency, nil, "tokenry links in mails", sha256.Size)
	if err != nil {
		panic(err) // only for a key that is too long
	}
	return signedlink.New(key)
}
