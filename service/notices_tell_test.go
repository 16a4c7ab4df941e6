package service_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// Entries of the changelog are mailed in the reader's language.
func TestChangelogInTheReadersLanguage(t *testing.T) {
	eachPost(t, func(p *post) {
		p.token(nil)
		p.deliver()
		changelog := &service.Changelog{Store: p.store, Cache: p.cache, Now: p.clock.now}
		_, err := changelog.Create(p.t.Context(), p.actor, service.ChangelogInput{
			Kind: new(model.ChangeAdded), Title: new("Actions can be exported"), Body: new("POST /ActionExport"),
			Translations: map[string]service.ChangelogText{"zh-CN": {Title: "可以导出", Body: "一个文件"}},
		}, false)
		p.must(err)
		campaigns := &service.Campaigns{Store: p.store, Cache: p.cache, Events: p.events, Keys: p.keys, Log: p.notices.Log, Now: p.clock.now}
		p.must(campaigns.Tell(p.t.Context()))
		p.deliver()
		for address, want := range map[string]string{
			"lin@northwind.example": "API 变更日志：可以导出", "ada@northwind.example": "API changelog: Actions can be exported",
		} {
			if got := p.subjects(address); !slices.Contains(got, want) {
				p.t.Errorf("mails to %s: %q, want %q", address, got, want)
			}
		}
	})
}

// Admins are told why a webhook was disabled, unless it is enabled again.
func TestDisabledWebhookIsTold(t *testing.T) {
	eachPost(t, func(p *post) {
		receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
		p.t.Cleanup(receiver.Close)
		sender, err := webhook.NewSender([]string{"127.0.0.1"}, "", "test")
		p.must(err)
		hooks := &service.Webhooks{Store: p.store, Keys: p.keys, Sender: sender, Idempotency: p.tokens.Idempotency, Now: p.clock.now}
		made, err := hooks.Create(p.t.Context(), p.actor, service.CreateWebhook{URL: receiver.URL, Events: []string{"token.*"}})
		p.must(err)
		refuse := func() {
			d, err := hooks.Test(p.t.Context(), p.actor, made.Webhook.ID)
			p.must(err)
			_, err = hooks.Deliver(p.t.Context(), service.DeliverWebhook{WebhookID: made.Webhook.ID, DeliveryID: d.ID})
			p.must(err)
			p.tell()
			p.clock.add(6 * time.Second)
		}
		refuse()
		p.send()
		p.wantStates("webhook.disabled", map[string]string{"ada@northwind.example": "sent"})
		text := p.server.Read(p.server.Await(1)[0]).Text
		host := strings.TrimPrefix(receiver.URL, "http://")
		for _, want := range []string{host + " has answered that it wants no more events", "Last answer: 410 Gone", "/console/webhooks/" + made.Webhook.ID} {
			if !strings.Contains(text, want) {
				p.t.Errorf("the mail has no %q: %s", want, text)
			}
		}
		_, err = hooks.Enable(p.t.Context(), p.actor, made.Webhook.ID)
		p.must(err)
		refuse()
		_, err = hooks.Enable(p.t.Context(), p.actor, made.Webhook.ID)
		p.must(err)
		p.send()
		if last := p.list()[0]; last.Type != "webhook.disabled" || last.State != model.NoticeDropped || last.Reason != "void" {
			p.t.Errorf("enabled meanwhile: %+v", last)
		}
	})
}
