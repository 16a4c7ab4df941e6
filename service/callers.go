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
	if answer.decoy != nil {
		c.Verifier.Decoys.Raise(answer.decoy, Question{IP: ip}, answer.AsOf)
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
	actor, err := actorOfClaims(ctx, c.Store, claims)
	if err != nil {
		return model.Actor{}, err
	}
	actor.ExpiresAt = &claims.ExpiresAt
	return actor, nil
}

// actorOfClaims is the member that the claims name, or else an operator whom the
// identity provider alone knows.
func actorOfClaims(ctx context.Context, store *repository.Store, claims oidc.Claims) (model.Actor, error) {
	actor, err := memberOfClaims(ctx, store, claims)
	switch {
	case err == nil:
		actor.Operator = actor.Operator || claims.Operator
		return actor, nil
	case claims.Operator && model.IsKind(err, model.KindForbidden):
		return model.Actor{Kind: model.ActorUser, ID: claims.Subject, Name: claims.Name, Operator: true}, nil
	}
	return model.Actor{}, err
}

// memberOfClaims finds the record that the claims name.
func memberOfClaims(ctx context.Context, store *repository.Store, claims oidc.Claims) (model.Actor, error) {
	if claims.Account == "" || claims.Member == "" {
		return model.Actor{}, errNoAccount()
	}
	account, err := store.Accounts.ByExternalID(ctx, claims.Account)
	if err != nil {
		return model.Actor{}, orNoAccount(err)
	}
	m, err := store.Members.ByExternalID(ctx, account.ID, claims.Member)
	if err != nil {
		return model.Actor{}, orNoAccount(err)
	}
	return memberActor(account, m)
}

// memberActor is a member as an actor. State and role are those of the record.
func memberActor(account model.Account, m model.Member) (model.Actor, error) {
	if account.State != model.AccountActive || m.State != model.MemberActive {
		return model.Actor{}, errNoAccount()
	}
	return model.Actor{Kind: model.ActorMember, ID: m.ID, Name: m.Name, HomeID: account.ID, Role: m.Role, Operator: m.Operator}, nil
}

// orNoAccount is the error for a record that is not there, or could not be read.
func orNoAccount(err error) error {
	if model.IsKind(err, model.KindNotFound) {
		return errNoAccount()
	}
	return err
}

func errNoAccount() error {
	return model.Errorf(model.KindForbidden, "no_account",
		"You are signed in, but no active member of an active account here is linked with you. Ask the operators to add you.")
}

func badToken(why string) error {
	return model.Errorf(model.KindUnauthenticated, "bad_token", "The credential was refused. %s", why)
}
