package service

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// SessionLife is the longest that a session lasts, however it is used.
	SessionLife = 24 * time.Hour
	// sessionIdle is how long a session lasts that is not used.
	sessionIdle = 8 * time.Hour
	// seenEvery is how exactly it is known when a session was used.
	seenEvery = time.Minute
)

// Sessions signs people in to the console, and out.
type Sessions struct {
	Store *repository.Store
	Login *oidc.Login // nil if nobody can sign in with the identity provider
	Now   func() time.Time
}

// Authenticate finds the actor behind the id of a session. State and role are
// those of the member's record. Whether an operator whom the identity provider
// named is still one is asked again when they sign in again.
func (s *Sessions) Authenticate(ctx context.Context, id string) (model.Actor, error) {
	now := s.Now()
	digest := digestOf(id)
	session, err := s.Store.Sessions.ByDigest(ctx, digest, now)
	if model.IsKind(err, model.KindNotFound) {
		return model.Actor{}, model.Errorf(model.KindUnauthenticated, "session_expired", "You are no longer signed in. Sign in again.")
	}
	if err != nil {
		return model.Actor{}, err
	}
	actor, err := s.actorOf(ctx, session)
	if err != nil {
		return model.Actor{}, err
	}
	if now.Sub(session.LastSeenAt) >= seenEvery {
		session.ExpiresAt = sessionEnd(session.CreatedAt, now)
		if err := s.Store.Sessions.Seen(ctx, digest, now, session.ExpiresAt); err != nil {
			return model.Actor{}, err
		}
	}
	actor.ExpiresAt = &session.ExpiresAt
	return actor, nil
}

func (s *Sessions) actorOf(ctx context.Context, session model.Session) (model.Actor, error) {
	user := model.Actor{Kind: model.ActorUser, ID: session.Subject, Name: session.Name, Operator: true}
	if session.MemberID == nil {
		return user, nil
	}
	actor, err := s.member(ctx, s.Store, *session.AccountID, *session.MemberID)
	switch {
	case err == nil:
		actor.Operator = actor.Operator || session.Operator
		return actor, nil
	case session.Operator && model.IsKind(err, model.KindForbidden):
		return user, nil
	}
	return model.Actor{}, err
}

func (s *Sessions) member(ctx context.Context, store *repository.Store, accountID, id string) (model.Actor, error) {
	account, err := store.Accounts.ByID(ctx, accountID)
	if err != nil {
		return model.Actor{}, orNoAccount(err)
	}
	m, err := store.Members.ByID(ctx, accountID, id)
	if err != nil {
		return model.Actor{}, orNoAccount(err)
	}
	return memberActor(account, m)
}

// SignIn is where a sign-in comes from.
type SignIn struct {
	RequestID string
	IP        string
	// Session is the id of the session that the browser has already, which ends;
	// empty for none.
	Session string
}

// begin stores a session of the actor and gives its id.
func (s *Sessions) begin(ctx context.Context, tx *repository.Store, actor model.Actor, from SignIn, claims oidc.Claims, by string) (string, error) {
	now := s.Now()
	if from.Session != "" { // whoever knows its id shall not share the new one
		if _, err := tx.Sessions.End(ctx, digestOf(from.Session)); err != nil && !model.IsKind(err, model.KindNotFound) {
			return "", err
		}
	}
	id := newID()
	session := model.Session{
		Digest: digestOf(id), Operator: claims.Operator, Subject: claims.Subject, Name: actor.Name,
		CreatedAt: now, LastSeenAt: now, ExpiresAt: sessionEnd(now, now),
	}
	if actor.Kind == model.ActorMember {
		session.AccountID, session.MemberID = &actor.HomeID, &actor.ID
		// Whoever deactivates the member waits, and ends this session too.
		if m, err := tx.Members.ForUpdate(ctx, actor.HomeID, actor.ID); err != nil || m.State != model.MemberActive {
			return "", cmp.Or(err, errNoAccount())
		}
	}
	if err := tx.Sessions.Insert(ctx, &session); err != nil {
		return "", err
	}
	entry := sessionEntry(actor, now, "signed_in", from)
	entry.Details = map[string]string{"by": by}
	return id, tx.Audit.Append(ctx, entry)
}

// End signs out. That there is no such session is no error: it has ended
// already.
func (s *Sessions) End(ctx context.Context, from SignIn) error {
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		session, err := tx.Sessions.End(ctx, digestOf(from.Session))
		if model.IsKind(err, model.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		actor := model.Actor{Kind: model.ActorUser, ID: session.Subject, Name: session.Name}
		if session.MemberID != nil {
			actor = model.Actor{Kind: model.ActorMember, ID: *session.MemberID, Name: session.Name, HomeID: *session.AccountID}
		}
		return tx.Audit.Append(ctx, sessionEntry(actor, s.Now(), "signed_out", from))
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// sessionEntry is an audit entry for what an actor did with a session: of their
// own member, or as a user.
func sessionEntry(actor model.Actor, at time.Time, verb string, from SignIn) *model.AuditEntry {
	actor.AccountID, actor.RequestID, actor.IP = actor.HomeID, from.RequestID, from.IP
	return newEntry(actor, at, string(actor.Kind)+"."+verb, string(actor.Kind), actor.ID)
}

// sessionEnd is when a session ends that was last used at a moment.
func sessionEnd(created, used time.Time) time.Time {
	end, idle := created.Add(SessionLife), used.Add(sessionIdle)
	if idle.Before(end) {
		return idle
	}
	return end
}

// newID is 256 random bits as a text.
func newID() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func digestOf(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}
