package model

import (
	"slices"
	"strings"
	"time"
)

// Webhook is where events of an account are sent.
//
// Its secret is kept, sealed, as requests are signed with it. It is shown once,
// when it is made.
type Webhook struct {
	ID                string `gorm:"primaryKey"`
	AccountID         string
	URL               string
	Description       string
	Events            []string `gorm:"serializer:strings"` // types, or nouns such as "token.*"; sorted, never empty
	Secret            []byte   // sealed
	PreviousSecret    []byte   // sealed; nil for none
	PreviousExpiresAt *time.Time
	Revision          int // grows with every change of the settings
	DisabledAt        *time.Time
	DisabledReason    WebhookDisabledReason // empty while it is enabled
	FailingSince      *time.Time            // the first failed attempt after the last good one
	CreatedAt         time.Time
	UpdatedAt         time.Time `gorm:"autoUpdateTime:false"`
}

// WebhookDisabledReason is why a webhook is disabled.
type WebhookDisabledReason string

// The reasons why a webhook is disabled.
const (
	WebhookManual  WebhookDisabledReason = "manual"  // somebody has disabled it
	WebhookGone    WebhookDisabledReason = "gone"    // the endpoint wants no more events
	WebhookFailing WebhookDisabledReason = "failing" // nothing could be delivered for long
)

// Wants reports whether events of that type are sent to it.
func (w *Webhook) Wants(eventType string) bool {
	noun, _, _ := strings.Cut(eventType, ".")
	return slices.Contains(w.Events, eventType) || slices.Contains(w.Events, noun+".*")
}

// DeliveryState is what has become of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed"
)

// WebhookDelivery is an event on its way to a webhook.
type WebhookDelivery struct {
	ID            string `gorm:"primaryKey"`
	WebhookID     string
	EventID       string // and the id of the message, each time it is sent
	Type          string
	Body          string // what is sent
	State         DeliveryState
	Attempts      int // in all
	Tries         int // since it was last asked for
	Round         int // how often somebody has asked for it again
	CreatedAt     time.Time
	NextAttemptAt *time.Time // nil unless it is pending
	FinishedAt    *time.Time // nil while it is pending
	LastAttemptAt *time.Time
	Outcome       string // of the last attempt; empty before the first
	Status        int    // of the last answer; 0 for none
}

// WebhookAttempt is a request of a delivery, and what came of it.
type WebhookAttempt struct {
	DeliveryID      string `gorm:"primaryKey"`
	Number          int    `gorm:"primaryKey;autoIncrement:false"` // counted from 1
	At              time.Time
	DurationMs      int64
	Outcome         string
	Message         string
	Status          int // 0 without an answer
	URL             string
	RequestHeaders  map[string]string `gorm:"serializer:json"` // without the signature
	ResponseHeaders map[string]string `gorm:"serializer:json"`
	ResponseBody    string            // the beginning
}
