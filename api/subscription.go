package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// subscriptionTexts are the words of the page to unsubscribe on. What is in
// braces is filled in.
type subscriptionTexts struct {
	title, ask, unsubscribe, done, undo, back, badTitle, bad string
}

var subscriptionWords = map[string]subscriptionTexts{
	"en": {
		title: "Mail about API access tokens",
		ask: "{email} gets mail about API access tokens of {account}, as one of their developer e-mails. " +
			"You can end that. Only if a secret has leaked you will still be told.",
		unsubscribe: "Unsubscribe",
		done:        "{email} gets no more mail about API access tokens of {account}, unless a secret has leaked.",
		undo:        "Subscribe again",
		back:        "{email} gets mail about API access tokens of {account} again.",
		badTitle:    "This link does not work",
		bad:         "It is not one of ours, or was cut off on its way. Open it from the mail again, or copy all of it.",
	},
	"zh-CN": {
		title:       "关于 API 访问令牌的邮件",
		ask:         "{email} 是 {account} 的 API 访问令牌的开发者邮箱，会收到相关邮件。您可以退订；只有密钥泄露时仍会通知您。",
		unsubscribe: "退订",
		done:        "{email} 不再接收关于 {account} 的 API 访问令牌的邮件，密钥泄露除外。",
		undo:        "重新订阅",
		back:        "{email} 已恢复接收关于 {account} 的 API 访问令牌的邮件。",
		badTitle:    "此链接无效",
		bad:         "它不是我们的链接，或在途中被截断。请从邮件中重新打开，或完整复制链接。",
	},
}

// openSubscription handles GET /unsubscribe. It changes nothing.
func (s *Server) openSubscription(c echo.Context) error {
	return s.answerSubscription(c, func(w subscriptionTexts) string { return w.ask })
}

// unsubscribe handles POST /unsubscribe.
func (s *Server) unsubscribe(c echo.Context) error { return s.subscribe(c, false) }

// resubscribe handles POST /subscribe.
func (s *Server) resubscribe(c echo.Context) error { return s.subscribe(c, true) }

func (s *Server) subscribe(c echo.Context, wanted bool) error {
	err := s.Notices.Subscribe(c.Request().Context(), s.placed(c, model.Actor{}), c.QueryParam("link"), wanted)
	if err != nil && !model.IsCode(err, "bad_link") {
		return err
	}
	return s.answerSubscription(c, func(w subscriptionTexts) string { return w.back })
}

// answerSubscription answers with the page on how things stand. While mail is
// wanted it says what subscribed gives.
func (s *Server) answerSubscription(c echo.Context, subscribed func(subscriptionTexts) string) error {
	link := c.QueryParam("link")
	is, err := s.Notices.Subscription(c.Request().Context(), link)
	if model.IsKind(err, model.KindNotFound) {
		return answerBadLink(c)
	}
	if err != nil {
		return err
	}
	lang := pageLanguage(is.Language)
	w := subscriptionWords[lang]
	_, prefix := s.publicPath()
	shown := page{Lang: lang, Title: w.title, Text: fill(subscribed(w), is), Action: prefix + "/unsubscribe?link=" + link, Button: w.unsubscribe}
	if !is.Wanted {
		shown.Text, shown.Action, shown.Button = fill(w.done, is), prefix+"/subscribe?link="+link, w.undo
	}
	return answerPage(c, http.StatusOK, shown)
}

func fill(text string, is service.Subscription) string {
	return strings.NewReplacer("{email}", is.Email, "{account}", is.Account).Replace(text)
}
