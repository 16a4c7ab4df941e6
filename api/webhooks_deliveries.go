package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// TestWebhook handles POST /webhooks/{id}/test.
func (s *Server) TestWebhook(ctx context.Context, req TestWebhookRequestObject) (TestWebhookResponseObject, error) {
	d, err := s.Webhooks.Test(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return TestWebhook202JSONResponse{
		Headers: TestWebhook202ResponseHeaders{Location: new("/webhooks/" + d.WebhookID + "/deliveries/" + d.ID)},
		Body:    toDelivery(&d),
	}, nil
}

// ListWebhookDeliveries handles GET /webhooks/{id}/deliveries.
func (s *Server) ListWebhookDeliveries(ctx context.Context, req ListWebhookDeliveriesRequestObject) (ListWebhookDeliveriesResponseObject, error) {
	p := req.Params
	filter := service.DeliveryFilter{State: model.DeliveryState(given(p.State)), Type: given(p.Type), EventID: given(p.EventID)}
	deliveries, next, err := s.Webhooks.Deliveries(ctx, actorFrom(ctx), req.ID, filter, given(p.Limit), given(p.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListWebhookDeliveries200JSONResponse{Items: make([]WebhookDelivery, len(deliveries)), NextCursor: cursorOf(next)}
	for i := range deliveries {
		list.Items[i] = toDelivery(&deliveries[i])
	}
	return list, nil
}

// GetWebhookDelivery handles GET /webhooks/{id}/deliveries/{delivery_id}.
func (s *Server) GetWebhookDelivery(ctx context.Context, req GetWebhookDeliveryRequestObject) (GetWebhookDeliveryResponseObject, error) {
	found, err := s.Webhooks.Delivery(ctx, actorFrom(ctx), req.ID, req.DeliveryID)
	if err != nil {
		return nil, err
	}
	details := GetWebhookDelivery200JSONResponse{
		WebhookDelivery: toDelivery(&found.Delivery), RequestBody: found.Delivery.Body, History: make([]WebhookAttempt, len(found.Attempts)),
	}
	for i := range found.Attempts {
		details.History[i] = toAttempt(&found.Attempts[i])
	}
	return details, nil
}

// RedeliverWebhook handles POST /webhooks/{id}/deliveries/{delivery_id}/redeliver.
func (s *Server) RedeliverWebhook(ctx context.Context, req RedeliverWebhookRequestObject) (RedeliverWebhookResponseObject, error) {
	d, err := s.Webhooks.Redeliver(ctx, actorFrom(ctx), req.ID, req.DeliveryID)
	if err != nil {
		return nil, err
	}
	return RedeliverWebhook202JSONResponse(toDelivery(&d)), nil
}

func toDelivery(d *model.WebhookDelivery) WebhookDelivery {
	delivery := WebhookDelivery{
		ID:            d.ID,
		WebhookID:     d.WebhookID,
		EventID:       d.EventID,
		Type:          d.Type,
		State:         WebhookDeliveryState(d.State),
		Attempts:      d.Attempts,
		CreatedAt:     d.CreatedAt.UTC(),
		NextAttemptAt: utc(d.NextAttemptAt),
		FinishedAt:    utc(d.FinishedAt),
		LastAttemptAt: utc(d.LastAttemptAt),
		Status:        statusOf(d.Status),
	}
	if d.Outcome != "" {
		delivery.Outcome = new(WebhookOutcome(d.Outcome))
	}
	return delivery
}

func toAttempt(a *model.WebhookAttempt) WebhookAttempt {
	return WebhookAttempt{
		Number:          a.Number,
		At:              a.At.UTC(),
		DurationMs:      a.DurationMs,
		Outcome:         WebhookOutcome(a.Outcome),
		Message:         a.Message,
		Status:          statusOf(a.Status),
		URL:             a.URL,
		RequestHeaders:  textsOf(a.RequestHeaders),
		ResponseHeaders: textsOf(a.ResponseHeaders),
		ResponseBody:    a.ResponseBody,
	}
}

// statusOf is nil if there was no answer.
func statusOf(status int) *int {
	if status == 0 {
		return nil
	}
	return &status
}
