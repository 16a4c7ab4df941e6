package model

import "time"

// Token is a credential that a program presents to act for its account.
//
// Only a digest of the secret is kept. The secret is shown once, when it is
// made, and cannot be recovered afterwards.
type Token struct {
	ID             string `gorm:"primaryKey"` // public: part of the secret, stable over rotations
	AccountID      string
	Name           string // unique among the account's live tokens
	NameFolded     string // for search and sorting; kept in step by SetName
	Description    string
	Version        string
	Scopes         []string          `gorm:"serializer:strings"` // sorted, never empty
	PrimaryContact string            // member id; empty only for tokens made by local commands
	Developers     []string          `gorm:"serializer:strings"` // further e-mail addresses
	AllowedCIDRs   []string          `gorm:"column:allowed_cidrs;serializer:strings"`
	Metadata       map[string]string `gorm:"serializer:json"` // what the partner wrote
	Claims         map[string]string `gorm:"serializer:json"` // what operators vouch for
	Secret         Secret            `gorm:"embedded"`
	Generation     int               // of the secret, counted from 1
	RightsEpoch    int               // grows whenever rights are taken away
	Revision       int               // grows with every change of the settings
	CreatedAt      time.Time
	CreatedBy      string     // who made it: the actor's kind and id
	UpdatedAt      time.Time  `gorm:"autoUpdateTime:false"`
	ExpiresAt      *time.Time // the first moment at which the token is refused; nil for never
	DisabledAt     *time.Time
	RevokedAt      *time.Time // nil while the token is live
	RevokeReason   string
	DeletedAt      *time.Time // out of all lists; the token is also revoked
	LastUsedAt     *time.Time // to the nearest minute
	LeakedAt       *time.Time // when the current secret was first reported as leaked; nil if it was not
	Decoy          bool       // never accepted; whoever tries it raises the alarm
}

// Secret is what is kept of a secret.
type Secret struct {
	Digest []byte // HMAC-SHA-256, under the pepper, of the secret's SHA-256
	Pepper int    // number of the pepper
	Hint   string // last four characters of the secret's body
}

// PreviousSecret is a secret that a rotation replaced. Its row is kept for 90
// days after its end, so that a check can say "rotated".
type PreviousSecret struct {
	TokenID    string     `gorm:"primaryKey"`
	Generation int        `gorm:"primaryKey"`
	Secret     Secret     `gorm:"embedded"`
	ReplacedAt *time.Time // nil for those from before this was kept
	ExpiresAt  time.Time  // the first moment at which it is refused
	EndedAt    *time.Time // when somebody ended it; it is refused whatever a clock says
}

// Status is what has become of a token.
type Status string

// The statuses. Revoked is final.
const (
	StatusActive   Status = "active"
	StatusDisabled Status = "disabled"
	StatusRevoked  Status = "revoked"
	StatusExpired  Status = "expired"
)

// Status is the token's status at the given moment. A token that is several
// things at once is the first of revoked, disabled and expired.
func (t *Token) Status(now time.Time) Status {
	switch {
	case t.RevokedAt != nil:
		return StatusRevoked
	case t.DisabledAt != nil:
		return StatusDisabled
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return StatusExpired
	}
	return StatusActive
}

// SetName sets the name and its folded form.
func (t *Token) SetName(name string) {
	t.Name, t.NameFolded = name, Fold(name)
}
