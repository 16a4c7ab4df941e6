package model

import "time"

// Session is a person who is signed in to the console.
type Session struct {
	Digest     []byte  `gorm:"primaryKey"` // SHA-256 of the id that the cookie has
	AccountID  *string // nil, with MemberID, for an operator known to the identity provider alone
	MemberID   *string
	Operator   bool   // the identity provider called them one at sign-in
	Subject    string // what the identity provider calls them; empty after a sign-in by link
	Name       string // at sign-in
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time // the first moment at which it is refused; moves while it is used
}

// SignInLink signs a member in, once.
type SignInLink struct {
	Digest    []byte `gorm:"primaryKey"` // SHA-256 of the code in the link
	AccountID string
	MemberID  string
	ExpiresAt time.Time
}
