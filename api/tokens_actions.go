package api

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/service"
)

// RotateToken handles POST /tokens/{id}/rotate.
func (s *Server) RotateToken(ctx context.Context, req RotateTokenRequestObject) (RotateTokenResponseObject, error) {
	in := service.RotateToken{ID: req.ID, IdempotencyKey: given(req.Params.IdempotencyKey)}
	if req.Body != nil {
		in.Grace, in.EndPrevious = seconds(req.Body.GraceSeconds), given(req.Body.EndPrevious)
	}
	issued, err := s.Tokens.Rotate(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	body, err := s.rotatedToken(ctx, issued, req.Params.Wait)
	return RotateToken200JSONResponse(body), err
}

// rotatedToken waits as the caller wishes and is the token with its new secret.
func (s *Server) rotatedToken(ctx context.Context, issued service.Issued, wait *Wait) (RotatedToken, error) {
	propagated, err := s.settle(ctx, issued.Taken, wait)
	return RotatedToken{
		Token:             toToken(&issued.Token, issued.At),
		Secret:            issued.Secret.Reveal(),
		PreviousExpiresAt: issued.PreviousExpiresAt.UTC(),
		Propagated:        propagated,
	}, err
}

func seconds(count *int) *time.Duration {
	if count == nil {
		return nil
	}
	return new(time.Duration(*count) * time.Second)
}

// DisableToken handles POST /tokens/{id}/disable.
func (s *Server) DisableToken(ctx context.Context, req DisableTokenRequestObject) (DisableTokenResponseObject, error) {
	changed, err := s.Tokens.Disable(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, req.Params.Wait)
	return DisableToken200JSONResponse(body), err
}

// EnableToken handles POST /tokens/{id}/enable.
func (s *Server) EnableToken(ctx context.Context, req EnableTokenRequestObject) (EnableTokenResponseObject, error) {
	changed, err := s.Tokens.Enable(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, nil)
	return EnableToken200JSONResponse(body.Token), err
}

// RevokeToken handles POST /tokens/{id}/revoke.
func (s *Server) RevokeToken(ctx context.Context, req RevokeTokenRequestObject) (RevokeTokenResponseObject, error) {
	changed, err := s.Tokens.Revoke(ctx, actorFrom(ctx), req.ID, reasonOf(req.Body))
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, req.Params.Wait)
	return RevokeToken200JSONResponse(body), err
}

func reasonOf(body *RevokeTokenRequest) string {
	if body == nil {
		return ""
	}
	return given(body.Reason)
}

// DeleteToken handles DELETE /tokens/{id}.
func (s *Server) DeleteToken(ctx context.Context, req DeleteTokenRequestObject) (DeleteTokenResponseObject, error) {
	changed, err := s.Tokens.Delete(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, req.Params.Wait)
	return DeleteToken200JSONResponse(body), err
}

// DuplicateToken handles POST /tokens/{id}/duplicate.
func (s *Server) DuplicateToken(ctx context.Context, req DuplicateTokenRequestObject) (DuplicateTokenResponseObject, error) {
	issued, err := s.Tokens.Duplicate(ctx, actorFrom(ctx), req.ID, given(req.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	return DuplicateToken201JSONResponse{
		Headers: DuplicateToken201ResponseHeaders{Location: new("/tokens/" + issued.Token.ID), ETag: new(tokenTag(&issued.Token))},
		Body:    CreatedToken{Token: toToken(&issued.Token, issued.At), Secret: issued.Secret.Reveal()},
	}, nil
}
