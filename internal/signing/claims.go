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
}
