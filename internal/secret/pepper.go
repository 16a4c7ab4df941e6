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

// mac is a HMAC that is used again, with what goes in and out beside it, so that
// a digest needs no memory of its own.
type mac struct {
	hash.Hash
	in, out [sha256.Size]byte
}

// NewPepper makes the pepper of that number from its key.
func NewPepper(number int, key []byte) *Pepper {
	return &Pepper{Number: number, macs: sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}}
}

// Digest is the HMAC-SHA-256 of a secret's SHA-256. It is what is stored.
func (p *Pepper) Digest(sum [sha256.Size]byte) [sha256.Size]byte {
	m := p.macs.Get().(*mac)
	defer p.macs.Put(m)
	m.Reset()
	m.in = sum
	m.Write(m.in[:])
	m.Sum(m.out[:0])
	return m.out
}

// Matches reports in constant time whether digest was made from the secret with
// this sum.
func (p *Pepper) Matches(sum [sha256.Size]byte, digest []byte) bool {
	want := p.Digest(sum)
	return subtle.ConstantTimeCompare(want[:], digest) == 1
}
