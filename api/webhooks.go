package api

import (
	"context"
	"strconv"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListWebhooks handles GET /webhooks.
func (s *Server) ListWebhooks(ctx context.Context, req ListWebhooksRequestObject) (ListWebhooksResponseObject, error) {
	webhooks, next, err := s.Webhooks.List(ctx, actorFrom(ctx), given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListWebhooks200JSONResponse{Items: make([]Webhook, len(webhooks)), NextCursor: cursorOf(next)}
	for i := range webhooks {
		list.Items[i] = toWebhook(&webhooks[i])
	}
	return list, nil
}

// CreateWebhook handles POST /webhooks.
func (s *Server) CreateWebhook(ctx context.Context, req CreateWebhookRequestObject) (CreateWebhookResponseObject, error) {
	made, err := s.Webhooks.Create(ctx, actorFrom(ctx), service.CreateWebhook{
		URL: req.Body.URL, Description: given(req.Body.Description), Events: req.Body.Events,
		IdempotencyKey: given(req.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return CreateWebhook201JSONResponse{
		Headers: CreateWebhook201ResponseHeaders{Location: new("/webhooks/" + made.Webhook.ID), ETag: new(webhookTag(&made.Webhook))},
		Body:    CreatedWebhook{Webhook: toWebhook(&made.Webhook), Secret: made.Secret.Reveal()},
	}, nil
}

// GetWebhook handles GET /webhooks/{id}.
func (s *Server) GetWebhook(ctx context.Context, req GetWebhookRequestObject) (GetWebhookResponseObject, error) {
	w, err := s.Webhooks.Show(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return GetWebhook200JSONResponse{Headers: GetWebhook200ResponseHeaders{ETag: new(webhookTag(&w))}, Body: toWebhook(&w)}, nil
}

// UpdateWebhook handles PATCH /webhooks/{id}.
func (s *Server) UpdateWebhook(ctx context.Context, req UpdateWebhookRequestObject) (UpdateWebhookResponseObject, error) {
	in := service.UpdateWebhook{
		ID: req.ID, URL: req.Body.URL, Description: patchedTo(req.Body.Description), Revisions: revisions(req.Params.IfMatch),
	}
	if req.Body.Events != nil {
		in.Events = &req.Body.Events
	}
	w, err := s.Webhooks.Update(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return UpdateWebhook200JSONResponse{Headers: UpdateWebhook200ResponseHeaders{ETag: new(webhookTag(&w))}, Body: toWebhook(&w)}, nil
}

// DeleteWebhook handles DELETE /webhooks/{id}.
func (s *Server) DeleteWebhook(ctx context.Context, req DeleteWebhookRequestObject) (DeleteWebhookResponseObject, error) {
	w, err := s.Webhooks.Delete(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return DeleteWebhook200JSONResponse(toWebhook(&w)), nil
}

// RotateWebhook handles POST /webhooks/{id}/rotate.
func (s *Server) RotateWebhook(ctx context.Context, req RotateWebhookRequestObject) (RotateWebhookResponseObject, error) {
	in := service.RotateWebhook{ID: req.ID, IdempotencyKey: given(req.Params.IdempotencyKey)}
	if req.Body != nil {
		in.Grace = seconds(req.Body.GraceSeconds)
	}
	made, err := s.Webhooks.Rotate(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return RotateWebhook200JSONResponse{
		Headers: RotateWebhook200ResponseHeaders{ETag: new(webhookTag(&made.Webhook))},
		Body:    CreatedWebhook{Webhook: toWebhook(&made.Webhook), Secret: made.Secret.Reveal()},
	}, nil
}

// EnableWebhook handles POST /webhooks/{id}/enable.
func (s *Server) EnableWebhook(ctx context.Context, req EnableWebhookRequestObject) (EnableWebhookResponseObject, error) {
	w, err := s.Webhooks.Enable(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return EnableWebhook200JSONResponse{Headers: EnableWebhook200ResponseHeaders{ETag: new(webhookTag(&w))}, Body: toWebhook(&w)}, nil
}

// DisableWebhook handles POST /webhooks/{id}/disable.
func (s *Server) DisableWebhook(ctx context.Context, req DisableWebhookRequestObject) (DisableWebhookResponseObject, error) {
	w, err := s.Webhooks.Disable(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return DisableWebhook200JSONResponse{Headers: DisableWebhook200ResponseHeaders{ETag: new(webhookTag(&w))}, Body: toWebhook(&w)}, nil
}

// webhookTag names the state of a webhook's settings.
func webhookTag(w *model.Webhook) string { return `"` + strconv.Itoa(w.Revision) + `"` }

func toWebhook(w *model.Webhook) Webhook {
	webhook := Webhook{
		ID:                      w.ID,
		AccountID:               w.AccountID,
		URL:                     w.URL,
		Description:             w.Description,
		Events:                  listOf(w.Events),
		State:                   WebhookStateEnabled,
		DisabledAt:              utc(w.DisabledAt),
		FailingSince:            utc(w.FailingSince),
		PreviousSecretExpiresAt: utc(w.PreviousExpiresAt),
		CreatedAt:               w.CreatedAt.UTC(),
		UpdatedAt:               w.UpdatedAt.UTC(),
	}
	if w.DisabledAt != nil {
		webhook.State, webhook.DisabledReason = WebhookStateDisabled, new(WebhookDisabledReason(w.DisabledReason))
	}
	return webhook
}
