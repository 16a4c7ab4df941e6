package service

import (
	"context"
	"net/netip"
	"strings"

	"github.com/tokenry/tokenry/internal/oidc"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Callers finds out who makes a request.
type Callers struct {
	Verifier *Verifier
	Store    *repository.Store
	Provider *oidc.Provider // nil if frontends cannot send JWTs
}

// Authenticate finds the actor behind a credential, a Tokenry secret or a JWT
// of the configured provider. A credential that is no good gives an error of
// KindUnauthenticated, and one that cannot be judged at the moment "try_again".
// The zero Look has it look itself.
func (c *Callers) Authenticate(ctx context.Context, credential string, ip netip.Addr, look Look) (model.Actor, error) {
	if strings.Count(credential, ".") == 2 && c.Provider != nil {
		return c.byJWT(ctx, credential)
	}
	answer, err := c.Verifier.prove(ctx, credential, look)
	if err != nil {
		return model.Actor{}, err
	}
	if answer.Code == CodeOK {
		answer.Code = c.Verifier.state(&answer, ip)
	}
	switch answer.Code {
	case CodeOK:
	case CodeIPDenied:
		return model.Actor{}, model.Errorf(model.KindForbidden, "ip_denied", "Your token may not be used from this address.")
	case CodeMalformed, CodeUnknown:
		return model.Actor{}, badToken("It is not a secret of this Tokenry.")
	default:
		return model.Actor{}, badToken("It is no longer good: " + answer.Code + ".")
	}
	id := answer.Token.ID
	c.Verifier.Usage.Record(Use{TokenID: id, Code: CodeOK, Caller: id, Previous: answer.Previous, IP: ip, At: answer.AsOf})
	return tokenActor(answer), nil
}

func tokenActor(answer Answer) model.Actor {
	actor := model.Actor{
		Kind: model.ActorToken, ID: answer.Token.ID, Name: answer.Token.Name,
		HomeID: answer.Account.ID, Generation: answer.Generation,
	}
	if answer.Account.IsOperator() { // others hold rights in the company's API, none here
		actor.Scopes = answer.Token.Scopes
		for _, scope := range actor.Scopes {
			actor.Operator = actor.Operator || scope == ScopeAdmin
		}
	}
	return actor
}

func (c *Callers) byJWT(ctx context.Context, raw string) (model.Actor, error) {
	claims, err := c.Provider.Verify(ctx, raw)
	if err != nil {
		return model.Actor{}, err
	}
	actor, err := c.member(ctx, claims)
	if err == nil {
		actor.Operator, actor.ExpiresAt = actor.Operator || claims.Operator, &claims.ExpiresAt
		return actor, nil
	}
	if claims.Operator && model.IsKind(err, model.KindForbidden) {
		return model.Actor{Kind: model.ActorUser, ID: claims.Subject, Name: claims.Name, Operator: true, ExpiresAt: &claims.ExpiresAt}, nil
	}
	return model.Actor{}, err
}

// member finds the record that the claims name. State and role are those of
// the record.
func (c *Callers) member(ctx context.Context, claims oidc.Claims) (model.Actor, error) {
	if claims.Account == "" || claims.Member == "" {
		return model.Actor{}, errNoAccount()
	}
	account, err := c.Store.Accounts.ByExternalID(ctx, claims.Account)
	if err == nil && account.State == model.AccountActive {
		var m model.Member
		if m, err = c.Store.Members.ByExternalID(ctx, account.ID, claims.Member); err == nil && m.State == model.MemberActive {
			return model.Actor{
				Kind: model.ActorMember, ID: m.ID, Name: m.Name, HomeID: account.ID, Role: m.Role, Operator: m.Operator,
			}, nil
		}
	}
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return model.Actor{}, err
	}
	return model.Actor{}, errNoAccount()
}

func errNoAccount() error {
	return model.Errorf(model.KindForbidden, "no_account",
		"You are signed in, but no active member of an active account here is linked with you. Ask the operators to add you.")
}

func badToken(why string) error {
	return model.Errorf(model.KindUnauthenticated, "bad_token", "The credential was refused. %s", why)
}
