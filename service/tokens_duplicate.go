package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/model"
)

// duplicateAttempts bounds the search for a free name while others duplicate
// the same token.
const duplicateAttempts = 5

// Duplicate issues a token with the settings of another, named "Copy of …".
// Claims are copied only for operators. What the settings of the other no
// longer may be, such as a contact who left, is a fault.
func (s *Tokens) Duplicate(ctx context.Context, actor model.Actor, id, idempotencyKey string) (Issued, error) {
	call := Repeatable{Key: idempotencyKey, Operation: "duplicate " + id}
	if kept, ok, err := s.Idempotency.Kept(ctx, s.Store, actor, call); ok || err != nil {
		return kept, err
	}
	original, err := s.Show(ctx, actor, id)
	if err != nil {
		return Issued{}, err
	}
	settings, err := s.settings(ctx, actor)
	if err != nil {
		return Issued{}, err
	}
	if original.ExpiresAt != nil && !s.Now().Before(*original.ExpiresAt) {
		return Issued{}, errExpired()
	}
	for attempt := 0; ; attempt++ {
		name, err := s.copyName(ctx, actor.AccountID, original.Name)
		if err != nil {
			return Issued{}, err
		}
		tok := copyOf(original, name, actor.Operator)
		var faults model.Faults
		settings.check(&faults, &tok, everything)
		if err := s.refused(ctx, faults, &tok); err != nil {
			return Issued{}, err
		}
		issued, err := s.issue(ctx, actor, &tok, call, "token.created", map[string]string{"duplicate_of": id})
		if !model.IsCode(err, "name_taken") || attempt == duplicateAttempts {
			return issued, err
		}
	}
}

func copyOf(original model.Token, name string, operator bool) model.Token {
	tok := model.Token{
		AccountID: original.AccountID, Description: original.Description, Version: original.Version,
		Scopes: original.Scopes, PrimaryContact: original.PrimaryContact, Developers: original.Developers,
		AllowedCIDRs: original.AllowedCIDRs, Metadata: original.Metadata, Claims: map[string]string{},
		ExpiresAt: original.ExpiresAt, Decoy: original.Decoy,
	}
	if operator {
		tok.Claims = original.Claims
	}
	tok.SetName(name)
	return tok
}

// copyName is the first of "Copy of …", "Copy of … (2)" and so on that is free.
func (s *Tokens) copyName(ctx context.Context, accountID, name string) (string, error) {
	const room = 8 // for " (99999)"
	base := "Copy of " + name
	taken, err := s.Store.Tokens.Names(ctx, accountID, cut(base, maxName-room))
	if err != nil {
		return "", err
	}
	for i := 1; ; i++ {
		suffix := ""
		if i > 1 {
			suffix = fmt.Sprintf(" (%d)", i)
		}
		if candidate := cut(base, maxName-len(suffix)) + suffix; !slices.Contains(taken, candidate) {
			return candidate, nil
		}
	}
}

// cut is the beginning of a text, without space at its end.
func cut(text string, characters int) string {
	if runes := []rune(text); len(runes) > characters {
		text = string(runes[:characters])
	}
	return strings.TrimSpace(text)
}
