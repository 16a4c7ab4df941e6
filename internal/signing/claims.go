package signing

import "github.com/golang-jwt/jwt/v5"

// Claims are those of RFC 9068, and what is needed to judge a JWT by the live
// state of the token that it was issued for.
type Claims struct {
	jwt.RegisteredClaims

	ClientID    string `json:"client_id"` // the token's id
	Scope       string `json:"scope"`     // separated by spaces
	AccountID   string `json:"account_id"`
	AccountType string `json:"account_type"`
	APIVersion  string `json:"api_version"`
	Generation  int    `json:"generation"`   // of the secret it was issued for
	RightsEpoch int    `json:"rights_epoch"` // of the token

	Status Status `json:"status"`
}

// Status is where people find out what has become of a JWT.
type Status struct {
	StatusList StatusReference `json:"status_list"`
}

// StatusReference is a place in a status list.
type StatusReference struct {
	Index int    `json:"idx"`
	URI   string `json:"uri"` // of the list
}

// StatusListClaims are those of a status list.
type StatusListClaims struct {
	jwt.RegisteredClaims

	TTL        int        `json:"ttl"` // for how long it may be kept, in seconds
	StatusList StatusBits `json:"status_list"`
}

// StatusBits is a bit for each place. One that is set says that the JWTs there
// are no good.
type StatusBits struct {
	Bits int    `json:"bits"` // of each place
	List string `json:"lst"`  // compressed by ZLIB, and in base64url
}
