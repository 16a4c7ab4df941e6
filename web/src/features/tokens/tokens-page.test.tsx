import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { categories, versions } from "@/test/catalog";
import { ada, answer, renderUI } from "@/test/render";
import { tokensSearch } from "./search";
import { TokensPage } from "./tokens-page";

const token = (number: number, more: Partial<Schema["Token"]> = {}) =>
  ({
    id: `t${number}`,
    name: `Job ${number}`,
    status: "active",
    version: "16",
    scopes: ["jobs.list"],
    contacts: { primary: "ada", developers: [] },
    secret_hint: "x1y2",
    created_at: "2026-01-01T00:00:00Z",
    last_used_at: null,
    expires_at: null,
    ...more,
  }) as Schema["Token"];
const viewer = { ...ada, role: "viewer" as const, may: ["listTokens", "getToken"] };

interface Setup {
  tokens?: Schema["Token"][];
  path?: string;
  me?: Schema["Whoami"];
  helpURL?: string;
  handlers?: Parameters<typeof answer>[0];
}

async function open({
  tokens = [token(1), token(2), token(3)],
  path = "/tokens",
  me,
  helpURL = "",
  ...rest
}: Setup = {}) {
  const calls = answer({
    "GET /catalog": {
      body: { account_type: "partner", label: "Partner", default_version: "16", versions, categories, presets: [] },
    },
    "GET /contacts": {
      body: {
        items: [
          { id: "ada", name: "Ada Lovelace", email: "ada@example.com" },
          { id: "lin", name: "Lin Wei", email: "lin@example.com" },
        ],
        next_cursor: null,
      },
    },
    "GET /console/config.json": { body: { help_url: helpURL } },
    "GET /tokens": { body: { items: tokens, next_cursor: null } },
    ...rest.handlers,
  });
  const view = await renderUI(<TokensPage />, { route: "/shell/tokens", path, me, validateSearch: tokensSearch.parse });
  await screen.findByRole("heading", { level: 1, name: "Tokens" });
  const asked = () => {
    const lists = calls.filter(({ method, url }) => method === "GET" && new URL(url).pathname === "/tokens");
    return Object.fromEntries(new URL(lists.at(-1)?.url ?? "http://x").searchParams);
  };
  return { ...view, calls, asked };
}

const row = (name: string) => within(screen.getByRole("link", { name }).closest("tr") as HTMLElement);

describe("what is listed", () => {
  it("says what matters of each token", async () => {
    const near = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await open({
      tokens: [token(1, { version: "15", expires_at: near, contacts: { primary: null, developers: [] } })],
    });
    await screen.findByRole("link", { name: "Job 1" });
    const cells = row("Job 1");
    expect(cells.getByText("Active")).toBeVisible();
    expect(await cells.findByText("Deprecated")).toBeVisible();
    expect(cells.getByText("…x1y2")).toBeVisible();
    expect(cells.getByLabelText("Ends soon")).toBeVisible();
    expect(cells.getByText("Nobody")).toBeVisible();
    expect(screen.getByRole("link", { name: "Job 1" })).toHaveAttribute("href", "/tokens/t1");
  });

  it("is shown as cards, now and the next time", async () => {
    const { user, unmount } = await open();
    await user.click(await screen.findByRole("radio", { name: "Cards" }));
    expect(await screen.findByText("Secret ends in", { selector: "li:first-child dt" })).toBeVisible();
    expect(screen.queryByRole("table")).toBeNull();
    unmount();
    await open();
    expect(await screen.findByRole("combobox", { name: "Sort by" })).toBeVisible();
  });

  it("is sorted by a column, and the other way round", async () => {
    const { user, asked } = await open();
    await user.click(await screen.findByRole("button", { name: "Name" }));
    await waitFor(() => expect(asked().sort).toBe("name"));
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
    await user.click(screen.getByRole("button", { name: "Name" }));
    await waitFor(() => expect(asked().sort).toBe("-name"));
  });

  it("says what failed, and tries again", async () => {
    let away = true;
    const { user } = await open({
      handlers: {
        "GET /tokens": () =>
          away
            ? { status: 503, body: { code: "try_again", detail: "Not now." } }
            : { body: { items: [token(1)], next_cursor: null } },
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("Not now.");
    away = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "Job 1" })).toBeVisible();
  });
});

describe("filters", () => {
  it("are in the address, and gone with the way back", async () => {
    const { user, router, asked } = await open();
    await user.click(await screen.findByRole("button", { name: "Filters" }));
    await user.click(await screen.findByRole("combobox", { name: "Status" }));
    await user.click(await screen.findByRole("option", { name: "Active" }));
    await waitFor(() => expect(router.state.location.href).toBe("/tokens?status=active"));
    await waitFor(() => expect(asked().status).toBe("active"));
    await user.click(await screen.findByRole("checkbox", { name: "Not used for 90 days" }));
    await waitFor(() => expect(asked()).toHaveProperty("unused_since"));
    router.history.back();
    await waitFor(() => expect(router.state.location.href).toBe("/tokens?status=active"));
    expect(await screen.findByRole("button", { name: "Filters (1)" })).toBeVisible();
  });

  it("by contact have the server look for people", async () => {
    const { user, calls, asked } = await open();
    await user.click(await screen.findByRole("button", { name: "Filters" }));
    await user.type(await screen.findByRole("combobox", { name: "Primary contact" }), "lin");
    await waitFor(() => expect(calls.some(({ url }) => new URL(url).searchParams.get("q") === "lin")).toBe(true));
    await user.click(await screen.findByRole("option", { name: "Lin Wei (lin@example.com)" }));
    await waitFor(() => expect(asked().contact).toBe("lin"));
  });

  it("are named, and taken away one by one or all at once", async () => {
    const { user, router } = await open({
      path: "/tokens?status=active&status=revoked&scope=jobs.list&contact=lin&created=older&sort=name",
    });
    const set = within(await screen.findByRole("group", { name: "Filters that are set" }));
    expect(await set.findByRole("button", { name: "Take away: Scope: Label of jobs.list" })).toBeVisible();
    expect(set.getByText("Status: Active and Revoked")).toBeVisible();
    expect(set.getByText("Created: More than 30 days ago")).toBeVisible();
    await user.click(await set.findByRole("button", { name: "Take away: Primary contact: Lin Wei" }));
    await waitFor(() => expect(router.state.location.search).not.toHaveProperty("contact"));
    await user.click(set.getByRole("button", { name: "Clear all" }));
    await waitFor(() => expect(router.state.location.href).toBe("/tokens?sort=name"));
    expect(screen.queryByRole("group", { name: "Filters that are set" })).toBeNull();
  });

  it("ask for a name once it is typed, from the first page on", async () => {
    const { calls, asked, router } = await open({ path: "/tokens?cursor=c2" });
    const search = await screen.findByRole("searchbox", { name: "Search by name" });
    search.focus();
    for (const value of ["n", "ni", "nig", "nigh", "night"]) fireEvent.change(search, { target: { value } });
    await waitFor(() => expect(asked().q).toBe("night"));
    expect(asked()).not.toHaveProperty("cursor");
    expect(calls.filter(({ url }) => new URL(url).searchParams.has("q"))).toHaveLength(1);
    expect(router.history.length).toBe(1);
    expect(search).toHaveFocus();
  });

  it("that nothing passes can be cleared", async () => {
    const { user, router } = await open({ tokens: [], path: "/tokens?q=nothing" });
    expect(await screen.findByRole("heading", { name: "No token matches" })).toBeVisible();
    await user.click(screen.getAllByRole("button", { name: "Clear all" })[0] as HTMLElement);
    await waitFor(() => expect(router.state.location.href).toBe("/tokens"));
    expect(await screen.findByRole("heading", { name: "No tokens yet" })).toBeVisible();
  });
});

describe("pages", () => {
  const pages: Setup["handlers"] = {
    "GET /tokens": (request) => {
      const cursor = new URL(request.url).searchParams.get("cursor");
      return cursor
        ? { body: { items: [token(2)], next_cursor: null } }
        : { body: { items: [token(1)], next_cursor: "c2" } };
    },
  };

  it("are turned, and back by what the history knows", async () => {
    const { user, router } = await open({ handlers: pages });
    await user.click(await screen.findByRole("button", { name: "Next" }));
    expect(await screen.findByRole("link", { name: "Job 2" })).toBeVisible();
    expect(router.state.location.href).toBe("/tokens?cursor=c2");
    expect(screen.getByText("Page 2")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("region", { name: "Tokens" })).toHaveFocus());
    await user.click(screen.getByRole("button", { name: "Previous" }));
    expect(await screen.findByRole("link", { name: "Job 1" })).toBeVisible();
    expect(screen.getByText("Page 1")).toBeVisible();
  });

  it("lead to the first from an address that somebody sent", async () => {
    const { user } = await open({ handlers: pages, path: "/tokens?cursor=c2" });
    await screen.findByRole("link", { name: "Job 2" });
    expect(screen.getByRole("button", { name: "Previous" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "First" }));
    expect(await screen.findByRole("link", { name: "Job 1" })).toBeVisible();
  });

  it("whose tokens have gone say so", async () => {
    await open({ tokens: [], path: "/tokens?cursor=c9" });
    expect(await screen.findByRole("heading", { name: "Nothing is left on this page" })).toBeVisible();
    expect(screen.getByRole("button", { name: "First" })).toBeEnabled();
  });
});

describe("without a token", () => {
  it("one learns what a token is, and creates the first", async () => {
    await open({ tokens: [], helpURL: "https://help.example/tokens" });
    expect(await screen.findByRole("link", { name: "Create your first token" })).toHaveAttribute("href", "/tokens/new");
    expect(screen.getAllByRole("listitem")).toHaveLength(3);
  });

  it("viewers are told whom to ask", async () => {
    await open({ tokens: [], me: viewer });
    expect(await screen.findByText(/Ask an admin/)).toBeVisible();
    expect(screen.queryByRole("link", { name: /Create/ })).toBeNull();
  });
});

it("offers viewers nothing to change", async () => {
  await open({ me: viewer });
  expect(await screen.findByRole("link", { name: "Job 1" })).toBeVisible();
  expect(screen.queryByRole("checkbox", { name: /Select/ })).toBeNull();
  expect(screen.queryByRole("button", { name: /Actions for/ })).toBeNull();
  expect(screen.queryByRole("link", { name: "Create a token" })).toBeNull();
});

describe("several at once", () => {
  const box = (name: string) => screen.findByRole("checkbox", { name: `Select ${name}` });

  it("are selected with shift, and by the page", async () => {
    const { user } = await open();
    await user.click(await box("Job 1"));
    await user.keyboard("{Shift>}");
    await user.click(await box("Job 3"));
    await user.keyboard("{/Shift}");
    expect(await box("Job 2")).toBeChecked();
    expect(screen.getByRole("region", { name: "Actions for the selected tokens" })).toHaveTextContent("3 tokens");
    await user.click(await box("Job 2"));
    expect(screen.getByRole("checkbox", { name: "Select all on this page" })).toBePartiallyChecked();
    await user.click(screen.getByRole("button", { name: "Clear the selection" }));
    await user.click(screen.getByRole("checkbox", { name: "Select all on this page" }));
    expect(await box("Job 3")).toBeChecked();
  });

  it("are disabled after a summary; those that failed are named and stay selected", async () => {
    const { user } = await open({
      tokens: [token(1), token(2), token(3, { status: "revoked" })],
      handlers: {
        "POST /tokens/t1/disable": { body: {} },
        "POST /tokens/t2/disable": { status: 409, body: { code: "conflict", detail: "It changed." } },
      },
    });
    await user.click(await screen.findByRole("checkbox", { name: "Select all on this page" }));
    await user.click(screen.getByRole("button", { name: "Disable…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Disable 2 tokens" }));
    expect(dialog.getByText(/One of the selected tokens is not active/)).toBeVisible();
    expect(within(dialog.getByRole("region")).getAllByRole("listitem")).toHaveLength(2);
    await user.click(dialog.getByRole("button", { name: "Disable 2 tokens" }));
    expect(await dialog.findByText("One of 2 is done.")).toBeVisible();
    expect(await dialog.findByText("One token could not be changed")).toBeVisible();
    expect(dialog.getByText("Job 2").closest("li")).toHaveTextContent("It changed.");
    await user.click(dialog.getAllByRole("button", { name: "Close" }).at(-1) as HTMLElement);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await box("Job 1")).not.toBeChecked();
    expect(await box("Job 2")).toBeChecked();
  });

  it("are revoked only once their number is typed", async () => {
    const { user, calls } = await open({
      handlers: { "POST /tokens/t1/revoke": { body: {} }, "POST /tokens/t2/revoke": { body: {} } },
    });
    await user.click(await box("Job 1"));
    await user.click(await box("Job 2"));
    await user.click(screen.getByRole("button", { name: "Revoke…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByRole("textbox", { name: "Reason (optional)" }), "Gone");
    const revoke = dialog.getByRole("button", { name: "Revoke 2 tokens for good" });
    await user.click(revoke);
    expect(dialog.getByText("This is not the number of tokens.")).toBeVisible();
    expect(calls.some(({ method }) => method === "POST")).toBe(false);
    await user.type(dialog.getByRole("textbox", { name: /^Type 2/ }), "2");
    await user.click(revoke);
    expect(await dialog.findByText("2 of 2 are done.")).toBeVisible();
    expect(await calls.find(({ method }) => method === "POST")?.json()).toEqual({ reason: "Gone" });
  });

  it("get another contact; those that have it are left alone", async () => {
    const { user, calls } = await open({
      tokens: [token(1), token(2, { contacts: { primary: "lin", developers: [] } })],
      handlers: { "PATCH /tokens/t1": { body: {} } },
    });
    await user.click(await screen.findByRole("checkbox", { name: "Select all on this page" }));
    await user.click(screen.getByRole("button", { name: "Change contact…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("combobox", { name: /Primary contact/ }));
    await user.click(await screen.findByRole("option", { name: /Lin Wei/ }));
    await user.click(await dialog.findByRole("button", { name: "Change one contact" }));
    expect(await dialog.findByText("Nothing failed.")).toBeVisible();
    const changes = calls.filter(({ method }) => method === "PATCH");
    expect(await Promise.all(changes.map((call) => call.json()))).toEqual([{ contacts: { primary: "lin" } }]);
  });

  it("can be stopped", async () => {
    const waiting: (() => void)[] = [];
    const tokens = Array.from({ length: 6 }, (_, i) => token(i));
    const slow = () => new Promise<{ body: object }>((resolve) => waiting.push(() => resolve({ body: {} })));
    const { user } = await open({
      tokens,
      handlers: Object.fromEntries(tokens.map(({ id }) => [`POST /tokens/${id}/disable`, slow])),
    });
    await user.click(await screen.findByRole("checkbox", { name: "Select all on this page" }));
    await user.click(screen.getByRole("button", { name: "Disable…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("button", { name: "Disable 6 tokens" }));
    await waitFor(() => expect(waiting).toHaveLength(4));
    await user.click(dialog.getByRole("button", { name: "Stop" }));
    for (const go of waiting) go();
    expect(await dialog.findByText("You stopped before 2 tokens, which were left as they were.")).toBeVisible();
  });
});
