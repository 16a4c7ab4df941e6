// Package model has the nouns of the program, and the rules that are always true
// of them.
package model

import "time"

// OperatorType is the account type of the operator account, the only one whose
// tokens may hold the built-in scopes.
const OperatorType = "operator"

// Account owns tokens.
type Account struct {
	ID         string `gorm:"primaryKey"`
	Type       string // a key of the catalog, or OperatorType
	Name       string
	ExternalID *string // what the company's identity provider calls it
	State      AccountState
	Policy     Policy `gorm:"serializer:json"`
	CreatedAt  time.Time
	UpdatedAt  time.Time `gorm:"autoUpdateTime:false"`
}

// AccountState is whether the tokens of an account are accepted.
type AccountState string

// The states of an account.
const (
	AccountActive   AccountState = "active"
	AccountDisabled AccountState = "disabled"
)

// IsOperator reports whether this is the operator account.
func (a Account) IsOperator() bool { return a.Type == OperatorType }

// Policy bounds what the tokens of an account may be. The zero Policy bounds
// nothing and does not allow tokens to rotate themselves.
type Policy struct {
	MaxLifetimeSeconds int64 `json:"max_lifetime_seconds,omitempty"` // 0 for no bound
	RequireExpiry      bool  `json:"require_expiry,omitempty"`
	RequireCIDRs       bool  `json:"require_cidrs,omitempty"`
	AllowSelfRotation  bool  `json:"allow_self_rotation,omitempty"`

	LeakPolicy      LeakPolicy `json:"leak_policy,omitempty"`
	UnusedAfterDays int        `json:"unused_after_days,omitempty"` // 0 for never
	UnusedDisable   bool       `json:"unused_disable,omitempty"`
	// UnusedSince is when tokens last began to count as unused, or to do so sooner,
	// or to be disabled for it: nobody can have been told before.
	UnusedSince *time.Time `json:"unused_since,omitempty"`
}

// Role is what a member may do in their account.
type Role string

// The roles, each with all rights of those after it.
const (
	RoleAdmin      Role = "admin"
	RoleSpecialist Role = "specialist"
	RoleViewer     Role = "viewer"
)

// MemberState is whether a member may sign in and be a contact.
type MemberState string

// The states of a member.
const (
	MemberActive   MemberState = "active"
	MemberInactive MemberState = "inactive"
)

// Member is a person of an account.
type Member struct {
	ID         string `gorm:"primaryKey"`
	AccountID  string
	Name       string
	Email      string // unique among the account's active members, whatever its case
	Role       Role
	State      MemberState
	Language   string  // BCP 47; what we write to them in
	ExternalID *string // what the company's identity provider calls them; unique in the account
	Operator   bool    // has all rights of an operator; only local commands set it
	CreatedAt  time.Time
	UpdatedAt  time.Time `gorm:"autoUpdateTime:false"`
}
