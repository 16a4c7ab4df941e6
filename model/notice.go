package model

import "time"

// Notice is that somebody is to be told of an event by mail. There is one for
// each event and address.
type Notice struct {
	ID          string `gorm:"primaryKey"`
	EventID     string
	Type        string // of the event
	AccountID   string
	TokenID     string // of the event; empty if it is of no token
	Email       string
	EmailFolded string
	MemberID    string // empty for developer e-mails
	Name        string // of the member
	Role        NoticeRole
	Language    string // that the mail is written in
	State       NoticeState
	Reason      string     // why it was dropped or has failed, or why the last attempt has
	Attempts    int        // to send its mail
	MailID      string     // of the mail it is in; empty until there is one
	CreatedAt   time.Time  // when it was queued
	DueAt       time.Time  // when it is put into a mail, at the earliest
	MailedAt    *time.Time // when it was put into a mail
	SettledAt   *time.Time // when it was sent or dropped, or failed
}

// NoticeRole is why somebody is told.
type NoticeRole string

// The roles.
const (
	NoticeContact   NoticeRole = "contact"   // the primary contact
	NoticeDeveloper NoticeRole = "developer" // one of the developer e-mails
	NoticeAdmin     NoticeRole = "admin"     // of the account
)

// NoticeState is what has become of a notice.
type NoticeState string

// The states. All but waiting are final.
const (
	NoticeWaiting NoticeState = "waiting"
	NoticeSent    NoticeState = "sent"    // the mail server has taken it over
	NoticeFailed  NoticeState = "failed"  // the mail server has refused it for good, or for days
	NoticeDropped NoticeState = "dropped" // nobody needs to be told any more
)
