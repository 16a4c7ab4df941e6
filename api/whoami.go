package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// GetWhoami handles GET /whoami.
func (s *Server) GetWhoami(ctx context.Context, _ GetWhoamiRequestObject) (GetWhoamiResponseObject, error) {
	who, err := s.whoami(ctx, actorFrom(ctx))
	return GetWhoami200JSONResponse(who), err
}

// UpdateWhoami handles PATCH /whoami.
func (s *Server) UpdateWhoami(ctx context.Context, req UpdateWhoamiRequestObject) (UpdateWhoamiResponseObject, error) {
	actor := actorFrom(ctx)
	if actor.Kind != model.ActorMember {
		return nil, model.Errorf(model.KindForbidden, "not_a_member", "Only members of an account have a language to choose.")
	}
	if _, err := s.Members.Update(ctx, actor, actor.ID, service.MemberInput{Language: &req.Body.Language}); err != nil {
		return nil, err
	}
	who, err := s.whoami(ctx, actor)
	return UpdateWhoami200JSONResponse(who), err
}

func (s *Server) whoami(ctx context.Context, actor model.Actor) (Whoami, error) {
	who := Whoami{
		Kind: WhoamiKind(actor.Kind), AccountID: optional(actor.AccountID), Name: actor.Name, Operator: actor.Operator,
		Scopes: []string{}, ExpiresAt: utc(actor.ExpiresAt), May: s.Gate.May(actor),
	}
	switch actor.Kind {
	case model.ActorMember:
		account, err := s.Accounts.Show(ctx, actor)
		if err != nil {
			return Whoami{}, err
		}
		m, err := s.Members.Show(ctx, actor, actor.ID)
		if err != nil {
			return Whoami{}, err
		}
		who.MemberID, who.Role = &m.ID, new(Role(m.Role))
		who.Account = &WhoamiAccount{ID: account.ID, Type: account.Type, Name: account.Name}
		who.Member = &WhoamiMember{ID: m.ID, Name: m.Name, Email: m.Email, Language: m.Language}
	case model.ActorToken:
		tok, err := s.Self.Token(ctx, actor)
		if err != nil {
			return Whoami{}, err
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
