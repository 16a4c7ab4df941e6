package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// GetWhoami handles GET /whoami.
func (s *Server) GetWhoami(ctx context.Context, _ GetWhoamiRequestObject) (GetWhoamiResponseObject, error) {
	actor := actorFrom(ctx)
	who := GetWhoami200JSONResponse{
		Kind: WhoamiKind(actor.Kind), AccountID: optional(actor.AccountID), Name: actor.Name, Operator: actor.Operator,
		Scopes: []string{}, ExpiresAt: utc(actor.ExpiresAt), May: s.Gate.May(actor),
	}
	switch actor.Kind {
	case model.ActorMember:
		who.MemberID, who.Role = &actor.ID, new(Role(actor.Role))
	case model.ActorToken:
		tok, err := s.Self.Token(ctx, actor)
		if err != nil {
			return nil, err
		}
		who.TokenID, who.Scopes, who.ExpiresAt = &tok.ID, listOf(tok.Scopes), utc(tok.ExpiresAt)
		who.SecretState = new(secretState(service.IsPrevious(actor, &tok)))
	}
	return who, nil
}

// RevokeWhoami handles POST /whoami/revoke.
func (s *Server) RevokeWhoami(ctx context.Context, req RevokeWhoamiRequestObject) (RevokeWhoamiResponseObject, error) {
	changed, err := s.Self.Revoke(ctx, actorFrom(ctx), reasonOf(req.Body))
	if err != nil {
		return nil, err
	}
	body, err := s.changedToken(ctx, changed, req.Params.Wait)
	return RevokeWhoami200JSONResponse(body), err
}

// RotateWhoami handles POST /whoami/rotate.
func (s *Server) RotateWhoami(ctx context.Context, req RotateWhoamiRequestObject) (RotateWhoamiResponseObject, error) {
	var grace *int
	if req.Body != nil {
		grace = req.Body.GraceSeconds
	}
	issued, err := s.Self.Rotate(ctx, actorFrom(ctx), seconds(grace), given(req.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	body, err := s.rotatedToken(ctx, issued, req.Params.Wait)
	return RotateWhoami200JSONResponse(body), err
}

func secretState(previous bool) SecretState {
	if previous {
		return SecretStatePrevious
	}
	return SecretStateCurrent
}
