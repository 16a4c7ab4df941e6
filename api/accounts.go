package api

import (
	"cmp"
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListAccounts handles GET /accounts.
func (s *Server) ListAccounts(ctx context.Context, req ListAccountsRequestObject) (ListAccountsResponseObject, error) {
	p := req.Params
	filter := service.AccountFilter{
		Query: given(p.Q), Type: given(p.Type), State: model.AccountState(given(p.State)), ExternalID: given(p.ExternalID),
	}
	accounts, next, err := s.Accounts.List(ctx, filter, given(p.Limit), given(p.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListAccounts200JSONResponse{Items: make([]Account, len(accounts)), NextCursor: cursorOf(next)}
	for i := range accounts {
		list.Items[i] = toAccount(&accounts[i])
	}
	return list, nil
}

// CreateAccount handles POST /accounts.
func (s *Server) CreateAccount(ctx context.Context, req CreateAccountRequestObject) (CreateAccountResponseObject, error) {
	in := service.AccountInput{Type: &req.Body.Type, Name: &req.Body.Name, Policy: policyOf(req.Body.Policy)}
	if req.Body.ExternalID != nil {
		in.ExternalID = &req.Body.ExternalID
	}
	account, err := s.Accounts.Create(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return CreateAccount201JSONResponse{
		Headers: CreateAccount201ResponseHeaders{Location: new("/accounts/" + account.ID)},
		Body:    toAccount(&account),
	}, nil
}

// GetAccount handles GET /accounts/{id}.
func (s *Server) GetAccount(ctx context.Context, _ GetAccountRequestObject) (GetAccountResponseObject, error) {
	account, err := s.Accounts.Show(ctx, actorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return GetAccount200JSONResponse(toAccount(&account)), nil
}

// UpdateAccount handles PATCH /accounts/{id}.
func (s *Server) UpdateAccount(ctx context.Context, req UpdateAccountRequestObject) (UpdateAccountResponseObject, error) {
	changed, err := s.Accounts.Update(ctx, actorFrom(ctx), service.AccountInput{
		Name:       req.Body.Name,
		ExternalID: patched(req.Body.ExternalID),
		State:      (*model.AccountState)(req.Body.State),
		Policy:     policyOf(req.Body.Policy),
	})
	if err != nil {
		return nil, err
	}
	propagated, err := s.settle(ctx, changed.Taken, req.Params.Wait)
	return UpdateAccount200JSONResponse{Account: toAccount(&changed.Account), Propagated: propagated}, err
}

func policyOf(patch *PolicyPatch) service.PolicyInput {
	if patch == nil {
		return service.PolicyInput{}
	}
	return service.PolicyInput{
		MaxLifetimeSeconds: patchedTo(patch.MaxLifetimeSeconds),
		RequireExpiry:      patch.RequireExpiry,
		RequireCIDRs:       patch.RequireCidrs,
		AllowSelfRotation:  patch.AllowSelfRotation,
		LeakPolicy:         (*model.LeakPolicy)(patch.LeakPolicy),
		UnusedAfterDays:    patchedTo(patch.UnusedAfterDays),
		UnusedDisable:      patch.UnusedDisable,
	}
}

// GetPolicy handles GET /policy.
func (s *Server) GetPolicy(ctx context.Context, _ GetPolicyRequestObject) (GetPolicyResponseObject, error) {
	account, err := s.Accounts.Show(ctx, actorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return GetPolicy200JSONResponse(toPolicy(account.Policy)), nil
}

func toPolicy(p model.Policy) Policy {
	policy := Policy{
		RequireExpiry: p.RequireExpiry, RequireCidrs: p.RequireCIDRs, AllowSelfRotation: p.AllowSelfRotation,
		LeakPolicy: LeakPolicy(cmp.Or(p.LeakPolicy, model.LeakDisable)), UnusedDisable: p.UnusedDisable,
	}
	if p.MaxLifetimeSeconds > 0 {
		policy.MaxLifetimeSeconds = &p.MaxLifetimeSeconds
	}
	if p.UnusedAfterDays > 0 {
		policy.UnusedAfterDays = &p.UnusedAfterDays
	}
	return policy
}

func toAccount(account *model.Account) Account {
	return Account{
		ID:         account.ID,
		Type:       account.Type,
		Name:       account.Name,
		ExternalID: account.ExternalID,
		State:      AccountState(account.State),
		Policy:     toPolicy(account.Policy),
		CreatedAt:  account.CreatedAt.UTC(),
		UpdatedAt:  account.UpdatedAt.UTC(),
	}
}
