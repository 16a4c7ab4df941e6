import { notifications } from "@mantine/notifications";
import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { ada, answer, renderUI } from "@/test/render";
import { catalog, token } from "@/test/token";
import { TokenPage } from "./token-page";

type Handlers = Parameters<typeof answer>[0];

const contact = { id: "ada", name: "Ada Lovelace", email: "ada@example.com", language: "en" };
const usage: Schema["TokenUsage"] = {
  token_id: "t1",
  since: "2026-11-20T00:00:00Z",
  until: "2026-11-22T00:00:00Z",
  resolution: "day",
  total: 12,
  counts: [
    { start: "2026-11-20T00:00:00Z", resolution: "day", code: "ok", count: 9 },
    { start: "2026-11-21T00:00:00Z", resolution: "day", code: "insufficient_scope", count: 3 },
  ],
  scopes: [
    { scope: "jobs.list", code: "ok", secret_state: "current", count: 9 },
    { scope: "reports.share", code: "insufficient_scope", secret_state: "current", count: 3 },
  ],
  callers: [{ caller: "svc", code: "ok", secret_state: "previous", count: 4 }],
  secrets: [
    {
      secret_state: "previous",
      code: "ok",
      count: 4,
      last_at: new Date().toISOString(),
      last_ip: "203.0.113.9",
      last_caller: "svc",
    },
  ],
  last_used_at: "2026-11-21T10:00:00Z",
  last_ip: "203.0.113.9",
  last_caller: "svc",
};
const entry: Schema["AuditEntry"] = {
  id: "e1",
  seq: 1,
  at: "2026-11-02T12:00:00Z",
  action: "token.updated",
  account_id: "acme",
  token_id: "t1",
  object: { kind: "token", id: "t1" },
  actor: { kind: "member", id: "ada", name: "Ada Lovelace" },
  request_id: "r1",
  ip: "203.0.113.9",
  changes: {
    name: { old: "Report", new: "Nightly report" },
    scopes: { old: ["jobs.list", "reports.fax"], new: ["jobs.list", "jobs.stop"] },
  },
  details: {},
};

async function open(tab: string, handlers: Handlers = {}, me = ada) {
  const calls = answer({
    "GET /tokens/t1": { body: token, headers: { ETag: '"1"' } },
    "GET /catalog": { body: catalog },
    "GET /contacts": { body: { items: [contact], next_cursor: null } },
    "GET /policy": { body: { max_lifetime_seconds: null, require_expiry: false, require_cidrs: false } },
    "GET /tokens/t1/usage": { body: usage },
    "GET /tokens/t1/history": { body: { items: [entry], next_cursor: null } },
    ...handlers,
  });
  const path = `/tokens/t1${tab && `?tab=${tab}`}`;
  const view = await renderUI(<TokenPage />, { me, route: "/shell/tokens/$tokenId", path });
  view.queryClient.setQueryData(["config"], { help_url: "", secret_prefix: "tkr" });
  await screen.findByRole("heading", { level: 1 });
  return { ...view, calls };
}

const patches = (calls: Request[]) => calls.filter(({ method }) => method === "PATCH");
const as = (more: Partial<Schema["Token"]>) => ({
  "GET /tokens/t1": { body: { ...token, ...more }, headers: { ETag: '"1"' } },
});

afterEach(() => notifications.clean());

describe("the page", () => {
  it("shows the settings, and changes them by tab", async () => {
    const { user, router } = await open("");
    expect(await screen.findByRole("heading", { level: 1, name: "Nightly report" })).toBeVisible();
    expect((await screen.findAllByText("Ada Lovelace")).length).toBeGreaterThan(0);
    expect(screen.getByText("Exports what happened")).toBeVisible();
    expect(await screen.findByText(/API version 15 goes away on/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: "History" }));
    await waitFor(() => expect(router.state.location.search).toEqual({ tab: "history" }));
    expect(await screen.findByRole("heading", { name: "History" })).toBeVisible();
  });

  it("says that there is no such token", async () => {
    await open("", { "GET /tokens/t1": { status: 404, body: { code: "not_found", detail: "" } } });
    expect(await screen.findByRole("heading", { name: "There is no such token" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Go to the tokens" })).toHaveAttribute("href", "/tokens");
  });

  it("offers no changes to those who may only read", async () => {
    const me = { ...ada, role: "viewer" as const, may: ["getToken", "listTokenHistory", "getTokenUsage"] };
    const { user } = await open("", {}, me);
    await screen.findByText("Exports what happened");
    expect(screen.queryByRole("button", { name: /Edit|Actions|Upgrade/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole("tab", { name: "Credentials" }));
    expect(await screen.findByText("…5fKq")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Rotate/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole("tab", { name: "Usage" }));
    expect(await screen.findByText(/2 of 3 scopes were not used/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /Take these/ })).not.toBeInTheDocument();
  });

  it.each<[string, Partial<Schema["Token"]>, RegExp]>([
    ["revoked", { status: "revoked", revoked_at: "2026-11-10T12:00:00Z", revoke_reason: "Gone" }, /Reason: Gone/],
    ["disabled", { status: "disabled", disabled_at: "2026-11-10T12:00:00Z" }, /Disabled since/],
    ["expired", { status: "expired", expires_at: "2020-01-01T00:00:00Z" }, /Expired on/],
    ["in a retired version", { version: "14" }, /API version 14 has been retired/],
    ["without a contact", { contacts: { primary: "gone", developers: [] } }, /Nobody is told/],
  ])("says of a token that is %s what that means", async (_, more, text) => {
    await open("", as(more));
    expect(await screen.findByText(text)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Edit settings" }) === null).toBe(more.status === "revoked");
  });
});

describe("the form of the settings", () => {
  it("says what will change, and saves that alone, if nobody else was quicker", async () => {
    const { user, calls } = await open("", { "PATCH /tokens/t1": { body: token } });
    await user.click(await screen.findByRole("button", { name: "Edit settings" }));
    const name = screen.getByRole("textbox", { name: "Name" });
    expect(name).toHaveFocus();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    await user.clear(name);
    await user.paste("Hourly report");
    const preview = within(screen.getByRole("region", { name: "What will change" }));
    expect(preview.getByText("Nightly report")).toBeVisible();
    expect(preview.getByText("Hourly report")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Saved. It holds on all servers.")).toBeVisible();
    const [call] = patches(calls);
    expect(await call?.json()).toEqual({ name: "Hourly report" });
    expect(call?.headers.get("If-Match")).toBe('"1"');
    await waitFor(() => expect(screen.getByRole("button", { name: "Edit settings" })).toHaveFocus());
  });

  it("does not lose what was typed when somebody else was quicker", async () => {
    let current = token;
    const { user, calls } = await open("", {
      "GET /tokens/t1": () => ({ body: current, headers: { ETag: current === token ? '"1"' : '"2"' } }),
      "PATCH /tokens/t1": (request) =>
        request.headers.get("If-Match") === '"2"' ? { body: current } : { status: 412, body: { code: "stale" } },
    });
    await user.click(await screen.findByRole("button", { name: "Edit settings" }));
    const name = screen.getByRole("textbox", { name: "Name" });
    const description = screen.getByRole("textbox", { name: "Description" });
    await user.click(name);
    await user.paste(" of mine");
    await user.click(description);
    await user.paste(" and more");
    current = { ...token, name: "Theirs", metadata: { team: "ads" } };
    await user.click(screen.getByRole("button", { name: "Save" }));
    const alert = within(await screen.findByRole("alert", { name: /^Somebody else/ }));
    expect(alert.getByText(/Their changes are in the form now: Metadata/)).toBeVisible();
    expect(alert.getByText("Theirs", { selector: "span" })).toBeVisible();
    expect(name).toHaveValue("Nightly report of mine");
    expect(screen.getByDisplayValue("ads")).toBeVisible();
    await user.click(alert.getByRole("button", { name: "Take theirs" }));
    expect(name).toHaveValue("Theirs");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved. It holds on all servers.");
    const last = patches(calls).at(-1);
    expect(await last?.json()).toEqual({ description: "Exports what happened and more" });
  });

  it("takes a change that is there already for saved", async () => {
    let current = token;
    const { user } = await open("", {
      "GET /tokens/t1": () => ({ body: current, headers: { ETag: '"1"' } }),
      "PATCH /tokens/t1": { status: 412, body: { code: "stale" } },
    });
    await user.click(await screen.findByRole("button", { name: "Edit settings" }));
    await user.paste("s");
    current = { ...token, name: "Nightly reports" };
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Saved. It holds on all servers.")).toBeVisible();
  });

  it("shows what the server refuses at its field", async () => {
    const { user } = await open("", {
      "PATCH /tokens/t1": { status: 409, body: { code: "name_taken", detail: "There is one of that name." } },
    });
    await user.click(await screen.findByRole("button", { name: "Edit settings" }));
    await user.paste("s");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("There is one of that name.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Name" })).toBeInvalid();
  });

  it("is kept while another tab is looked at", async () => {
    const { user } = await open("");
    await user.click(await screen.findByRole("button", { name: "Edit settings" }));
    await user.paste(" kept");
    await user.click(screen.getByRole("tab", { name: "History" }));
    await screen.findByRole("heading", { name: "History" });
    await user.click(screen.getByRole("tab", { name: "Overview" }));
    expect(await screen.findByRole("textbox", { name: "Name" })).toHaveValue("Nightly report kept");
  });
});

describe("the scopes", () => {
  it("say what is added and taken away, and that this is final", async () => {
    const { user, calls } = await open("scopes", { "PATCH /tokens/t1": { body: token } });
    await user.click(await screen.findByRole("button", { name: "Edit scopes" }));
    await user.click(screen.getByRole("checkbox", { name: "Label of jobs.stop" }));
    await user.click(screen.getByRole("checkbox", { name: "Label of reports.fax" }));
    const preview = within(screen.getByRole("region", { name: "What will change" }));
    expect(preview.getByText("removed:").closest("li")).toHaveTextContent("Label of jobs.stop");
    expect(preview.getByText("added:").closest("li")).toHaveTextContent("Label of reports.fax");
    expect(preview.getByText(/Taking a scope away is final at once/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved. It holds on all servers.");
    expect(await patches(calls)[0]?.json()).toEqual({ scopes: ["jobs.list", "reports.export", "reports.fax"] });
  });

  it("are put on top of what others have done to them", async () => {
    let current = token;
    const { user, calls } = await open("scopes", {
      "GET /tokens/t1": () => ({ body: current, headers: { ETag: current === token ? '"1"' : '"2"' } }),
      "PATCH /tokens/t1": (request) =>
        request.headers.get("If-Match") === '"2"' ? { body: current } : { status: 412, body: { code: "stale" } },
    });
    await user.click(await screen.findByRole("button", { name: "Edit scopes" }));
    await user.click(screen.getByRole("checkbox", { name: "Label of jobs.stop" }));
    current = { ...token, scopes: [...token.scopes, "reports.fax"] };
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Somebody else has changed this token meanwhile");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved. It holds on all servers.");
    expect(await patches(calls)[1]?.json()).toEqual({ scopes: ["jobs.list", "reports.export", "reports.fax"] });
  });

  it("that are not used are one click from being unticked", async () => {
    const { user } = await open("usage");
    await user.click(await screen.findByRole("button", { name: "Take these 2 away…" }));
    expect(await screen.findByText(/The 2 scopes that were not used are unticked/)).toBeVisible();
    expect(screen.getByRole("checkbox", { name: "Label of jobs.list" })).toBeChecked();
    expect(screen.getByText("2 changes")).toBeVisible();
  });
});

it("shows who still uses the previous secret, and ways to send the current one", async () => {
  const previous_secret = { hint: "9bEp", expires_at: new Date(Date.now() + 3_600_000).toISOString() };
  const { user } = await open("credentials", as({ generation: 2, previous_secret }));
  const previous = within(await screen.findByRole("region", { name: "Previous secret" }));
  expect(previous.getByText("…9bEp")).toBeVisible();
  expect(await previous.findByText("Programs still use it")).toBeVisible();
  expect(previous.getByText(/from 203.0.113.9/)).toBeVisible();
  expect(previous.getByText("svc")).toBeVisible();
  await user.click(screen.getByRole("tab", { name: "HTTP Basic" }));
  expect(await screen.findByText(/--user "t1:\$API_TOKEN"/)).toBeVisible();
});

describe("the usage", () => {
  it("is told in numbers, by time, scope and caller, too", async () => {
    const { user } = await open("usage");
    expect(await screen.findByText("25%")).toBeVisible();
    await user.click(screen.getByText("Show as a table"));
    const times = within(screen.getByRole("table", { name: "Calls by day" }));
    expect(times.getByRole("row", { name: "Nov 21 0 3" })).toBeVisible();
    const scopes = within(screen.getByRole("table", { name: "Calls by scope" }));
    expect(await scopes.findByText("Not granted")).toBeVisible();
  });

  it("is of the period in the address", async () => {
    const { user, calls, router } = await open("usage&period=7d");
    await user.click(await screen.findByRole("radio", { name: "24 hours" }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ period: "24h" }));
    await waitFor(() => {
      const asked = calls.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname.endsWith("/usage"));
      expect(asked.map(({ searchParams }) => searchParams.get("resolution"))).toEqual(["hour", "hour"]);
    });
  });

  it("says when there was none", async () => {
    const none = { ...usage, total: 0, counts: [], scopes: [], callers: [], secrets: [], last_used_at: null };
    await open("usage", { "GET /tokens/t1/usage": { body: none } });
    expect(await screen.findByText("No program has used the token in the last 13 months.")).toBeVisible();
  });
});

it("tells the history in words, and more of it on demand", async () => {
  const rotated: Schema["AuditEntry"] = {
    ...entry,
    id: "e0",
    action: "token.rotated",
    actor: { kind: "local", id: "root", name: "root" },
    changes: { secret_hint: { old: "9bEp", new: "5fKq" }, generation: { old: 1, new: 2 } },
    details: { grace_seconds: "3600", previous_ended: "false" },
  };
  const { user } = await open("history", {
    "GET /tokens/t1/history": (request) =>
      new URL(request.url).searchParams.get("cursor") === "next"
        ? { body: { items: [rotated], next_cursor: null } }
        : { body: { items: [entry], next_cursor: "next" } },
  });
  const list = within(screen.getByRole("region", { name: "History" }));
  const first = (await list.findByText("changed it", { exact: false })).closest("li");
  expect(first).toHaveTextContent("Ada Lovelace changed it");
  expect(first).toHaveTextContent("removed: Label of reports.fax");
  expect(first).toHaveTextContent("added: Label of jobs.stop");
  await user.click(list.getByRole("button", { name: "Show earlier entries" }));
  const second = (await list.findByText("rotated the secret", { exact: false })).closest("li");
  expect(second).toHaveTextContent("root (on the server) rotated the secret");
  expect(second).toHaveTextContent("The old secret works for another 1 hour from then on.");
  await waitFor(() => expect(second).toHaveFocus());
  expect(list.getByText("That is everything.")).toBeVisible();
});
