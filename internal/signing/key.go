// Package signing holds the keys that JWTs are signed with, and signs and reads
// JWTs with them. An algorithm belongs to a key: what a JWT says of it itself is
// never believed.
package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

// Algorithms are those that keys can be made for; the first is the default.
var Algorithms = []string{"ES256", "EdDSA", "RS256"}

const rsaBits = 3072

// Key is a key pair, with the algorithm that it is for.
type Key struct {
	ID string // names it in JWTs and in the key set

	private crypto.Signer
	method  jwt.SigningMethod
}

// New makes a key for one of the Algorithms.
func New(algorithm string) (*Key, error) {
	var private crypto.Signer
	var err error
	switch algorithm {
	case "ES256":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "EdDSA":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case "RS256":
		private, err = rsa.GenerateKey(rand.Reader, rsaBits)
	default:
		err = fmt.Errorf("there are no keys for the algorithm %q", algorithm)
	}
	if err != nil {
		return nil, err
	}
	return newKey(private)
}

// Parse reads what Marshal gave.
func Parse(der []byte) (*Key, error) {
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("it is not a private key") // the cause may quote it
	}
	return newKey(private)
}

func newKey(private any) (*Key, error) {
	key := &Key{}
	switch private := private.(type) {
	case *ecdsa.PrivateKey:
		key.private, key.method = private, jwt.SigningMethodES256
	case ed25519.PrivateKey:
		key.private, key.method = private, jwt.SigningMethodEdDSA
	case *rsa.PrivateKey:
		key.private, key.method = private, jwt.SigningMethodRS256
	default:
		return nil, errors.New("it is a private key of another kind")
	}
	public, err := x509.MarshalPKIXPublicKey(key.private.Public())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(public)
	key.ID = base64.RawURLEncoding.EncodeToString(sum[:])
	return key, nil
}

// Marshal is the private key, to be sealed.
func (k *Key) Marshal() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(k.private) }

// Algorithm is the one that the key is for.
func (k *Key) Algorithm() string { return k.method.Alg() }

// Public is the public half as a member of a JSON Web Key Set.
func (k *Key) Public() (jwkset.JWKMarshal, error) {
	public, err := jwkset.NewJWKFromKey(k.private.Public(), jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{KID: k.ID, ALG: jwkset.ALG(k.Algorithm()), USE: jwkset.UseSig},
	})
	return public.Marshal(), err
}
