package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// GetCampaign handles GET /versions/{version}/campaign.
func (s *Server) GetCampaign(ctx context.Context, req GetCampaignRequestObject) (GetCampaignResponseObject, error) {
	p := req.Params
	c, err := s.Campaigns.Show(ctx, actorFrom(ctx), service.CampaignQuery{
		AccountType: given(p.AccountType), Version: req.Version, Acknowledged: p.Acknowledged, Limit: given(p.Limit), Cursor: given(p.Cursor),
	})
	if err != nil {
		return nil, err
	}
	out := GetCampaign200JSONResponse{
		AccountType: c.AccountType, Version: toVersion(&c.Version, s.Now()), Refused: c.Refused,
		Totals: CampaignTotals{
			Tokens: c.Totals.Tokens, Accounts: c.Totals.Accounts, Used: c.Totals.Used, Acknowledged: c.Totals.Acknowledged,
		},
		Items: make([]CampaignToken, len(c.Tokens)), NextCursor: cursorOf(c.Next),
	}
	for i := range c.Tokens {
		out.Items[i] = s.toCampaignToken(&c.Tokens[i])
	}
	return out, nil
}

func (s *Server) toCampaignToken(t *service.CampaignToken) CampaignToken {
	out := CampaignToken{
		TokenID: t.ID, Name: t.Name, Status: TokenStatus(t.Status(s.Now())), AccountID: t.AccountID, AccountName: t.AccountName,
		Developers: listOf(t.Developers), LastUsedAt: utc(t.LastUsedAt), Told: make([]CampaignNotice, len(t.Told)),
		AcknowledgedAt: utc(t.AcknowledgedAt), AcknowledgedBy: optional(t.AcknowledgedBy),
	}
	if t.ContactEmail != "" {
		out.Contact = &CampaignContact{
			ID: t.PrimaryContact, Name: t.ContactName, Email: t.ContactEmail, Active: t.ContactState == model.MemberActive,
		}
	}
	for i, n := range t.Told {
		out.Told[i] = CampaignNotice{Email: n.Email, State: CampaignNoticeState(n.State), At: n.CreatedAt.UTC()}
		if n.SettledAt != nil {
			out.Told[i].At = n.SettledAt.UTC()
		}
	}
	return out
}

// AcknowledgeVersion handles POST /tokens/{id}/acknowledge.
func (s *Server) AcknowledgeVersion(ctx context.Context, req AcknowledgeVersionRequestObject) (AcknowledgeVersionResponseObject, error) {
	a, err := s.Campaigns.Acknowledge(ctx, actorFrom(ctx), req.ID)
	if err != nil {
		return nil, err
	}
	return AcknowledgeVersion200JSONResponse{
		TokenID: a.TokenID, Version: a.Version, At: a.At.UTC(),
		By: AuditActor{Kind: AuditActorKind(a.ActorKind), ID: a.ActorID, Name: a.ActorName},
	}, nil
}

// acknowledgeWords are the words of the page to acknowledge on. What is in braces
// is filled in.
var acknowledgeWords = map[string]struct{ title, until, ask, button, done string }{
	"en": {
		title:  "Version {version} of the API goes away",
		until:  "It ends on {sunset}. ",
		ask:    "{count} API access tokens of {account} that you look after still use it: {tokens}. Say that you know of it, so that nobody has to ask you.",
		button: "I know",
		done:   "Thank you: it is noted that you know of it. Bring your programs to a newer version, and upgrade the tokens then.",
	},
	"zh-CN": {
		title:  "API 版本 {version} 即将停用",
		until:  "停用日期为 {sunset}。",
		ask:    "您负责的 {account} 的 {count} 个 API 访问令牌仍在使用该版本：{tokens}。请确认您已知晓，以免我们再次询问。",
		button: "我已知晓",
		done:   "谢谢，已记录您知晓此事。请将程序迁移到新版本，然后升级令牌。",
	},
}

// openAcknowledgement handles GET /acknowledge. It changes nothing.
func (s *Server) openAcknowledgement(c echo.Context) error {
	link := c.QueryParam("link")
	is, err := s.Campaigns.ByLink(c.Request().Context(), link)
	if model.IsKind(err, model.KindNotFound) {
		return answerBadLink(c)
	}
	if err != nil {
		return err
	}
	lang := pageLanguage(is.Language)
	w := acknowledgeWords[lang]
	shown := page{Lang: lang, Title: w.title, Text: w.done}
	if is.Count > 0 {
		_, prefix := s.publicPath()
		shown.Text, shown.Button, shown.Action = w.ask, w.button, prefix+"/acknowledge?link="+link
		if is.Version.Sunset != nil {
			shown.Text = w.until + w.ask
		}
	}
	names := strings.Join(is.Tokens, ", ")
	if is.Count > len(is.Tokens) {
		names += ", …"
	}
	sunset := ""
	if is.Version.Sunset != nil {
		sunset = is.Version.Sunset.UTC().Format("2006-01-02")
	}
	fill := strings.NewReplacer("{version}", is.Version.ID, "{account}", is.Account, "{count}", strconv.Itoa(is.Count),
		"{tokens}", names, "{sunset}", sunset)
	shown.Title, shown.Text = fill.Replace(shown.Title), fill.Replace(shown.Text)
	return answerPage(c, http.StatusOK, shown)
}

// acknowledgeByLink handles POST /acknowledge.
func (s *Server) acknowledgeByLink(c echo.Context) error {
	err := s.Campaigns.AcknowledgeByLink(c.Request().Context(), s.placed(c, model.Actor{}), c.QueryParam("link"))
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return err
	}
	return s.openAcknowledgement(c)
}
