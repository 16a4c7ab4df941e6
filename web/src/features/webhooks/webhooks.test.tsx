import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ada, answer, renderUI } from "@/test/render";
import { has, withGroup, withType } from "./events";
import type { Delivery } from "./use-deliveries";
import type { Webhook } from "./use-webhooks";
import { WebhookPage } from "./webhook-page";
import { WebhooksPage } from "./webhooks-page";

const me = { ...ada, may: [...ada.may, "listWebhooks", "createWebhook"] };
const hook: Webhook = {
  id: "w1",
  account_id: "acme",
  url: "https://example.com/hooks",
  description: "On call",
  events: ["token.*"],
  state: "enabled",
  disabled_at: null,
  disabled_reason: null,
  failing_since: null,
  previous_secret_expires_at: null,
  created_at: "2026-11-01T12:00:00Z",
  updated_at: "2026-11-01T12:00:00Z",
};
const delivery: Delivery = {
  id: "d1",
  webhook_id: "w1",
  event_id: "e1",
  type: "webhook.test",
  state: "failed",
  attempts: 1,
  created_at: "2026-11-01T12:00:00Z",
  next_attempt_at: null,
  finished_at: "2026-11-01T12:00:01Z",
  last_attempt_at: "2026-11-01T12:00:00Z",
  outcome: "refused",
  status: 500,
};
const details = {
  ...delivery,
  request_body: '{"type":"webhook.test"}',
  history: [
    {
      number: 1,
      at: "2026-11-01T12:00:00Z",
      duration_ms: 12,
      outcome: "refused",
      message: "The endpoint answered 500.",
      status: 500,
      url: "https://example.com/hooks",
      request_headers: { "Webhook-Id": "e1" },
      response_headers: {},
      response_body: "out of order",
    },
  ],
};
const page = <T,>(...items: T[]) => ({ body: { items, next_cursor: null } });

function openPage(webhook: Partial<Webhook> = {}, handlers: Parameters<typeof answer>[0] = {}) {
  const calls = answer({
    "GET /webhooks/w1": { body: { ...hook, ...webhook }, headers: { ETag: '"3"' } },
    "GET /webhooks/w1/deliveries": page(delivery),
    "GET /webhooks/w1/deliveries/d1": { body: details },
    ...handlers,
  });
  return renderUI(<WebhookPage />, { me, route: "/shell/webhooks/$webhookId", path: "/webhooks/w1" }).then((view) => ({
    ...view,
    calls,
  }));
}

it("says what webhooks are for where there are none, and makes one whose secret must be stored", async () => {
  const calls = answer({
    "GET /webhooks": page(),
    "POST /webhooks": { status: 201, body: { ...hook, secret: "whsec_abc" } },
  });
  const { user, router } = await renderUI(<WebhooksPage />, { me, route: "/shell/webhooks", path: "/webhooks" });
  expect(await screen.findByText("No webhooks yet")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Add a webhook" }));
  const form = within(await screen.findByRole("dialog"));
  await user.type(form.getByRole("textbox", { name: /^URL/ }), "example.com");
  await user.click(form.getByRole("button", { name: "Add the webhook" }));
  expect(await form.findByText("Give an address that begins with https://.")).toBeVisible();
  await user.clear(form.getByRole("textbox", { name: /^URL/ }));
  await user.type(form.getByRole("textbox", { name: /^URL/ }), "https://example.com/hooks");
  await user.click(form.getByRole("checkbox", { name: "API versions: all" }));
  await user.click(form.getByRole("button", { name: "Add the webhook" }));
  expect(await screen.findByText("whsec_abc")).toBeVisible();
  expect(screen.getByRole("button", { name: "Done" })).toBeDisabled();
  await user.click(screen.getByRole("checkbox", { name: "I have stored it" }));
  await user.click(screen.getByRole("button", { name: "Done" }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/webhooks/w1"));
  expect(await calls.find(({ method }) => method === "POST")?.json()).toEqual({
    url: "https://example.com/hooks",
    events: ["token.leaked", "token.expiring", "token.expired", "webhook.disabled", "version.*"],
  });
});

it("asks anew with another key once what was refused is corrected", async () => {
  const calls = answer({
    "GET /webhooks": page(hook),
    "POST /webhooks": {
      status: 422,
      body: {
        code: "invalid_request",
        detail: "Faults.",
        fields: [{ field: "url", code: "forbidden_address", message: "It leads into a private network." }],
      },
    },
  });
  const { user } = await renderUI(<WebhooksPage />, { me, route: "/shell/webhooks", path: "/webhooks" });
  await user.click(await screen.findByRole("button", { name: "Add a webhook" }));
  const form = within(await screen.findByRole("dialog"));
  const url = form.getByRole("textbox", { name: /^URL/ });
  await user.type(url, "https://10.0.0.1/");
  await user.click(form.getByRole("button", { name: "Add the webhook" }));
  await vi.waitFor(() => expect(url).toHaveAccessibleDescription(/private network/));
  await user.type(url, "hook");
  await user.click(form.getByRole("button", { name: "Add the webhook" }));
  const posts = () =>
    calls.filter(({ method }) => method === "POST").map((call) => call.headers.get("Idempotency-Key"));
  await vi.waitFor(() => expect(posts()).toHaveLength(2));
  expect(new Set(posts()).size).toBe(2);
});

it("shows what the server answers to a test", async () => {
  const { user } = await openPage({}, { "POST /webhooks/w1/test": { status: 202, body: delivery } });
  await user.click(await screen.findByRole("button", { name: "Send a test event" }));
  const test = within(screen.getByRole("region", { name: "Try it" }));
  expect(await test.findByText(/out of order/)).toBeVisible();
  expect(test.getByRole("status")).toHaveTextContent(/Failed.*did not accept it.*HTTP 500/);
});

it("shows a delivery with both sides, and sends it again", async () => {
  const { user, calls } = await openPage(
    {},
    { "POST /webhooks/w1/deliveries/d1/redeliver": { status: 202, body: delivery } },
  );
  await user.click(await screen.findByRole("button", { name: /^Test.*HTTP 500/ }));
  expect(await screen.findByText(/Webhook-Id: e1/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Send again" }));
  await vi.waitFor(() => expect(calls.some(({ url }) => url.endsWith("/redeliver"))).toBe(true));
});

it("says why it is disabled, and enables it", async () => {
  const { user, calls } = await openPage(
    { state: "disabled", disabled_at: "2026-11-02T12:00:00Z", disabled_reason: "gone" },
    { "POST /webhooks/w1/enable": { body: hook } },
  );
  expect(await screen.findByRole("alert")).toHaveTextContent(/it is gone \(410\)/);
  expect(screen.getByRole("button", { name: "Send a test event" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Enable…" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Enable" }));
  expect(await screen.findByText("The webhook is enabled.")).toBeVisible();
  expect(calls.some(({ url }) => url.endsWith("/enable"))).toBe(true);
});

it("changes a webhook only if nobody was quicker", async () => {
  const { user, calls } = await openPage(
    {},
    { "PATCH /webhooks/w1": { status: 412, body: { code: "stale", detail: "Somebody was quicker." } } },
  );
  await user.click(await screen.findByRole("button", { name: "Edit…" }));
  const form = within(await screen.findByRole("dialog"));
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(await form.findByText("Somebody was quicker.")).toBeVisible();
  expect(calls.find(({ method }) => method === "PATCH")?.headers.get("If-Match")).toBe('"3"');
});

describe("a choice of events", () => {
  const group = { id: "token", types: ["token.a", "token.b"] };

  it("has a type by its group, too", () => {
    expect(has(["token.*"], "token", "token.a")).toBe(true);
    expect(has(["token.b"], "token", "token.a")).toBe(false);
  });

  it("takes a group in and out as a whole", () => {
    expect(withGroup(["token.a", "contact.missing"], "token", true)).toEqual(["contact.missing", "token.*"]);
    expect(withGroup(["token.*", "contact.missing"], "token", false)).toEqual(["contact.missing"]);
  });

  it("is the others of a group if one is taken out of it", () => {
    expect(withType(["token.*"], group, "token.a", false)).toEqual(["token.b"]);
    expect(withType([], group, "token.a", true)).toEqual(["token.a"]);
  });
});
