package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"sync"
)

// Pepper is a key for the digests of secrets. Without it a stolen database
// tells nothing, and nobody can write a digest into it that would be accepted.
type Pepper struct {
	Number int // stored beside each digest
	macs   sync.Pool
}

// NewPepper makes the pepper of that number from its key.
func NewPepper(number int, key []byte) *Pepper {
	return &Pepper{Number: number, macs: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Digest is the HMAC-SHA-256 of a secret's SHA-256. It is what is stored.
func (p *Pepper) Digest(sum [sha256.Size]byte) [sha256.Size]byte {
	mac := p.macs.Get().(hash.Hash)
	defer p.macs.Put(mac)
	mac.Reset()
	mac.Write(sum[:])
	var digest [sha256.Size]byte
	mac.Sum(digest[:0])
	return digest
}

// Matches reports in constant time whether digest was made from the secret with
// this sum.
func (p *Pepper) Matches(sum [sha256.Size]byte, digest []byte) bool {
	want := p.Digest(sum)
	return subtle.ConstantTimeCompare(want[:], digest) == 1
}
