package service

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// UpdateToken is the input of Tokens.Update. Nil fields stay as they are.
type UpdateToken struct {
	ID             string
	Name           *string
	Description    *string
	Version        *string
	PrimaryContact *string
	Developers     *[]string
	Scopes         *[]string
	ExpiresAt      **time.Time // a pointer to nil takes the expiry away
	AllowedCIDRs   *[]string
	Metadata       map[string]*string // merged; a nil value removes the key
	Claims         map[string]*string // likewise; only from operators

	// Revisions are what the caller believes the token's to be, one of them; nil
	// for any.
	Revisions []int
	// Faults are those already found in the request.
	Faults model.Faults
}

// Update changes a token's settings. Only what it sets is judged, so a token
// whose contact has left can still be renamed. The version goes only forward. If
// the token has none of Revisions, that gives an error of KindPrecondition.
func (s *Tokens) Update(ctx context.Context, actor model.Actor, in UpdateToken) (Changed, error) {
	settings, err := s.settings(ctx, actor)
	if err != nil {
		return Changed{}, err
	}
	var changed Changed
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		changed, err = s.update(ctx, tx, actor, in, settings)
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("update token: %w", err)
	}
	return changed, nil
}

func (s *Tokens) update(ctx context.Context, tx *repository.Store, actor model.Actor, in UpdateToken, settings *settings) (Changed, error) {
	before, err := tx.Tokens.ForUpdate(ctx, actor.AccountID, in.ID)
	if err != nil {
		return Changed{}, err
	}
	if in.Revisions != nil && !slices.Contains(in.Revisions, before.Revision) {
		return Changed{}, model.Errorf(model.KindPrecondition, "stale",
			"The token was changed since you read it. Read it again and repeat your change.")
	}
	if before.RevokedAt != nil {
		return Changed{}, errRevoked()
	}
	after, touched := in.apply(before)
	faults := in.Faults
	settings.check(&faults, &after, touched)
	if touched["version"] {
		forwardOnly(&faults, settings, before.Version, after.Version)
	}
	if touched["contacts.primary"] {
		if err := contactFault(ctx, tx, &faults, &after); err != nil {
			return Changed{}, err
		}
	}
	if err := model.Invalid(faults); err != nil {
		return Changed{}, err
	}
	if len(differences(tokenFacts(&before), tokenFacts(&after))) == 0 {
		taken, err := s.unchanged(ctx, tx)
		return Changed{before, taken}, err
	}
	narrower := narrows(&before, &after)
	if narrower {
		after.RightsEpoch++
	}
	number, err := s.change(ctx, tx, actor, "token.updated", &before, &after, nil)
	if !narrower {
		number = 0
	}
	return Changed{after, number}, err
}

// apply is the token with the changes, and which settings they touch.
func (in UpdateToken) apply(tok model.Token) (model.Token, touched) {
	touched := touched{}
	if in.Name != nil {
		tok.SetName(strings.TrimSpace(*in.Name))
		touched["name"] = true
	}
	if in.Description != nil {
		tok.Description = strings.TrimSpace(*in.Description)
		touched["description"] = true
	}
	if in.ExpiresAt != nil {
		tok.ExpiresAt = *in.ExpiresAt
		touched["expires_at"] = true
	}
	set(touched, "version", &tok.Version, in.Version)
	set(touched, "contacts.primary", &tok.PrimaryContact, in.PrimaryContact)
	set(touched, "contacts.developers", &tok.Developers, in.Developers)
	set(touched, "scopes", &tok.Scopes, in.Scopes)
	set(touched, "allowed_cidrs", &tok.AllowedCIDRs, in.AllowedCIDRs)
	merge(touched, "metadata", &tok.Metadata, in.Metadata)
	merge(touched, "claims", &tok.Claims, in.Claims)
	return tok, touched
}

func set[T any](touched touched, field string, to *T, value *T) {
	if value != nil {
		*to = *value
		touched[field] = true
	}
}

func merge(touched touched, field string, to *map[string]string, patch map[string]*string) {
	if len(patch) == 0 {
		return
	}
	merged := maps.Clone(*to)
	for key, value := range patch {
		if value == nil {
			delete(merged, key)
		} else {
			merged[key] = *value
		}
	}
	*to = merged
	touched[field] = true
}

func forwardOnly(faults *model.Faults, settings *settings, from, to string) {
	c := settings.catalog.Catalog()
	if c.VersionIndex(to) < c.VersionIndex(from) {
		faults.Add("version", "version_backward", "The API version of a token only goes forward, from %s.", from)
	}
}

// narrows reports whether something that was accepted before may be refused, or
// vouched for and is not any more.
func narrows(before, after *model.Token) bool {
	for _, scope := range before.Scopes {
		if !slices.Contains(after.Scopes, scope) {
			return true
		}
	}
	switch {
	case before.Version != after.Version, !maps.Equal(before.Claims, after.Claims):
		return true
	case after.ExpiresAt != nil && (before.ExpiresAt == nil || after.ExpiresAt.Before(*before.ExpiresAt)):
		return true
	}
	return len(after.AllowedCIDRs) > 0 && !covers(after.AllowedCIDRs, before.AllowedCIDRs)
}

// covers reports whether each of the networks lies within one of those that are
// wide. No networks at all are all addresses.
func covers(wide, networks []string) bool {
	for _, text := range networks {
		network := netip.MustParsePrefix(text)
		if !slices.ContainsFunc(wide, func(text string) bool {
			w := netip.MustParsePrefix(text)
			return w.Bits() <= network.Bits() && w.Contains(network.Addr())
		}) {
			return false
		}
	}
	return len(networks) > 0
}
