package model

import "time"

// ActorKind is what sort of caller an Actor is.
type ActorKind string

// The kinds of actor.
const (
	ActorToken  ActorKind = "token"  // a Tokenry secret; ID is the token's
	ActorMember ActorKind = "member" // a person of an account; ID is the member's
	ActorUser   ActorKind = "user"   // an operator known to the identity provider alone; ID is its subject
	ActorLocal  ActorKind = "local"  // a command on the server's machine; ID is the login name
	ActorSystem ActorKind = "system" // Tokenry itself
)

// Actor is the caller of an operation, as recorded in the audit log.
type Actor struct {
	Kind      ActorKind
	ID        string
	Name      string
	AccountID string // the account acted in; empty for calls that need none
	HomeID    string // the account the caller belongs to; empty for operators by OpenID Connect alone
	Role      Role   // of a member; empty for others
	Scopes    []string
	Operator  bool // may do everything
	RequestID string
	IP        string
	// ExpiresAt is when a JWT ends; nil for other credentials.
	ExpiresAt *time.Time
	// Generation is the generation of the presented secret, 0 for other
	// credentials.
	Generation int
}

// Ref is the actor's kind and id in one string, such as "member:0abc…".
func (a Actor) Ref() string { return string(a.Kind) + ":" + a.ID }

// Foreign reports whether the actor names the account it acts in, which may be
// any.
func (a Actor) Foreign() bool { return a.Operator || len(a.Scopes) > 0 }

// AuditEntry is one line of the audit log. It is written in the transaction of
// the change it tells of.
type AuditEntry struct {
	ID         string `gorm:"primaryKey"`
	Seq        *int64 // place in the chain; nil until sealed
	At         time.Time
	Action     string // such as "token.rotated"
	AccountID  string // whose log it belongs to; empty for changes of no account
	TokenID    string
	ObjectKind string // what was changed: token, account, member, catalog, pepper
	ObjectID   string
	ActorKind  ActorKind
	ActorID    string
	ActorName  string
	RequestID  string
	IP         string
	Changes    map[string]Change `gorm:"serializer:json"` // by field; never a secret
	Details    map[string]string `gorm:"serializer:json"` // further facts, such as a reason
}

// Change is the value of a field before and after. Either may be null.
type Change struct {
	Old any `json:"old"`
	New any `json:"new"`
}

// AuditBatch is a link of the chain: entries sealed together.
type AuditBatch struct {
	Number      int64 `gorm:"primaryKey;autoIncrement:false"`
	FirstSeq    int64
	LastSeq     int64
	PrevHash    []byte // hash of the batch before; 32 zero bytes for the first
	EntryHashes []byte // the SHA-256 of each entry in turn, so that a bad one can be named
	Hash        []byte // SHA-256 over all the other fields
	Signature   []byte // Ed25519 of Hash
	KeyNumber   int    // of the signing key
	SealedAt    time.Time
}
