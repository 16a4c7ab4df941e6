package model

import (
	"slices"
	"time"
)

// ChangeKind is what sort of change of the API a ChangelogEntry tells of.
type ChangeKind string

// The kinds of change.
const (
	ChangeAdded      ChangeKind = "added"
	ChangeChanged    ChangeKind = "changed"
	ChangeDeprecated ChangeKind = "deprecated"
	ChangeRemoved    ChangeKind = "removed"
	ChangeFixed      ChangeKind = "fixed"
	ChangeSecurity   ChangeKind = "security"
)

// ChangelogEntry tells people of a change of the API. Title and body are plain
// text.
type ChangelogEntry struct {
	ID           string   `gorm:"primaryKey"`
	AccountTypes []string `gorm:"serializer:strings"` // whom it concerns, sorted; empty for all
	Version      string   // empty if it concerns them all
	Kind         ChangeKind
	Title        Text `gorm:"serializer:json"` // the one under the empty tag is always there
	Body         Text `gorm:"serializer:json"` // likewise, but may be empty
	CreatedAt    time.Time
	UpdatedAt    time.Time  `gorm:"autoUpdateTime:false"`
	PublishedAt  *time.Time // nil for a draft, which only operators see
}

// Concerns reports whether the entry is for accounts of that type.
func (e *ChangelogEntry) Concerns(accountType string) bool {
	return len(e.AccountTypes) == 0 || slices.Contains(e.AccountTypes, accountType)
}

// Acknowledgement says that somebody knows that the API version of a token goes
// away.
type Acknowledgement struct {
	TokenID   string    `gorm:"primaryKey"`
	Version   string    `gorm:"primaryKey"`
	At        time.Time // of the first time; later ones change nothing
	ActorKind ActorKind
	ActorID   string // the e-mail address of a contact who followed the link of a mail
	ActorName string
}
