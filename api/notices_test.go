package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/internal/mailtest"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// happen makes notices of an event of a token of the partner.
func (h *harness) happen(kind, tokenID string) {
	h.t.Helper()
	h.happenIn(partner, kind, tokenID)
}

// happenIn makes notices of an event of a token of an account.
func (h *harness) happenIn(account, kind, tokenID string) {
	h.t.Helper()
	event := &model.Event{
		ID: secret.NewID(), Type: kind, AccountID: account, TokenID: tokenID, At: h.clock.now(), Moment: secret.NewID(), Data: map[string]any{},
	}
	h.must(h.store.InTx(h.t.Context(), func(tx *repository.Store) error {
		if _, err := tx.Events.Insert(h.t.Context(), event); err != nil {
			return err
		}
		return h.api.Notices.Queue(h.t.Context(), tx, event)
	}))
}

// sendMails puts what is due into mails and sends them.
func (h *harness) sendMails() {
	h.t.Helper()
	h.clock.add(time.Hour)
	h.must(h.api.Notices.GatherAll(h.t.Context()))
	list := h.call(h.admin(), "GET /notices?state=waiting&limit=200", nil).want(200)
	for _, id := range list.texts("items", "mail_id") {
		h.must(h.api.Notices.Send(h.t.Context(), id, 1, 17))
	}
}

func TestNotices(t *testing.T) {
	each(t, func(h *harness) {
		id := h.create(map[string]any{"contacts": map[string]any{"primary": lin, "developers": []string{"dev@example.com"}}}).text("id")
		other := h.create(nil).text("id")
		h.happen("token.created", id)
		h.happen("token.created", other)

		list := h.call(h.viewer(), "GET /tokens/"+id+"/notices", nil).want(200)
		if list.len("items") != 2 || list.get("mail.configured") != false {
			t.Errorf("notices of the token: %s", list.body)
		}
		if got := h.call(h.viewer(), "GET /notices?limit=2", nil).want(200); got.len("items") != 2 || got.text("next_cursor") == "" {
			t.Errorf("first page: %s", got.body)
		} else if rest := h.call(h.viewer(), "GET /notices?limit=2&cursor="+got.text("next_cursor"), nil).want(200); rest.len("items") != 1 {
			t.Errorf("second page: %s", rest.body)
		}
		for query, want := range map[string]int{"?state=waiting": 3, "?state=sent": 0, "?token_id=" + other: 1, "?token_id=unknown": 0} {
			if got := h.call(h.op(), "GET /notices"+query, nil).want(200); got.len("items") != want {
				t.Errorf("%s: %s, want %d", query, got.body, want)
			}
		}
		if got := h.call(h.stranger(), "GET /notices", nil).want(200); got.len("items") != 0 {
			t.Errorf("a stranger sees %s", got.body)
		}
		h.call(h.admin(), "GET /notices?state=lost", nil).wantFaults(map[string]string{"state": "not_one_of"})
		h.call(h.admin(), "GET /notices?cursor=nonsense", nil).want(422, "invalid_request")
	})
}

func TestUnsubscribe(t *testing.T) {
	each(t, func(h *harness) {
		server := mailtest.New(h.t)
		h.api.Notices.Mail = &mail.Server{URL: "smtp://" + server.SMTP, From: "tokenry@localhost"}
		id := h.create(map[string]any{"contacts": map[string]any{"primary": ada, "developers": []string{"Dev@example.com"}}}).text("id")
		toDev := func() (count int, link string) {
			for _, m := range server.Messages() {
				if m.To[0].Address == "Dev@example.com" {
					count++
					if header := server.Read(m).Header.Get("List-Unsubscribe"); header != "" {
						link = strings.Trim(header, "<>")
					}
				}
			}
			return count, link
		}
		h.happen("token.created", id)
		h.sendMails()
		_, link := toDev()
		u, err := url.Parse(link)
		h.must(err)
		page := h.call("", "GET "+u.RequestURI(), nil).want(200)
		if !strings.Contains(string(page.body), "Dev@example.com") || !strings.Contains(string(page.body), `action="/unsubscribe?link=`) {
			t.Errorf("the page is %s", page.body)
		}
		h.happen("token.enabled", id) // opening the page has changed nothing
		h.sendMails()
		if got, _ := toDev(); got != 2 {
			t.Errorf("after opening the page %d mails, want 2", got)
		}
		form := []string{"Content-Type: application/x-www-form-urlencoded"}
		for range 2 { // twice is no error
			h.call("", "POST "+u.RequestURI(), "List-Unsubscribe=One-Click", form...).want(200)
		}
		h.happen("token.disabled", id)
		h.happen("token.leaked", id)
		h.sendMails()
		if got, _ := toDev(); got != 3 {
			t.Errorf("after unsubscribing %d mails, want only that of the leak", got)
		}
		h.call("", "POST /subscribe?"+u.RawQuery, "", form...).want(200)
		h.happen("token.enabled", id)
		h.sendMails()
		if got, _ := toDev(); got != 4 {
			t.Errorf("after subscribing again %d mails, want 4", got)
		}
		actions := h.call(h.admin(), "GET /audit?action=notices.", nil).want(200)
		if actions.len("items") != 2 || actions.text("items.1.object.id") != "Dev@example.com" {
			t.Errorf("the audit log has %s", actions.body)
		}
		forged := strings.Replace(u.RequestURI(), "link=", "link=A", 1)
		h.call("", "GET "+forged, nil).want(404)
		h.call("", "POST "+forged, "", form...).want(404)
	})
}
