package service

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Begun is a login that has begun, for the browser that began it alone.
type Begun = oidc.Begun

// CanLogin reports whether people can sign in with the identity provider.
func (s *Sessions) CanLogin() bool { return s.Login != nil }

// BeginLogin begins a login, and gives the address at the identity provider to
// send the browser to.
func (s *Sessions) BeginLogin(ctx context.Context) (Begun, string, error) {
	if s.Login == nil {
		return Begun{}, "", model.Unavailable()
	}
	return s.Login.Begin(ctx)
}

// ByLogin signs in whom the identity provider names, as it does for callers with
// a JWT, and gives the id of the session.
func (s *Sessions) ByLogin(ctx context.Context, begun Begun, code string, from SignIn) (string, error) {
	if s.Login == nil {
		return "", model.Unavailable()
	}
	claims, err := s.Login.Finish(ctx, begun, code)
	if err != nil {
		return "", err
	}
	var id string
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		actor, err := actorOfClaims(ctx, tx, claims)
		if err != nil {
			return err
		}
		id, err = s.begin(ctx, tx, actor, from, claims, "login")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in by login: %w", err)
	}
	return id, nil
}

// LeaveURL is where people who sign out also sign out at the identity provider;
// empty if there is no such place.
func (s *Sessions) LeaveURL(ctx context.Context) string {
	if s.Login == nil {
		return ""
	}
	return s.Login.LeaveURL(ctx)
}
