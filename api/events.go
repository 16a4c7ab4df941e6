package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListEvents handles GET /events.
func (s *Server) ListEvents(ctx context.Context, req ListEventsRequestObject) (ListEventsResponseObject, error) {
	p := req.Params
	in := service.ListEvents{
		Filter: service.EventFilter{TokenID: given(p.TokenID)},
		Oldest: given(p.Sort) == ListEventsParamsSortSeq,
		Limit:  given(p.Limit),
		Cursor: given(p.Cursor),
	}
	for _, kind := range p.Type {
		in.Filter.Types = append(in.Filter.Types, string(kind))
	}
	events, next, err := s.Events.List(ctx, actorFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	list := ListEvents200JSONResponse{Items: make([]Event, len(events)), NextCursor: cursorOf(next)}
	for i := range events {
		list.Items[i] = toEvent(&events[i])
	}
	return list, nil
}

func toEvent(e *model.Event) Event {
	return Event{
		ID: e.ID, Type: EventType(e.Type), At: e.At.UTC(), AccountID: e.AccountID, TokenID: optional(e.TokenID), Data: e.Data,
	}
}
