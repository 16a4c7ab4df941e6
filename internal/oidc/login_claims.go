package oidc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
)

// claimsOf is the claims of the id token and, where it lacks one that counts
// here, those that the provider tells besides.
func (l *Login) claimsOf(ctx context.Context, found *endpoints, token *coreos.IDToken, tokens *oauth2.Token) (jwt.MapClaims, error) {
	all, err := decodeClaims(token.Claims)
	if err != nil {
		return nil, err
	}
	if party := textOf(all["azp"]); party != "" && party != l.cfg.ClientID {
		return nil, errors.New("the token was made for another client")
	}
	if found.provider.UserInfoEndpoint() == "" || !l.lacks(all) {
		return all, nil
	}
	info, err := found.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return nil, err
	}
	if info.Subject != token.Subject {
		return nil, errors.New("the provider tells of somebody else")
	}
	more, err := decodeClaims(info.Claims)
	if err != nil {
		return nil, err
	}
	for name, value := range more {
		if _, have := all[name]; !have {
			all[name] = value
		}
	}
	return all, nil
}

// lacks reports whether a claim that counts here is not there.
func (l *Login) lacks(all jwt.MapClaims) bool {
	cfg := l.provider.cfg
	for _, claim := range []string{cfg.AccountClaim, cfg.MemberClaim, cfg.NameClaim, cfg.OperatorClaim} {
		if claim != "" && lookup(all, claim) == nil {
			return true
		}
	}
	return false
}

// decodeClaims keeps numbers as they are written.
func decodeClaims(read func(any) error) (jwt.MapClaims, error) {
	var raw json.RawMessage
	if err := read(&raw); err != nil {
		return nil, err
	}
	all := jwt.MapClaims{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return all, decoder.Decode(&all)
}
