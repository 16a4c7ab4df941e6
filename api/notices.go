package api

import (
	"context"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// ListNotices handles GET /notices.
func (s *Server) ListNotices(ctx context.Context, req ListNoticesRequestObject) (ListNoticesResponseObject, error) {
	p := req.Params
	filter := service.NoticeFilter{State: model.NoticeState(given(p.State)), TokenID: given(p.TokenID)}
	notices, next, err := s.Notices.List(ctx, actorFrom(ctx), filter, given(p.Limit), given(p.Cursor))
	if err != nil {
		return nil, err
	}
	return ListNotices200JSONResponse(s.toNotices(notices, next)), nil
}

// ListTokenNotices handles GET /tokens/{id}/notices.
func (s *Server) ListTokenNotices(ctx context.Context, req ListTokenNoticesRequestObject) (ListTokenNoticesResponseObject, error) {
	notices, next, err := s.Notices.OfToken(ctx, actorFrom(ctx), req.ID, given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return ListTokenNotices200JSONResponse(s.toNotices(notices, next)), nil
}

func (s *Server) toNotices(notices []model.Notice, next string) NoticeList {
	list := NoticeList{
		Items: make([]Notice, len(notices)), NextCursor: cursorOf(next), Mail: MailState{Configured: s.Notices.HasMail()},
	}
	for i := range notices {
		list.Items[i] = toNotice(&notices[i])
	}
	return list
}

func toNotice(n *model.Notice) Notice {
	return Notice{
		ID: n.ID, EventID: n.EventID, Type: n.Type, AccountID: n.AccountID, TokenID: optional(n.TokenID),
		Recipient: NoticeRecipient{
			Email: n.Email, Name: n.Name, MemberID: optional(n.MemberID), Role: NoticeRecipientRole(n.Role),
		},
		State: NoticeState(n.State), Reason: n.Reason, Attempts: n.Attempts, MailID: optional(n.MailID),
		CreatedAt: n.CreatedAt.UTC(), SettledAt: utc(n.SettledAt),
	}
}
