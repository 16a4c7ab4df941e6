// Package mail writes mails about tokens, in the language of who reads them, and
// sends them.
package mail

import "time"

// Role is why somebody gets a mail.
type Role string

// The roles. Only developers can unsubscribe.
const (
	Contact   Role = "contact"   // primary contact of the token
	Developer Role = "developer" // one of its developer e-mails
	Admin     Role = "admin"     // of the account
)

// Letter is a mail to be written: some notices for one reader.
type Letter struct {
	ID       string // of the mail; a repeat has the same
	Email    string
	Name     string // of the reader; may be empty
	Language string // BCP 47
	Role     Role
	Account  string // its name

	Console     string // URL of the console, without a slash at its end
	Unsubscribe string // URL; empty for who cannot
	Notices     []Notice
	Now         time.Time
}

// Notice is what a mail tells of one event. Fields that do not belong to its
// type are empty.
type Notice struct {
	Type   string // of the event
	At     time.Time
	Tokens []Token // that it is about, or some of them
	Count  int     // of the tokens that it is about
	Actor  string  // who did it; empty if it was time alone

	ExpiresAt  *time.Time // of the token
	LastUsedAt *time.Time // of the token, or of its previous secret
	DisabledOn *time.Time // when the unused token will be disabled; nil for never
	GraceEnds  *time.Time // of the previous secret; nil if it ended at once
	Fields     []string   // that were changed
	Reason     string     // for a revocation

	Found   string // where a leaked secret was found: a URL that anybody may have written
	Outcome string // of a leak: disabled, revoked, told, previous_secret_ended or ended (already)
	IP      string // of who used a decoy
	Route   string // that they asked for

	Version     string
	Sunset      *time.Time
	Refuses     bool   // whether checks are refused after the sunset
	DocsURL     string // of the version
	Acknowledge string // URL at which the reader says that they know

	Title   string   // of an entry of the changelog
	Summary string   // its text
	Kind    string   // such as added or removed
	Webhook *Webhook // that was disabled
	Member  string   // who was the contact of tokens that have none now
}

// Token is a token as a mail names it.
type Token struct {
	ID      string
	Name    string
	Hint    string // last characters of the secret
	Version string
}

// Webhook is a webhook as a mail names it.
type Webhook struct {
	ID           string
	Host         string
	Description  string
	Reason       string     // why it was disabled: gone or failing
	FailingSince *time.Time // nil if that is not known
	Outcome      string     // of the last request; empty if that is not known
	Status       int        // of its answer; 0 for none
}

// Message is a mail that has been written.
type Message struct {
	ID          string
	To          string
	ToName      string
	Language    string
	Subject     string
	Text        string
	HTML        string
	Unsubscribe string
	Date        time.Time
}
