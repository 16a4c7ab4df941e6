package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// CreateToken handles POST /tokens.
func (s *Server) CreateToken(ctx context.Context, req CreateTokenRequestObject) (CreateTokenResponseObject, error) {
	issued, err := s.Tokens.Create(ctx, actorFrom(ctx), service.CreateToken{
		Name:           req.Body.Name,
		Description:    given(req.Body.Description),
		Version:        given(req.Body.Version),
		PrimaryContact: req.Body.Contacts.Primary,
		Developers:     req.Body.Contacts.Developers,
		Scopes:         req.Body.Scopes,
		ExpiresAt:      req.Body.ExpiresAt,
		AllowedCIDRs:   req.Body.AllowedCidrs,
		Metadata:       req.Body.Metadata,
		Claims:         req.Body.Claims,
		Decoy:          given(req.Body.Decoy),
		Faults:         faultsFrom(ctx),
		IdempotencyKey: given(req.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return CreateToken201JSONResponse{
		Headers: CreateToken201ResponseHeaders{Location: new("/tokens/" + issued.Token.ID), ETag: new(tokenTag(&issued.Token))},
		Body:    CreatedToken{Token: toToken(&issued.Token, issued.At), Secret: issued.Secret.Reveal()},
	}, nil
}

// ListTokens handles GET /tokens.
func (s *Server) ListTokens(ctx context.Context, req ListTokensRequestObject) (ListTokensResponseObject, error) {
	p := req.Params
	in := service.ListTokens{Sort: string(given(p.Sort)), Limit: given(p.Limit), Cursor: given(p.Cursor)}
	in.Filter = service.TokenFilter{
		Query:          given(p.Q),
		CreatedAfter:   p.CreatedAfter,
		CreatedBefore:  p.CreatedBefore,
		Version:        given(p.Version),
		Scope:          given(p.Scope),
		Contact:        given(p.Contact),
		ContactMissing: p.ContactMissing,
		UnusedSince:    p.UnusedSince,
	}
	for _, status := range p.Status {
		in.Filter.Statuses = append(in.Filter.Statuses, model.Status(status))
	}
	tokens, next, err := s.Tokens.List(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	list := ListTokens200JSONResponse{Items: make([]Token, len(tokens)), NextCursor: cursorOf(next)}
	for i := range tokens {
		list.Items[i] = toToken(&tokens[i], s.Now())
	}
	return list, nil
}

// GetToken handles GET /tokens/{id}.
func (s *Server) GetToken(ctx context.Context, req GetTokenRequestObject) (GetTokenResponseObject, error) {
	tok, err := s.Tokens.Show(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	previous, err := s.Tokens.Previous(ctx, &tok)
	if err != nil {
		return nil, err
	}
	body := toToken(&tok, s.Now())
	if previous != nil {
		body.PreviousSecret = &ReplacedSecret{Hint: previous.Secret.Hint, ExpiresAt: previous.ExpiresAt.UTC()}
	}
	return GetToken200JSONResponse{Headers: GetToken200ResponseHeaders{ETag: new(tokenTag(&tok))}, Body: body}, nil
}

// UpdateToken handles PATCH /tokens/{id}.
func (s *Server) UpdateToken(ctx context.Context, req UpdateTokenRequestObject) (UpdateTokenResponseObject, error) {
	in := service.UpdateToken{
		ID:           req.ID,
		Name:         req.Body.Name,
		Description:  patchedTo(req.Body.Description),
		Version:      req.Body.Version,
		ExpiresAt:    patched(req.Body.ExpiresAt),
		AllowedCIDRs: patchedTo(req.Body.AllowedCidrs),
		Metadata:     req.Body.Metadata,
		Claims:       req.Body.Claims,
		Revisions:    revisions(req.Params.IfMatch),
		Faults:       faultsFrom(ctx),
	}
	if req.Body.Scopes != nil {
		in.Scopes = &req.Body.Scopes
	}
	if contacts := req.Body.Contacts; contacts != nil {
		in.PrimaryContact = contacts.Primary
		if contacts.Developers != nil {
			in.Developers = &contacts.Developers
		}
	}
	changed, err := s.Tokens.Update(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, req.Params.Wait)
	return UpdateToken200JSONResponse{
		Headers: UpdateToken200ResponseHeaders{ETag: new(tokenTag(&changed.Token))},
		Body:    body,
	}, err
}

// GetUpgrade handles GET /tokens/{id}/upgrade.
func (s *Server) GetUpgrade(ctx context.Context, req GetUpgradeRequestObject) (GetUpgradeResponseObject, error) {
	plan, err := s.Tokens.PlanUpgrade(ctx, actorFrom(ctx), req.ID, req.Params.Version)
	if err != nil {
		return nil, err
	}
	return GetUpgrade200JSONResponse{Version: plan.Version, RemovedScopes: plan.RemovedScopes, NewScopes: plan.NewScopes}, nil
}

// ListTokenHistory handles GET /tokens/{id}/history.
func (s *Server) ListTokenHistory(ctx context.Context, req ListTokenHistoryRequestObject) (ListTokenHistoryResponseObject, error) {
	entries, next, err := s.Audits.History(ctx, actorFrom(ctx), req.ID, given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return ListTokenHistory200JSONResponse{Items: toEntries(entries), NextCursor: cursorOf(next)}, nil
}

// tokenTag names the state of a token's settings.
func tokenTag(tok *model.Token) string { return `"` + strconv.Itoa(tok.Revision) + `"` }

// revisions is which revisions of a token an If-Match means, and nil if it
// means any. A tag that is none of ours means one that no token has.
func revisions(ifMatch *string) []int {
	if ifMatch == nil || strings.TrimSpace(*ifMatch) == "*" {
		return nil
	}
	list := []int{}
	for tag := range strings.SplitSeq(*ifMatch, ",") {
		revision, err := strconv.Atoi(strings.Trim(strings.TrimSpace(tag), `"`))
		if err != nil || strings.TrimSpace(tag) != `"`+strconv.Itoa(revision)+`"` {
			revision = -1
		}
		list = append(list, revision)
	}
	return list
}

// changedToken waits as the caller wishes and is the token with the outcome.
func (s *Server) changedToken(ctx context.Context, changed service.Changed, wait *Wait) (ChangedToken, error) {
	propagated, err := s.settle(ctx, changed.Taken, wait)
	return ChangedToken{Token: toToken(&changed.Token, s.Now()), Propagated: propagated}, err
}

// toToken is the token as it is at a moment.
func toToken(tok *model.Token, at time.Time) Token {
	return Token{
		ID:           tok.ID,
		AccountID:    tok.AccountID,
		Name:         tok.Name,
		Description:  tok.Description,
		Version:      tok.Version,
		Contacts:     Contacts{Primary: optional(tok.PrimaryContact), Developers: listOf(tok.Developers)},
		Scopes:       listOf(tok.Scopes),
		ExpiresAt:    utc(tok.ExpiresAt),
		AllowedCidrs: listOf(tok.AllowedCIDRs),
		Metadata:     textsOf(tok.Metadata),
		Claims:       textsOf(tok.Claims),
		Status:       TokenStatus(tok.Status(at)),
		SecretHint:   tok.Secret.Hint,
		Generation:   tok.Generation,
		CreatedAt:    tok.CreatedAt.UTC(),
		CreatedBy:    tok.CreatedBy,
		UpdatedAt:    tok.UpdatedAt.UTC(),
		LastUsedAt:   utc(tok.LastUsedAt),
		DisabledAt:   utc(tok.DisabledAt),
		RevokedAt:    utc(tok.RevokedAt),
		RevokeReason: tok.RevokeReason,
		LeakedAt:     utc(tok.LeakedAt),
		Decoy:        tok.Decoy,
	}
}
