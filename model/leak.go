package model

import "time"

// LeakPolicy is what becomes of a token whose current secret was found where it
// does not belong.
type LeakPolicy string

// The policies. The empty one is LeakDisable.
const (
	LeakDisable LeakPolicy = "disable"
	LeakRevoke  LeakPolicy = "revoke"
	LeakTell    LeakPolicy = "tell" // only tell its people
)

// Leak is a place where a secret of a token was found.
type Leak struct {
	TokenID    string `gorm:"primaryKey"`
	Generation int    `gorm:"primaryKey"` // of the secret
	Place      []byte `gorm:"primaryKey"` // SHA-256 of URL
	URL        string // as the first report says; empty if it does not
	Source     string // who told: "report" for anyone, or "github"
	Reporter   string // the address that the first report came from
	Secret     string // what it was at the first report: "current", "previous" or "ended"
	Outcome    string // what was done at the first report
	FirstAt    time.Time
	LastAt     time.Time
	Times      int64
}

// DecoyUse is an hour in which an address has tried a decoy.
type DecoyUse struct {
	TokenID string    `gorm:"primaryKey"`
	Hour    time.Time `gorm:"primaryKey"`
	Address string    `gorm:"primaryKey"` // empty if nobody said, or for many
	Caller  string    // id of the token of the service that asked; empty if none did
	Method  string    // of the first question, as are Path and Scopes
	Path    string
	Scopes  []string `gorm:"serializer:strings"`
	FirstAt time.Time
	LastAt  time.Time
	Times   int64
}
