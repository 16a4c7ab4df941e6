package cli_test

import (
	"strings"
	"testing"

	"github.com/tokenry/tokenry/client"
)

func TestWebhooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.environ = append(w.environ, "TOKENRY_ACCOUNT=northwind")
	secret := strings.TrimSpace(w.run("webhooks", "create", "https://127.0.0.2/hook", "--events", "token.*", "-q").want(t, 1, "leads to an address").stdout)
	if secret != "" {
		t.Errorf("a webhook that was refused has printed %q", secret)
	}
	made := decode[client.CreatedWebhook](t, w.run("webhooks", "create", "https://hooks.invalid/x", "--events", "token.created,token.leaked",
		"--description", "On call", "--json").want(t, 0).stdout)
	w.run("webhooks", "list").want(t, 0, made.ID, "https://hooks.invalid/x", "enabled", "token.created, token.leaked")
	w.run("webhooks", "show", made.ID).want(t, 0, "On call")
	w.run("webhooks", "update", made.ID, "--events", "contact.*", "--description", "").want(t, 0, "contact.*")
	rotated := w.run("webhooks", "rotate", made.ID, "--grace", "0m").want(t, 0, "has a new secret", "whsec_").stdout
	if strings.Contains(rotated, made.Secret) {
		t.Error("the rotation gave the same secret")
	}
	w.run("webhooks", "test", made.ID).want(t, 0, "tokenry webhooks deliveries "+made.ID)
	list := decode[client.WebhookDeliveryList](t, w.run("webhooks", "deliveries", made.ID, "--json").want(t, 0).stdout)
	if len(list.Items) != 1 || list.Items[0].Type != "webhook.test" {
		t.Fatalf("deliveries %+v", list)
	}
	w.run("webhooks", "deliveries", made.ID).want(t, 0, "webhook.test", "pending")
	w.run("webhooks", "deliveries", made.ID, list.Items[0].ID).want(t, 0, `"type":"webhook.test"`)
	w.run("webhooks", "redeliver", made.ID, list.Items[0].ID).want(t, 0)
	w.run("webhooks", "disable", made.ID).want(t, 0, "disabled (manual)")
	w.run("webhooks", "test", made.ID).want(t, 1, "webhook_disabled")
	w.run("webhooks", "enable", made.ID).want(t, 0, "enabled")
	w.run("webhooks", "delete", made.ID).want(t, 0, "is deleted")
	w.run("webhooks", "show", made.ID).want(t, 1, "not_found")
}
