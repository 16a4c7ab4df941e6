package service

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// operatorTokenName is the name of the token that first start makes.
const operatorTokenName = "Operator secret"

// Bootstrap fills a new database, and makes the operator secret.
type Bootstrap struct {
	Store       *repository.Store
	Keys        *Keys
	Propagation *Propagation
	Prefix      string // of secrets
	Now         func() time.Time
}

// Start makes what a database needs that has none of it: keys, the starter
// catalog with an account and a member, the operator account and its secret.
// Of several nodes that start at once only one does. It calls tell with the
// secret, and the code of a link for the member to sign in by, before the change
// is committed, so that they cannot get lost; if tell gives an error nothing is
// made. With demo, a new database also gets the
// sample catalog, accounts and tokens.
func (b *Bootstrap) Start(ctx context.Context, demo bool, tell func(made secret.Secret, code string) error) error {
	if err := b.Store.InTx(ctx, func(tx *repository.Store) error { return b.makeKeys(ctx, tx) }); err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	if err := b.Keys.Load(ctx); err != nil {
		return err
	}
	err := b.Store.InTx(ctx, func(tx *repository.Store) error {
		if err := tx.Keys.Lock(ctx); err != nil {
			return err
		}
		_, err := tx.Accounts.Operator(ctx)
		if err == nil || !model.IsKind(err, model.KindNotFound) {
			return err
		}
		owner, err := b.fill(ctx, tx, demo)
		if err != nil {
			return err
		}
		made, err := b.operator(ctx, tx)
		if err != nil {
			return err
		}
		code, err := makeLink(ctx, tx, system, owner, b.Now(), firstLinkLife)
		if err != nil {
			return err
		}
		return tell(made, code)
	})
	if err != nil {
		return fmt.Errorf("first start: %w", err)
	}
	return nil
}

func (b *Bootstrap) makeKeys(ctx context.Context, tx *repository.Store) error {
	if err := tx.Keys.Lock(ctx); err != nil {
		return err
	}
	return b.Keys.Make(ctx, tx)
}

// system is the actor of what Tokenry does by itself.
var system = model.Actor{Kind: model.ActorSystem, ID: "tokenry", Name: "Tokenry"}

// fill stores catalogs and accounts, and gives the member who is operator.
func (b *Bootstrap) fill(ctx context.Context, tx *repository.Store, demo bool) (model.Member, error) {
	now := b.Now()
	catalogs := catalog.Starter()
	if demo {
		catalogs = append(catalogs, catalog.Sample()...)
	}
	for i := range catalogs {
		row := repository.Catalog{AccountType: catalogs[i].AccountType, Document: catalogs[i], Revision: 1, UpdatedAt: now}
		if err := tx.Catalogs.Put(ctx, &row); err != nil {
			return model.Member{}, err
		}
		entry := newEntry(system, now, "catalog.applied", "catalog", row.AccountType)
		entry.Changes = map[string]model.Change{"revision": {Old: 0, New: 1}}
		if err := tx.Audit.Append(ctx, entry); err != nil {
			return model.Member{}, err
		}
	}
	starter := model.Account{ID: secret.NewID(), Type: catalogs[0].AccountType, Name: "My company"}
	owner := model.Member{ID: secret.NewID(), AccountID: starter.ID, Name: "Admin", Email: "admin@localhost", Operator: true}
	if err := b.account(ctx, tx, starter, owner); err != nil {
		return model.Member{}, err
	}
	if demo {
		return owner, b.demo(ctx, tx)
	}
	return owner, nil
}

// account stores an account with its members, of whom all but the named fields
// are filled in. The first is an admin unless they have a role.
func (b *Bootstrap) account(ctx context.Context, tx *repository.Store, account model.Account, members ...model.Member) error {
	now := b.Now()
	account.State, account.CreatedAt, account.UpdatedAt = model.AccountActive, now, now
	if err := tx.Accounts.Insert(ctx, &account); err != nil {
		return err
	}
	if err := tx.Audit.Append(ctx, accountEntry(system, now, "account.created", nil, &account)); err != nil {
		return err
	}
	for _, member := range members {
		if member.ID == "" {
			member.ID = secret.NewID()
		}
		if member.Role == "" {
			member.Role = model.RoleAdmin
		}
		if member.Language == "" {
			member.Language = "en"
		}
		member.AccountID, member.State, member.CreatedAt, member.UpdatedAt = account.ID, model.MemberActive, now, now
		if err := tx.Members.Insert(ctx, &member); err != nil {
			return err
		}
		if err := tx.Audit.Append(ctx, memberEntry(system, now, "member.created", nil, &member)); err != nil {
			return err
		}
	}
	return nil
}

// operator stores the operator account, with a member who can be contact of its
// tokens, and its first token.
func (b *Bootstrap) operator(ctx context.Context, tx *repository.Store) (secret.Secret, error) {
	account := model.Account{
		ID: secret.NewID(), Type: model.OperatorType, Name: "Operators", Policy: model.Policy{AllowSelfRotation: true},
	}
	contact := model.Member{ID: secret.NewID(), Name: "Operators", Email: "operators@localhost"}
	if err := b.account(ctx, tx, account, contact); err != nil {
		return secret.Secret{}, err
	}
	return b.token(ctx, tx, system, &model.Token{
		AccountID: account.ID, Name: operatorTokenName, Version: catalog.Operator().DefaultVersion,
		Description: "Made at first start. May do everything.",
		Scopes:      []string{ScopeAdmin}, PrimaryContact: contact.ID,
	})
}

// token stores a token with a secret of its own.
func (b *Bootstrap) token(ctx context.Context, tx *repository.Store, actor model.Actor, tok *model.Token) (secret.Secret, error) {
	now := b.Now()
	if tok.ID == "" {
		tok.ID = secret.NewID()
	}
	made := secret.New(b.Prefix, tok.ID)
	pepper := b.Keys.CurrentPepper()
	digest := pepper.Digest(made.Sum())
	tok.Secret = model.Secret{Digest: digest[:], Pepper: pepper.Number, Hint: made.Hint()}
	tok.SetName(tok.Name)
	tok.Generation, tok.Revision = 1, 1
	tok.Metadata, tok.Claims = notNil(tok.Metadata), notNil(tok.Claims)
	tok.CreatedAt, tok.UpdatedAt, tok.CreatedBy = now, now, actor.Ref()
	return made, tx.Create(ctx, tok, tokenEntry(actor, now, "token.created", nil, tok))
}

func notNil(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

// ResetOperator makes a new operator secret and ends the old one. It returns
// when no node accepts the old one.
func (b *Bootstrap) ResetOperator(ctx context.Context, actor model.Actor) (secret.Secret, error) {
	var made secret.Secret
	var taken int64
	err := b.Store.InTx(ctx, func(tx *repository.Store) error {
		account, err := tx.Accounts.Operator(ctx)
		if err != nil {
			return err
		}
		actor.AccountID = account.ID
		old, err := tx.Tokens.ByName(ctx, account.ID, operatorTokenName)
		if err != nil {
			return err
		}
		contact := ""
		for _, tok := range old {
			contact = tok.PrimaryContact
			if taken, err = b.end(ctx, tx, actor, tok); err != nil {
				return err
			}
		}
		made, err = b.renewed(ctx, tx, actor, account.ID, contact)
		return err
	})
	if err != nil {
		return secret.Secret{}, fmt.Errorf("reset operator secret: %w", err)
	}
	return made, b.Propagation.Wait(ctx, taken)
}

func (b *Bootstrap) end(ctx context.Context, tx *repository.Store, actor model.Actor, before model.Token) (int64, error) {
	tokens := &Tokens{Store: tx, Now: b.Now}
	after := before
	after.RevokedAt, after.RevokeReason = new(b.Now()), "operator secret reset"
	after.RightsEpoch++
	return tokens.change(ctx, tx, actor, "token.revoked", &before, &after, map[string]string{"reason": after.RevokeReason})
}

func (b *Bootstrap) renewed(ctx context.Context, tx *repository.Store, actor model.Actor, accountID, contact string) (secret.Secret, error) {
	members, err := tx.Members.List(ctx, accountID, repository.MemberFilter{State: model.MemberActive}, repository.Page{Limit: 100})
	if err != nil {
		return secret.Secret{}, err
	}
	for i, member := range members {
		if i == 0 || member.ID == contact {
			contact = member.ID
		}
	}
	if len(members) == 0 {
		return secret.Secret{}, model.Errorf(model.KindConflict, "contact_missing", "The operator account has no active member.")
	}
	return b.token(ctx, tx, actor, &model.Token{
		AccountID: accountID, Name: operatorTokenName, Version: catalog.Operator().DefaultVersion,
		Description: "Made by tokenry operator reset. May do everything.",
		Scopes:      []string{ScopeAdmin}, PrimaryContact: contact,
	})
}
