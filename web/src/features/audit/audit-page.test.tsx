import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { ada, answer, renderUI } from "@/test/render";
import { AuditPage } from "./audit-page";
import { exportAddress, queryOf } from "./use-audit";

const operator: Schema["Whoami"] = { ...ada, operator: true };

function entry(id: string, more: Partial<Schema["AuditEntry"]> = {}): Schema["AuditEntry"] {
  return {
    id,
    seq: 7,
    at: "2026-11-23T12:00:00Z",
    action: "token.updated",
    account_id: "acme",
    token_id: "t1",
    object: { kind: "token", id: "t1" },
    actor: { kind: "member", id: "ada", name: "Ada Lovelace" },
    request_id: "8c5b",
    ip: "203.0.113.9",
    changes: {},
    details: {},
    ...more,
  };
}

async function open(entries: Schema["AuditEntry"][], me = ada, path = "/audit") {
  const calls = answer({
    "GET /audit": ({ url }) => {
      const second = new URL(url).searchParams.has("cursor");
      return { body: { items: second ? [entry("old")] : entries, next_cursor: second ? null : "2" } };
    },
    "GET /tokens/t1": { body: { name: "Nightly report" } },
    "GET /accounts": { body: { items: [], next_cursor: null } },
    "GET /accounts/acme": { body: { name: "Acme" } },
    "GET /accounts/acme/members": { body: { items: [], next_cursor: null } },
    "GET /accounts/acme/members/lin": { body: { name: "Lin Wei" } },
  });
  const view = await renderUI(<AuditPage />, { me, route: "/shell/audit", path });
  return { ...view, calls, asked: () => calls.filter(({ url }) => url.includes("/audit?")) };
}

it("tells in words who did what, with the name of what it was done to", async () => {
  await open([
    entry("1"),
    entry("2", { action: "token.created", changes: { name: { old: null, new: "Old name" } } }),
    entry("3", { action: "authorization.refused", object: { kind: "operation", id: "createToken" } }),
    entry("4", { action: "token.painted" }),
    entry("5", { actor: { kind: "unknown", id: "192.0.2.1", name: "" }, action: "token.revoked" }),
  ]);
  const items = await screen.findAllByRole("listitem");
  await expect.poll(() => items[0]?.textContent).toContain("Ada Lovelace changed the token Nightly report");
  expect(items[1]).toHaveTextContent("Ada Lovelace created the token Old name");
  expect(items[2]).toHaveTextContent("Ada Lovelace was refused createToken");
  expect(items[3]).toHaveTextContent("Ada Lovelace: token.painted");
  expect(items[4]).toHaveTextContent("Somebody at 192.0.2.1 revoked the token");
});

it("shows what was and what is, and where else to look", async () => {
  const { user, router } = await open([
    entry("1", {
      details: { reason: "Leaked" },
      changes: {
        name: { old: "Report", new: "Nightly <1>report</1>" },
        scopes: { old: ["a", "b"], new: ["b", "c"] },
        "contacts.primary": { old: null, new: "lin" },
        metadata: { old: { team: "data" }, new: {} },
      },
    }),
  ]);
  await user.click(await screen.findByRole("button", { name: /changed the token/ }));
  const whole = within(screen.getAllByRole("listitem")[0] as HTMLElement);
  const value = (name: string) => whole.getByText(name, { selector: "dt" }).nextElementSibling;
  expect(value("Name")).toHaveTextContent("before: Report → after: Nightly <1>report</1>");
  expect(value("Scopes")).toHaveTextContent("added: c");
  expect(value("Scopes")).toHaveTextContent("removed: a");
  expect(value("Metadata")).toHaveTextContent("team: data → after: nothing");
  expect(value("Reason")).toHaveTextContent("Leaked");
  expect(await whole.findByText("Lin Wei")).toBeInTheDocument();
  expect(whole.getByRole("link", { name: "Open the token" })).toHaveAttribute("href", "/tokens/t1");
  await user.click(whole.getByRole("button", { name: "Only by this actor" }));
  expect(router.state.location.searchStr).toBe("?actor=member%3Aada");
});

it("asks for older entries on demand", async () => {
  const { user } = await open([entry("1")]);
  await user.click(await screen.findByRole("button", { name: "Show older entries" }));
  expect(await screen.findAllByRole("button", { name: /changed the token/ })).toHaveLength(2);
  expect(screen.queryByRole("button", { name: "Show older entries" })).not.toBeInTheDocument();
});

describe("whose log", () => {
  it("is everybody's for operators, whichever account they act in", async () => {
    const { asked, user } = await open([entry("1")], operator);
    expect(await screen.findByText("Acme", { selector: "li *" })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Filters" }));
    expect(await screen.findByRole("combobox", { name: "Account" })).toBeVisible();
    expect(asked()[0]?.headers.get("Tokenry-Account")).toBe("");
  });

  it("is their own for others, who may name no account", async () => {
    const { asked, user } = await open([entry("1")]);
    await user.click(await screen.findByRole("button", { name: "Filters" }));
    expect(await screen.findByRole("combobox", { name: "Action" })).toBeVisible();
    expect(screen.queryByRole("combobox", { name: "Account" })).not.toBeInTheDocument();
    expect(asked()[0]?.headers.has("Tokenry-Account")).toBe(false);
  });
});

it("takes filters from the address and passes them on, to the export as well", async () => {
  const { asked, user } = await open([entry("1")], ada, "/audit?action=token.&token=t1");
  await screen.findByRole("button", { name: /changed the token/ });
  const query = new URL(asked()[0]?.url ?? "").searchParams;
  expect([query.get("action"), query.get("token_id")]).toEqual(["token.", "t1"]);
  await user.click(screen.getByRole("button", { name: "Filters (2)" }));
  expect(await screen.findByRole("combobox", { name: "Action" })).toHaveValue("Everything: Tokens");
  expect(screen.getByRole("link", { name: "Export" })).toHaveAttribute(
    "href",
    expect.stringMatching(/\/audit\?format=ndjson&action=token\.&token_id=t1$/),
  );
  await user.click(screen.getByRole("button", { name: "Clear all" }));
  expect(await screen.findByRole("button", { name: "Filters" })).toBeVisible();
});

it("reads days as days where the reader is, the last one to its end", () => {
  const { since, until } = queryOf({ since: "2026-11-01", until: "2026-11-30" });
  expect(since).toBe(new Date(2026, 10, 1).toISOString());
  expect(until).toBe(new Date(2026, 11, 1).toISOString());
  expect(new URL(exportAddress({ since: "2026-11-01", owner: "acme" })).searchParams.get("account")).toBe("acme");
});
