package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListChangelog handles GET /changelog.
func (s *Server) ListChangelog(ctx context.Context, req ListChangelogRequestObject) (ListChangelogResponseObject, error) {
	p := req.Params
	entries, next, err := s.Changelog.List(ctx, actorFrom(ctx), service.ListChangelog{
		Filter: service.ChangelogFilter{
			AccountType: given(p.AccountType), Version: given(p.Version), Kind: model.ChangeKind(given(p.Kind)), Drafts: given(p.Drafts),
		},
		Limit: given(p.Limit), Cursor: given(p.Cursor),
	})
	if err != nil {
		return nil, err
	}
	list := ListChangelog200JSONResponse{Items: make([]ChangelogEntry, len(entries)), NextCursor: cursorOf(next)}
	for i := range entries {
		list.Items[i] = toChangelogEntry(&entries[i])
	}
	return list, nil
}

// CreateChangelogEntry handles POST /changelog.
func (s *Server) CreateChangelogEntry(ctx context.Context, req CreateChangelogEntryRequestObject) (CreateChangelogEntryResponseObject, error) {
	b := req.Body
	in := service.ChangelogInput{
		AccountTypes: &b.AccountTypes, Version: new(given(b.Version)), Kind: new(model.ChangeKind(b.Kind)), Title: &b.Title, Body: b.Body,
		Translations: translated(b.Translations),
	}
	e, err := s.Changelog.Create(ctx, actorFrom(ctx), in, given(b.Draft))
	if err != nil {
		return nil, err
	}
	return CreateChangelogEntry201JSONResponse{
		Headers: CreateChangelogEntry201ResponseHeaders{Location: new("/changelog/" + e.ID)}, Body: toChangelogEntry(&e),
	}, nil
}

// GetChangelogEntry handles GET /changelog/{id}.
func (s *Server) GetChangelogEntry(ctx context.Context, req GetChangelogEntryRequestObject) (GetChangelogEntryResponseObject, error) {
	e, err := s.Changelog.Show(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return GetChangelogEntry200JSONResponse(toChangelogEntry(&e)), nil
}

// UpdateChangelogEntry handles PATCH /changelog/{id}.
func (s *Server) UpdateChangelogEntry(ctx context.Context, req UpdateChangelogEntryRequestObject) (UpdateChangelogEntryResponseObject, error) {
	b := req.Body
	in := service.ChangelogInput{
		Version: patchedTo(b.Version), Kind: (*model.ChangeKind)(b.Kind), Title: b.Title, Body: b.Body, Translations: translated(b.Translations),
	}
	if b.AccountTypes != nil {
		in.AccountTypes = &b.AccountTypes
	}
	e, err := s.Changelog.Update(ctx, actorFrom(ctx), req.ID, in)
	if err != nil {
		return nil, err
	}
	return UpdateChangelogEntry200JSONResponse(toChangelogEntry(&e)), nil
}

// PublishChangelogEntry handles POST /changelog/{id}/publish.
func (s *Server) PublishChangelogEntry(ctx context.Context, req PublishChangelogEntryRequestObject) (PublishChangelogEntryResponseObject, error) {
	e, err := s.Changelog.Publish(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return PublishChangelogEntry200JSONResponse(toChangelogEntry(&e)), nil
}

// DeleteChangelogEntry handles DELETE /changelog/{id}.
func (s *Server) DeleteChangelogEntry(ctx context.Context, req DeleteChangelogEntryRequestObject) (DeleteChangelogEntryResponseObject, error) {
	return DeleteChangelogEntry204Response{}, s.Changelog.Delete(ctx, actorFrom(ctx), req.ID)
}

// translated is nil for nil, which leaves translations alone.
func translated(texts map[string]ChangelogText) map[string]service.ChangelogText {
	if texts == nil {
		return nil
	}
	out := map[string]service.ChangelogText{}
	for tag, text := range texts {
		out[tag] = service.ChangelogText{Title: text.Title, Body: text.Body}
	}
	return out
}

func toChangelogEntry(e *model.ChangelogEntry) ChangelogEntry {
	out := ChangelogEntry{
		ID: e.ID, AccountTypes: listOf(e.AccountTypes), Version: optional(e.Version), Kind: ChangeKind(e.Kind),
		Title: e.Title[""], Body: e.Body[""], Translations: map[string]ChangelogText{},
		CreatedAt: e.CreatedAt.UTC(), UpdatedAt: e.UpdatedAt.UTC(), PublishedAt: utc(e.PublishedAt),
	}
	for tag, title := range e.Title {
		if tag != "" {
			out.Translations[tag] = ChangelogText{Title: title, Body: e.Body[tag]}
		}
	}
	return out
}
