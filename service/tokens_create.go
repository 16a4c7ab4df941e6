package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// CreateToken is the input of Tokens.Create.
type CreateToken struct {
	Name           string
	Description    string
	Version        string // empty for the catalog's default
	PrimaryContact string
	Developers     []string
	Scopes         []string
	ExpiresAt      *time.Time
	AllowedCIDRs   []string
	Metadata       map[string]string
	Claims         map[string]string // only from operators
	Decoy          bool              // only from admins and operators

	// Faults are those already found in the request; they are reported together
	// with the others.
	Faults model.Faults `json:"-"`
	// IdempotencyKey makes the call repeatable, if it is not empty.
	IdempotencyKey string `json:"-"`
}

// Create issues a token. All faults of the input are in one error with code
// "invalid_request"; a name that a live token of the account has gives
// "name_taken".
func (s *Tokens) Create(ctx context.Context, actor model.Actor, in CreateToken) (Issued, error) {
	call := Repeatable{Key: in.IdempotencyKey, Operation: "create", Input: in}
	if len(in.Faults) == 0 {
		if kept, ok, err := s.Idempotency.Kept(ctx, s.Store, actor, call); ok || err != nil {
			return kept, err
		}
	}
	settings, err := s.settings(ctx, actor)
	if err != nil {
		return Issued{}, err
	}
	tok := in.token(settings)
	tok.AccountID = actor.AccountID
	faults := in.Faults
	settings.check(&faults, &tok, everything)
	if err := s.refused(ctx, faults, &tok); err != nil {
		return Issued{}, err
	}
	return s.issue(ctx, actor, &tok, call, "token.created", nil)
}

func (in CreateToken) token(settings *settings) model.Token {
	tok := model.Token{
		Description: strings.TrimSpace(in.Description), Version: in.Version,
		Scopes: in.Scopes, PrimaryContact: in.PrimaryContact, Developers: in.Developers,
		AllowedCIDRs: in.AllowedCIDRs, Metadata: in.Metadata, Claims: in.Claims, ExpiresAt: in.ExpiresAt,
		Decoy: in.Decoy,
	}
	tok.SetName(strings.TrimSpace(in.Name))
	if tok.Version == "" {
		tok.Version = settings.catalog.Catalog().DefaultVersion
	}
	return tok
}

// issue stores a new token with the given settings.
func (s *Tokens) issue(ctx context.Context, actor model.Actor, tok *model.Token, call Repeatable,
	action string, details map[string]string,
) (Issued, error) {
	now := s.Now()
	tok.ID = secret.NewID()
	made, kept := s.newSecret(tok.ID)
	tok.Secret, tok.Generation, tok.Revision = kept, 1, 1
	tok.CreatedAt, tok.UpdatedAt, tok.CreatedBy = now, now, actor.Ref()
	entry := tokenEntry(actor, now, action, nil, tok)
	entry.Details = details
	issued := Issued{Token: *tok, Secret: made, At: now}
	var err error
	if call.Key == "" {
		err = s.Store.Create(ctx, tok, entry)
	} else {
		err = s.Store.InTx(ctx, func(tx *repository.Store) error {
			var err error
			issued, err = s.Idempotency.Once(ctx, tx, actor, call, func() (Issued, error) {
				return Issued{Token: *tok, Secret: made, At: now}, tx.Create(ctx, tok, entry)
			})
			return err
		})
	}
	if err != nil {
		return Issued{}, fmt.Errorf("create token: %w", err)
	}
	return issued, nil
}

// refused is the error for the faults of a new token, or nil if there are none.
// Then the statement that stores the token also judges the contact.
func (s *Tokens) refused(ctx context.Context, faults model.Faults, tok *model.Token) error {
	if len(faults) == 0 {
		return nil
	}
	if err := contactFault(ctx, s.Store, &faults, tok); err != nil {
		return err
	}
	return model.Invalid(faults)
}

// contactFault adds the fault of a primary contact that is no active member of
// the account.
func contactFault(ctx context.Context, store *repository.Store, faults *model.Faults, tok *model.Token) error {
	if faults.Has("contacts.primary") || faults.Has("contacts") {
		return nil
	}
	member, err := store.Members.ByID(ctx, tok.AccountID, tok.PrimaryContact)
	if model.IsKind(err, model.KindNotFound) || err == nil && member.State != model.MemberActive {
		*faults = append(*faults, repository.NotAContact())
		return nil
	}
	return err
}
