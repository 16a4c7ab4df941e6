package signing

import (
	"errors"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

// The types of JWTs.
const (
	Type           = "at+jwt"         // an access token, as in RFC 9068
	TypeStatusList = "statuslist+jwt" // a list of what has become of others, as in the Token Status List of the IETF
)

// ErrNotOurs says that a text is no JWT that one of the keys has signed.
var ErrNotOurs = errors.New("it is no JWT of ours")

// Sign makes a JWT of one of the types.
func (k *Key) Sign(kind string, claims jwt.Claims) (string, error) {
	token := jwt.NewWithClaims(k.method, claims)
	token.Header["typ"], token.Header["kid"] = kind, k.ID
	return token.SignedString(k.private)
}

// parser reads claims only once the signature is proven; whether they hold is for
// the caller to judge, who knows the time.
var parser = jwt.NewParser(jwt.WithValidMethods(Algorithms), jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding())

// Read fills in the claims of an access token that one of the keys has signed,
// by the algorithm of that key; any other is ErrNotOurs. The header names the key
// and says nothing else that counts.
func Read(raw string, keys []*Key, claims jwt.Claims) error {
	_, err := parser.ParseWithClaims(raw, claims, func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		at := slices.IndexFunc(keys, func(k *Key) bool { return k.ID == id })
		_, critical := token.Header["crit"]
		switch {
		case at < 0 || token.Header["typ"] != Type || critical:
			return nil, ErrNotOurs
		case token.Method.Alg() != keys[at].Algorithm():
			return nil, ErrNotOurs
		}
		return keys[at].private.Public(), nil
	})
	if err != nil {
		return ErrNotOurs // the cause may quote the JWT
	}
	return nil
}
