package service

import (
	"context"
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// JWTs issues short-lived JWTs for tokens.
type JWTs struct {
	Store     *repository.Store
	Verifier  *Verifier
	Keys      *Keys
	Issuer    string
	Lifetime  time.Duration // at most; no more than MaxJWTLife
	Resources []string      // what JWTs may be meant for, beside the issuer

	makeLists sync.Once
	lists     *otter.Cache[string, StatusList] // by number
	lastList  atomic.Int32                     // in which places are looked for
}

// IssueJWT is what a JWT is wanted for.
type IssueJWT struct {
	Subject   string // a secret, or a JWT that was issued for it
	Scopes    []string
	Resources []string // empty for those of the subject, or else the issuer
	IP        netip.Addr
	Look      Look
}

// IssuedJWT is a JWT, with what is told of it.
type IssuedJWT struct {
	Text   string
	Scopes []string
	Life   time.Duration // what is left of it, in whole seconds
}

// Issue issues a JWT that has no scope, no resource and no second of life that
// its subject has not. Callers issue for their own token, operators for any. The
// codes of its errors are those of RFC 6749 and RFC 8707, but for "try_again";
// a subject that is no good is "subject_refused".
func (s *JWTs) Issue(ctx context.Context, actor model.Actor, in IssueJWT) (IssuedJWT, error) {
	question := Question{Secret: in.Subject, JWT: true, IP: in.IP, Caller: actor.ID, Look: in.Look}
	answer, err := s.Verifier.judge(ctx, question)
	if err != nil {
		return IssuedJWT{}, err
	}
	if answer.Token == nil || answer.Token.ID != actor.ID {
		if !actor.Operator {
			return IssuedJWT{}, subjectRefused("It must be of the token that you authenticate with.")
		}
		if answer, err = s.Verifier.Verify(ctx, question); err != nil { // else the caller's own use has been counted
			return IssuedJWT{}, err
		}
	}
	if !answer.Valid() {
		return IssuedJWT{}, subjectRefused("It is not good: " + answer.Code + ".")
	}
	scopes, err := s.scopes(ctx, &answer, in.Scopes)
	if err != nil {
		return IssuedJWT{}, err
	}
	audience, err := s.audience(answer.JWT, in.Resources)
	if err != nil {
		return IssuedJWT{}, err
	}
	return s.sign(ctx, &answer, scopes, audience)
}

// scopes is those asked for, which the subject must hold, or else all that it
// holds and that exist in its version.
func (s *JWTs) scopes(ctx context.Context, answer *Answer, asked []string) ([]string, error) {
	compiled, err := s.Verifier.Cache.Catalog(ctx, answer.Account.Type)
	if err != nil {
		return nil, err
	}
	if len(asked) > 0 {
		if missing := missingScopes(compiled, answer.Token, asked); len(missing) > 0 {
			return nil, model.Errorf(model.KindInvalid, "invalid_scope", "The token does not hold %q in its API version.", missing[0])
		}
		asked = slices.Clone(asked)
		slices.Sort(asked)
		return slices.Compact(asked), nil
	}
	missing := missingScopes(compiled, answer.Token, answer.Token.Scopes)
	scopes := slices.DeleteFunc(slices.Clone(answer.Token.Scopes), func(scope string) bool { return slices.Contains(missing, scope) })
	if len(scopes) == 0 {
		return nil, model.Errorf(model.KindInvalid, "invalid_scope", "The token holds no scope that exists in its API version.")
	}
	return scopes, nil
}

// audience is whom the JWT is meant for. Who holds a JWT for some resources does
// not get one for others.
func (s *JWTs) audience(subject *signing.Claims, resources []string) ([]string, error) {
	held := []string{s.Issuer}
	if subject != nil {
		held = subject.Audience
	}
	if len(resources) == 0 {
		return held, nil
	}
	for _, resource := range resources {
		known := resource == s.Issuer || slices.Contains(s.Resources, resource)
		if !known || !slices.Contains(held, s.Issuer) && !slices.Contains(held, resource) {
			return nil, model.Errorf(model.KindInvalid, "invalid_target", "No JWT is issued for this resource.")
		}
	}
	resources = slices.Clone(resources)
	slices.Sort(resources)
	return slices.Compact(resources), nil
}

func (s *JWTs) sign(ctx context.Context, answer *Answer, scopes, audience []string) (IssuedJWT, error) {
	now, tok := answer.AsOf, answer.Token
	end := now.Add(min(s.Lifetime, MaxJWTLife))
	if expires := tok.ExpiresAt(); !expires.IsZero() && expires.Before(end) {
		end = expires
	}
	if last, ok := tok.endOf(answer.Generation); ok && last < end.UnixMicro() {
		end = time.UnixMicro(last)
	}
	end = end.Truncate(time.Second)
	if !end.After(now) {
		return IssuedJWT{}, subjectRefused("It is not good: " + CodeExpired + ".")
	}
	key := s.Keys.open.Load().signerAt(s.Verifier.Now())
	if key == nil {
		return IssuedJWT{}, model.Unavailable()
	}
	status, err := s.status(ctx, tok, answer.Generation, end)
	if err != nil {
		return IssuedJWT{}, err
	}
	text, err := key.Sign(signing.Type, &signing.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.Issuer, Subject: tok.ID, Audience: audience, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(end),
		},
		ClientID: tok.ID, Scope: strings.Join(scopes, " "), AccountID: tok.AccountID, AccountType: answer.Account.Type,
		APIVersion: tok.Version, Generation: answer.Generation, RightsEpoch: int(tok.epoch), Status: status,
	})
	return IssuedJWT{Text: text, Scopes: scopes, Life: end.Sub(now).Truncate(time.Second)}, err
}

func subjectRefused(why string) error {
	return model.Errorf(model.KindInvalid, "subject_refused", "The secret or JWT was refused. %s", why)
}
