import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { noRules } from "@/test/policy";
import { ada, answer, renderUI } from "@/test/render";
import { AccountsPage } from "./accounts-page";

const operator: Schema["Whoami"] = { ...ada, operator: true, may: [...ada.may, "listAccounts", "createAccount"] };
const acme: Schema["Account"] = {
  id: "acme",
  type: "partner",
  name: "Acme",
  external_id: "org_1",
  state: "active",
  policy: noRules,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const types = {
  account_types: { partner: { label: { en: "Partner", "zh-CN": "合作伙伴" }, versions: [{ id: "16" }] } },
};

async function open(handlers: Parameters<typeof answer>[0] = {}, path = "/accounts") {
  const calls = answer({
    "GET /catalog/export": { body: types },
    "GET /accounts": ({ url }) => {
      const { searchParams: asked } = new URL(url);
      if (asked.get("cursor")) return { body: { items: [{ ...acme, id: "b", name: "Bolt" }], next_cursor: null } };
      return { body: { items: asked.get("q") === "zzz" ? [] : [acme], next_cursor: asked.get("q") ? null : "2" } };
    },
    ...handlers,
  });
  return { calls, ...(await renderUI(<AccountsPage />, { me: operator, route: "/shell/accounts", path })) };
}

it("lists accounts with their types by name, and more on demand", async () => {
  const { user } = await open();
  const list = within(await screen.findByRole("list", { name: "Accounts" }));
  expect(list.getByRole("link", { name: "Acme" })).toHaveAttribute("href", "/accounts/acme");
  expect(await list.findByText("Partner")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show more accounts" }));
  expect(await list.findByRole("link", { name: "Bolt" })).toBeVisible();
});

it("keeps what is searched for in the address, and says when nothing matches", async () => {
  const { user, router } = await open();
  await user.type(await screen.findByRole("searchbox", { name: "Search by name or id" }), "zzz");
  expect(await screen.findByRole("heading", { name: "No account matches" })).toBeVisible();
  expect(router.state.location.searchStr).toBe("?q=zzz");
});

it("creates an account with its rules, and goes there", async () => {
  const { user, calls, router } = await open({ "POST /accounts": { status: 201, body: { ...acme, id: "new" } } });
  await user.click(await screen.findByRole("button", { name: "Create an account" }));
  const form = within(await screen.findByRole("dialog"));
  await user.click(form.getByRole("button", { name: "Create the account" }));
  expect(await form.findByText("Choose the account's type.")).toBeVisible();
  expect(form.getByText("Give the account a name.")).toBeVisible();

  await user.click(form.getByRole("combobox", { name: /Account type/ }));
  await user.click(await screen.findByRole("option", { name: "Partner (partner)" }));
  await user.type(form.getByRole("textbox", { name: /^Name/ }), " Acme ");
  await user.type(form.getByRole("textbox", { name: /Longest life/ }), "90");
  await user.click(form.getByRole("switch", { name: /^Tokens must expire/ }));
  await user.click(form.getByRole("button", { name: "Create the account" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/accounts/new"));
  expect(await calls.find(({ method }) => method === "POST")?.json()).toEqual({
    type: "partner",
    name: "Acme",
    external_id: null,
    policy: { ...noRules, max_lifetime_seconds: 90 * 86_400, require_expiry: true },
  });
});

it("shows a refused external ID beside its input", async () => {
  const { user } = await open({
    "POST /accounts": { status: 409, body: { code: "external_id_taken", detail: "Another account has it." } },
  });
  await user.click(await screen.findByRole("button", { name: "Create an account" }));
  const form = within(await screen.findByRole("dialog"));
  await user.click(form.getByRole("combobox", { name: /Account type/ }));
  await user.click(await screen.findByRole("option", { name: "Partner (partner)" }));
  await user.type(form.getByRole("textbox", { name: /^Name/ }), "Acme");
  await user.click(form.getByRole("button", { name: "Create the account" }));
  const input = form.getByRole("textbox", { name: "External ID" });
  await waitFor(() => expect(input).toBeInvalid());
  expect(form.getByText("Another account has it.")).toBeVisible();
});
