package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListMembers handles GET /accounts/{id}/members.
func (s *Server) ListMembers(ctx context.Context, req ListMembersRequestObject) (ListMembersResponseObject, error) {
	p := req.Params
	filter := service.MemberFilter{Query: given(p.Q), State: model.MemberState(given(p.State)), ExternalID: given(p.ExternalID)}
	members, next, err := s.Members.List(ctx, actorFrom(ctx), filter, given(p.Limit), given(p.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListMembers200JSONResponse{Items: make([]Member, len(members)), NextCursor: cursorOf(next)}
	for i := range members {
		list.Items[i] = toMember(&members[i])
	}
	return list, nil
}

// CreateMember handles POST /accounts/{id}/members.
func (s *Server) CreateMember(ctx context.Context, req CreateMemberRequestObject) (CreateMemberResponseObject, error) {
	in := service.MemberInput{
		Name:     &req.Body.Name,
		Email:    &req.Body.Email,
		Role:     new(model.Role(req.Body.Role)),
		State:    (*model.MemberState)(req.Body.State),
		Language: req.Body.Language,
	}
	if req.Body.ExternalID != nil {
		in.ExternalID = &req.Body.ExternalID
	}
	member, err := s.Members.Create(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return CreateMember201JSONResponse{
		Headers: CreateMember201ResponseHeaders{Location: new("/accounts/" + member.AccountID + "/members/" + member.ID)},
		Body:    toMember(&member),
	}, nil
}

// GetMember handles GET /accounts/{id}/members/{member_id}.
func (s *Server) GetMember(ctx context.Context, req GetMemberRequestObject) (GetMemberResponseObject, error) {
	member, err := s.Members.Show(ctx, actorFrom(ctx), req.MemberID)
	if err != nil {
		return nil, err
	}
	return GetMember200JSONResponse(toMember(&member)), nil
}

// UpdateMember handles PATCH /accounts/{id}/members/{member_id}.
func (s *Server) UpdateMember(ctx context.Context, req UpdateMemberRequestObject) (UpdateMemberResponseObject, error) {
	member, err := s.Members.Update(ctx, actorFrom(ctx), req.MemberID, service.MemberInput{
		Name:       req.Body.Name,
		Email:      req.Body.Email,
		Role:       (*model.Role)(req.Body.Role),
		State:      (*model.MemberState)(req.Body.State),
		Language:   req.Body.Language,
		ExternalID: patched(req.Body.ExternalID),
	})
	if err != nil {
		return nil, err
	}
	return UpdateMember200JSONResponse(toMember(&member)), nil
}

// ListContacts handles GET /contacts.
func (s *Server) ListContacts(ctx context.Context, req ListContactsRequestObject) (ListContactsResponseObject, error) {
	members, next, err := s.Members.Contacts(ctx, actorFrom(ctx), given(req.Params.Q), given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListContacts200JSONResponse{Items: make([]Contact, len(members)), NextCursor: cursorOf(next)}
	for i, m := range members {
		list.Items[i] = Contact{ID: m.ID, Name: m.Name, Email: m.Email, Role: Role(m.Role)}
	}
	return list, nil
}

func toMember(m *model.Member) Member {
	return Member{
		ID:         m.ID,
		AccountID:  m.AccountID,
		Name:       m.Name,
		Email:      m.Email,
		Role:       Role(m.Role),
		State:      MemberState(m.State),
		Language:   m.Language,
		ExternalID: m.ExternalID,
		Operator:   m.Operator,
		CreatedAt:  m.CreatedAt.UTC(),
		UpdatedAt:  m.UpdatedAt.UTC(),
	}
}
