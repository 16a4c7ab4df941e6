import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { noRules } from "@/test/policy";
import { ada, answer, renderUI } from "@/test/render";
import { token } from "@/test/token";
import { AccountPage } from "./account-page";

const acme: Schema["Account"] = {
  id: "acme",
  type: "partner",
  name: "Acme",
  external_id: "org_1",
  state: "active",
  policy: { ...noRules, max_lifetime_seconds: 7200, allow_self_rotation: true },
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
const grace: Schema["Member"] = { ...lin, id: "grace", name: "Grace Hopper", email: "grace@example.com" };
const operator: Schema["Whoami"] = { ...ada, operator: true };

async function open(tab: string, handlers: Parameters<typeof answer>[0] = {}, me = ada) {
  const calls = answer({
    "GET /accounts/acme": { body: acme },
    "GET /accounts/acme/members": { body: { items: [lin, grace], next_cursor: null } },
    "GET /leavers": { body: { items: [], next_cursor: null } },
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

it("asks what becomes of leaked and of unused tokens", async () => {
  const { user, sent } = await open("settings", { "PATCH /accounts/acme": { body: acme } });
  expect(screen.getByRole("radio", { name: "Disable the token" })).toBeChecked();
  await user.click(screen.getByRole("radio", { name: "Revoke the token" }));
  expect(screen.queryByRole("switch", { name: /^Disable it then/ })).not.toBeInTheDocument();
  await user.type(screen.getByRole("textbox", { name: /Tell about tokens that are not used/ }), "90");
  await user.click(screen.getByRole("switch", { name: /^Disable it then/ }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The settings are saved.")).toBeVisible();
  expect(await sent("PATCH")).toEqual({
    policy: { leak_policy: "revoke", unused_after_days: 90, unused_disable: true },
  });
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

const responsibilities = {
  "GET /accounts/acme/members/lin/responsibilities": {
    body: { total: 12, items: [{ ...token, name: "Nightly report" }], next_cursor: "more" },
  },
};

it("says which tokens lose their contact before a member is deactivated", async () => {
  const { user, sent } = await open("members", {
    ...responsibilities,
    "PATCH /accounts/acme/members/lin": { body: { ...lin, state: "inactive" } },
  });
  const dialog = await menu(user, "Deactivate…");
  expect(await dialog.findByText(/primary contact of 12 tokens/)).toBeVisible();
  expect(dialog.getByText("Nightly report")).toBeVisible();
  expect(dialog.getByText("and 11 more")).toBeVisible();
  const link = dialog.getByRole("link", { name: "Open them in the list of tokens" });
  expect(link).toHaveAttribute("href", "/tokens?contact=lin");
  await user.click(dialog.getByRole("button", { name: "Deactivate" }));
  expect(await screen.findByText("“Lin Wei” is deactivated.")).toBeVisible();
  expect(await sent("PATCH")).toEqual({ state: "inactive" });
});

it("hands the tokens over in the same step, before the member is shut out", async () => {
  const { user, calls, sent } = await open("members", {
    ...responsibilities,
    "POST /accounts/acme/members/lin/reassign": { body: { reassigned: 12 } },
    "PATCH /accounts/acme/members/lin": { body: { ...lin, state: "inactive" } },
  });
  const dialog = await menu(user, "Deactivate…");
  await user.click(await dialog.findByRole("combobox", { name: "Hand them over to" }));
  expect(screen.queryByRole("option", { name: /Lin Wei/ })).not.toBeInTheDocument();
  await user.click(await screen.findByRole("option", { name: "Grace Hopper (grace@example.com)" }));
  await user.click(dialog.getByRole("button", { name: "Deactivate" }));
  expect(await screen.findByText("“Lin Wei” is deactivated.")).toBeVisible();
  expect(await sent("POST")).toEqual({ to: "grace" });
  const changes = calls.map(({ method }) => method).filter((method) => method !== "GET");
  expect(changes).toEqual(["POST", "PATCH"]);
});

it("does not shut a member out whose tokens could not be handed over", async () => {
  const { user, calls } = await open("members", {
    ...responsibilities,
    "POST /accounts/acme/members/lin/reassign": { status: 503, body: { code: "try_again", detail: "Not now." } },
  });
  const dialog = await menu(user, "Deactivate…");
  await user.click(await dialog.findByRole("combobox", { name: "Hand them over to" }));
  await user.click(await screen.findByRole("option", { name: /Grace/ }));
  await user.click(dialog.getByRole("button", { name: "Deactivate" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent("Not now.");
  expect(calls.some(({ method }) => method === "PATCH")).toBe(false);
});

it("names who has left and is still a contact, and lets their tokens be handed over", async () => {
  const left: Schema["Member"] = { ...lin, state: "inactive" };
  const { user, calls } = await open(
    "members",
    {
      ...responsibilities,
      "GET /leavers": { body: { items: [{ member: left, tokens: 12 }], next_cursor: null } },
      "POST /accounts/acme/members/lin/reassign": { body: { reassigned: 12 } },
    },
    operator,
  );
  const notice = within(await screen.findByRole("alert"));
  expect(notice.getByRole("listitem")).toHaveTextContent("Lin Wei · 12 tokens");
  expect(calls.find(({ url }) => url.includes("/leavers"))?.headers.get("Tokenry-Account")).toBe("acme");
  await user.click(notice.getByRole("button", { name: "Hand over…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByRole("button", { name: "Hand over" })).toBeDisabled();
  await user.click(await dialog.findByRole("combobox", { name: "Hand them over to" }));
  await user.click(await screen.findByRole("option", { name: /Grace/ }));
  await user.click(dialog.getByRole("button", { name: "Hand over" }));
  expect(await screen.findByText("12 tokens have another contact now.")).toBeVisible();
});
