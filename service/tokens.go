package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Bounds of a token's settings.
const (
	maxName        = 100  // characters
	maxDescription = 1000 // characters
	maxDevelopers  = 20
	maxScopes      = 500
	maxCIDRs       = 50
	maxValues      = 50   // of metadata, and of claims
	maxValuesBytes = 4096 // of the JSON of either

	defaultGrace = 24 * time.Hour
	maxGrace     = 7 * 24 * time.Hour
	minSelfGrace = time.Minute

	// keepRotated is how long a replaced secret is answered with "rotated".
	keepRotated = 90 * 24 * time.Hour
)

// Tokens issues, changes and ends tokens. All its methods act in the account
// that the actor acts in; what belongs to another account does not exist.
type Tokens struct {
	Store       *repository.Store
	Keys        *Keys
	Cache       *Cache
	Idempotency *Idempotency
	Propagation *Propagation
	Prefix      string // of secrets
	Now         func() time.Time
}

// Changed is a token after a change.
type Changed struct {
	Token model.Token
	// Taken is the change to wait for; 0 if the call took no rights away.
	Taken int64
}

// Wait waits until no node accepts what was before the change. See
// Propagation.Wait.
func (s *Tokens) Wait(ctx context.Context, taken int64) error { return s.Propagation.Wait(ctx, taken) }

// Show is a token of the account.
func (s *Tokens) Show(ctx context.Context, actor model.Actor, id string) (model.Token, error) {
	tok, err := s.Store.Tokens.OfAccount(ctx, actor.AccountID, id)
	if err == nil && tok.DeletedAt != nil {
		err = model.NotFound()
	}
	return tok, err
}

// Previous is the replaced secret of a token that is still accepted, and nil if
// there is none.
func (s *Tokens) Previous(ctx context.Context, tok *model.Token) (*model.PreviousSecret, error) {
	if tok.Generation == 1 || tok.RevokedAt != nil {
		return nil, nil //nolint:nilnil // said above
	}
	replaced, err := s.Store.Secrets.OfToken(ctx, tok.ID)
	for i := range replaced { // at most one lives
		if replaced[i].ExpiresAt.After(s.Now()) {
			return &replaced[i], nil
		}
	}
	return nil, err
}

// newSecret makes a secret for a token, and what is kept of it.
func (s *Tokens) newSecret(id string) (secret.Secret, model.Secret) {
	made := secret.New(s.Prefix, id)
	pepper := s.Keys.CurrentPepper()
	digest := pepper.Digest(made.Sum())
	return made, model.Secret{Digest: digest[:], Pepper: pepper.Number, Hint: made.Hint()}
}

// change locks a live token, changes it, and stores it with its audit entry and
// its number in the change sequence.
func (s *Tokens) change(ctx context.Context, tx *repository.Store, actor model.Actor, action string,
	before, after *model.Token, details map[string]string,
) (int64, error) {
	now := s.Now()
	after.UpdatedAt = now
	after.Revision++
	if err := tx.Tokens.Update(ctx, after); err != nil {
		return 0, err
	}
	entry := tokenEntry(actor, now, action, before, after)
	entry.Details = details
	if err := tx.Audit.Append(ctx, entry); err != nil {
		return 0, err
	}
	return tx.Changes.Append(ctx, repository.ChangeToken, after.ID, now)
}

// unchanged takes a number for a call that found nothing to change: an earlier
// call that did may still be waiting, and this one must not return before it.
func (s *Tokens) unchanged(ctx context.Context, tx *repository.Store) (int64, error) {
	return tx.Changes.Append(ctx, repository.ChangeNothing, "", s.Now())
}

func errRevoked() error {
	return model.Errorf(model.KindConflict, "token_revoked", "The token is revoked, which is final. Create a new one, or duplicate it.")
}

func errExpired() error {
	return model.Errorf(model.KindConflict, "token_expired", "The token has expired. Give it a later expires_at first.")
}
