package api

import "context"

// ListLeavers handles GET /leavers.
func (s *Server) ListLeavers(ctx context.Context, req ListLeaversRequestObject) (ListLeaversResponseObject, error) {
	leavers, next, err := s.Members.Leavers(ctx, actorFrom(ctx), given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListLeavers200JSONResponse{Items: make([]Leaver, len(leavers)), NextCursor: cursorOf(next)}
	for i := range leavers {
		list.Items[i] = Leaver{Member: toMember(&leavers[i].Member), Tokens: leavers[i].Tokens}
	}
	return list, nil
}

// ListResponsibilities handles GET /accounts/{id}/members/{member_id}/responsibilities.
func (s *Server) ListResponsibilities(ctx context.Context, req ListResponsibilitiesRequestObject) (ListResponsibilitiesResponseObject, error) {
	held, err := s.Tokens.Responsibilities(ctx, actorFrom(ctx), req.MemberID, given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListResponsibilities200JSONResponse{Total: held.Total, Items: make([]Token, len(held.Tokens)), NextCursor: cursorOf(held.Next)}
	for i := range held.Tokens {
		list.Items[i] = toToken(&held.Tokens[i], s.Now())
	}
	return list, nil
}

// ReassignTokens handles POST /accounts/{id}/members/{member_id}/reassign.
func (s *Server) ReassignTokens(ctx context.Context, req ReassignTokensRequestObject) (ReassignTokensResponseObject, error) {
	count, err := s.Tokens.Reassign(ctx, actorFrom(ctx), req.MemberID, req.Body.To)
	if err != nil {
		return nil, err
	}
	return ReassignTokens200JSONResponse{Reassigned: count}, nil
}
