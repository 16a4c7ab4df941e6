package model

import "time"

// Event is something that people and programs are told of: a change, or what
// time has brought.
type Event struct {
	ID        string `gorm:"primaryKey"`
	Seq       *int64 // place in the order that readers see; nil until it has one, a moment after the commit
	Type      string
	AccountID string
	TokenID   string // empty for events of no token
	At        time.Time
	Moment    string         // what it tells of; the same moment is told once
	Data      map[string]any `gorm:"serializer:json"` // by type, as in openapi.yaml; never a secret
}

// The types of events. They are never renamed.
const (
	EventTokenCreated            = "token.created"
	EventTokenChanged            = "token.changed"
	EventTokenRotated            = "token.rotated"
	EventTokenDisabled           = "token.disabled"
	EventTokenEnabled            = "token.enabled"
	EventTokenRevoked            = "token.revoked"
	EventTokenDeleted            = "token.deleted"
	EventTokenExpiring           = "token.expiring"
	EventTokenExpired            = "token.expired"
	EventTokenUnused             = "token.unused"
	EventTokenPreviousSecretUsed = "token.previous_secret_used"
	EventTokenLeaked             = "token.leaked"
	EventTokenDecoyUsed          = "token.decoy_used"
	EventVersionDeprecated       = "version.deprecated"
	EventVersionSunsetNear       = "version.sunset_approaching"
	EventVersionRetired          = "version.retired"
	EventChangelogPublished      = "changelog.published"
	EventContactMissing          = "contact.missing"
	EventWebhookDisabled         = "webhook.disabled"
	EventWebhookTest             = "webhook.test"
)

// EventTypes is all types, those of one noun together.
func EventTypes() []string {
	return []string{
		EventTokenCreated, EventTokenChanged, EventTokenRotated, EventTokenDisabled, EventTokenEnabled, EventTokenRevoked, EventTokenDeleted,
		EventTokenExpiring, EventTokenExpired, EventTokenUnused, EventTokenPreviousSecretUsed, EventTokenLeaked, EventTokenDecoyUsed,
		EventVersionDeprecated, EventVersionSunsetNear, EventVersionRetired, EventChangelogPublished, EventContactMissing,
		EventWebhookDisabled, EventWebhookTest,
	}
}
