import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { ada, answer, renderUI } from "@/test/render";
import { AccountPage } from "./account-page";

const acme: Schema["Account"] = {
  id: "acme",
  type: "partner",
  name: "Acme",
  external_id: "org_1",
  state: "active",
  policy: { max_lifetime_seconds: 7200, require_expiry: false, require_cidrs: false, allow_self_rotation: true },
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const lin: Schema["Member"] = {
  id: "lin",
  account_id: "acme",
  name: "Lin Wei",
  email: "lin@example.com",
  role: "specialist",
  state: "active",
  language: "fr",
  external_id: null,
  operator: false,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const operator: Schema["Whoami"] = { ...ada, operator: true };

async function open(tab: string, handlers: Parameters<typeof answer>[0] = {}, me = ada) {
  const calls = answer({
    "GET /accounts/acme": { body: acme },
    "GET /accounts/acme/members": { body: { items: [lin], next_cursor: null } },
    ...handlers,
  });
  const path = `/accounts/acme?tab=${tab}`;
  const view = await renderUI(<AccountPage />, { me, route: "/shell/accounts/$accountId", path });
  await screen.findByRole("heading", { name: "Acme", level: 1 });
  const sent = async (method: string) => calls.find((call) => call.method === method)?.json();
  return { ...view, calls, sent };
}

async function menu(user: Awaited<ReturnType<typeof open>>["user"], item: string) {
  await user.click(await screen.findByRole("button", { name: "Actions for Lin Wei" }));
  await user.click(await screen.findByRole("menuitem", { name: item }));
  return within(await screen.findByRole("dialog"));
}

it("lets an admin change the rules alone, and sends what differs", async () => {
  const { user, sent } = await open("settings", { "PATCH /accounts/acme": { body: acme } });
  expect(screen.queryByRole("textbox", { name: /^Name/ })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Disable…" })).not.toBeInTheDocument();
  expect(screen.getByRole("textbox", { name: /Longest life/ })).toHaveValue("2");
  expect(screen.getByRole("combobox", { name: "Unit of the longest life" })).toHaveValue("hours");
  await user.click(screen.getByRole("switch", { name: /^Tokens may rotate themselves/ }));
  await user.clear(screen.getByRole("textbox", { name: /Longest life/ }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The settings are saved.")).toBeVisible();
  expect(await sent("PATCH")).toEqual({ policy: { max_lifetime_seconds: null, allow_self_rotation: false } });
});

it("says what comes of it before an account is disabled, and asks for its name", async () => {
  const { user, sent, calls } = await open(
    "settings",
    {
      "GET /tokens": { body: { items: [{ id: "t1" }, { id: "t2" }], next_cursor: null } },
      "PATCH /accounts/acme": { body: { ...acme, state: "disabled" } },
    },
    operator,
  );
  await user.click(screen.getByRole("button", { name: "Disable…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText(/its 2 active tokens are refused at once/)).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Disable the account" }));
  expect(dialog.getByText("This is not the same text.")).toBeVisible();
  await user.type(dialog.getByRole("textbox"), "Acme");
  await user.click(dialog.getByRole("button", { name: "Disable the account" }));
  expect(await screen.findByText("“Acme” is disabled.")).toBeVisible();
  expect(await sent("PATCH")).toEqual({ state: "disabled" });
  expect(calls.find(({ url }) => url.includes("/tokens?"))?.headers.get("Tokenry-Account")).toBe("acme");
});

it("adds a member, and shows a taken address beside its input", async () => {
  let taken = true;
  const { user, calls } = await open("members", {
    "POST /accounts/acme/members": () => {
      if (!taken) return { status: 201, body: { ...lin, name: "Grace" } };
      taken = false;
      return { status: 409, body: { code: "email_taken", detail: "Somebody has this address." } };
    },
  });
  await user.click(screen.getByRole("button", { name: "Add a member" }));
  const form = within(await screen.findByRole("dialog"));
  await user.type(form.getByRole("textbox", { name: /^Name/ }), "Grace");
  await user.type(form.getByRole("textbox", { name: /^E-mail/ }), "grace");
  await user.click(form.getByRole("radio", { name: "Viewer" }));
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await form.findByText("This is not an e-mail address.")).toBeVisible();
  await user.type(form.getByRole("textbox", { name: /^E-mail/ }), "@example.com");
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await form.findByText("Somebody has this address.")).toBeVisible();
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("“Grace” is a member now.")).toBeVisible();
  expect(await calls.findLast(({ method }) => method === "POST")?.json()).toEqual({
    name: "Grace",
    email: "grace@example.com",
    role: "viewer",
    language: "en",
    external_id: null,
  });
});

it("changes a member, and keeps a language that it cannot offer", async () => {
  const { user, sent } = await open("members", { "PATCH /accounts/acme/members/lin": { body: lin } });
  const form = await menu(user, "Edit…");
  expect(form.getByRole("combobox", { name: "Language" })).toHaveValue("fr");
  await user.click(form.getByRole("radio", { name: "Admin" }));
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(async () => expect(await sent("PATCH")).toEqual({ role: "admin" }));
});

it("says which tokens lose their contact before a member is deactivated", async () => {
  const { user, sent, calls } = await open("members", {
    "GET /tokens": { body: { items: [{ id: "t1", name: "Nightly report" }], next_cursor: null } },
    "PATCH /accounts/acme/members/lin": { body: { ...lin, state: "inactive" } },
  });
  const dialog = await menu(user, "Deactivate…");
  expect(await dialog.findByText("Nightly report")).toBeVisible();
  expect(dialog.getByRole("link", { name: "open them in the list of tokens" })).toHaveAttribute(
    "href",
    "/tokens?contact=lin",
  );
  // Only operators may name an account.
  expect(calls.find(({ url }) => url.includes("/tokens?"))?.headers.has("Tokenry-Account")).toBe(false);
  await user.click(dialog.getByRole("button", { name: "Deactivate" }));
  expect(await screen.findByText("“Lin Wei” is deactivated.")).toBeVisible();
  expect(await sent("PATCH")).toEqual({ state: "inactive" });
});
