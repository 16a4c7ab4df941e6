import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Schema } from "@/api/client";
import { categories, versions } from "@/test/catalog";
import { ada, answer, renderUI } from "@/test/render";
import { actionsFor, laterVersions } from "./actions";
import { TokenMenu } from "./token-menu";

const token = {
  id: "t1",
  name: "Nightly report",
  status: "active",
  version: "15",
  scopes: ["jobs.list", "reports.fax"],
  last_used_at: null,
  generation: 1,
} as Schema["Token"];
const catalog = {
  body: { account_type: "partner", label: "Partner", default_version: "16", versions, categories, presets: [] },
};
const secret = "tkr_secret";

async function open(action: string, handlers: Parameters<typeof answer>[0], more: Partial<Schema["Token"]> = {}) {
  const calls = answer({ "GET /catalog": catalog, "GET /console/config.json": { body: {} }, ...handlers });
  const onDeleted = vi.fn();
  const view = await renderUI(<TokenMenu token={{ ...token, ...more }} onDeleted={onDeleted} />);
  view.queryClient.setQueryData(["config"], { help_url: "", secret_prefix: "tkr" });
  await view.user.click(screen.getByRole("button", { name: "Actions for Nightly report" }));
  await view.user.click(await screen.findByRole("menuitem", { name: action }));
  return { ...view, calls, onDeleted, dialog: within(await screen.findByRole("dialog")) };
}

const made = (calls: Request[], method: string) => calls.filter((call) => call.method === method);

describe("the menu", () => {
  it("offers what the status allows", () => {
    const of = (status: Schema["TokenStatus"], version = "15") => actionsFor({ status, version }, versions);
    expect(of("active")).toEqual(["rotate", "upgrade", "duplicate", "disable", "revoke", "delete"]);
    expect(of("active", "16")).not.toContain("upgrade");
    expect(of("disabled")).toContain("enable");
    expect(of("revoked")).toEqual(["duplicate", "delete"]);
    expect(of("expired")).toEqual(["duplicate", "revoke", "delete"]);
  });

  it("upgrades forward only, and never to a retired version", () => {
    expect(laterVersions("14", versions).map(({ id }) => id)).toEqual(["16", "15"]);
    expect(laterVersions("16", versions)).toEqual([]);
  });

  it("is not there for those who may only read", async () => {
    answer({});
    await renderUI(<TokenMenu token={token} />, { me: { ...ada, role: "viewer", may: ["listTokens", "getToken"] } });
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});

it("rotates with a grace, and shows the secret until it is stored", async () => {
  const { user, dialog, calls } = await open("Rotate secret…", {
    "POST /tokens/t1/rotate": {
      body: { ...token, generation: 2, secret, previous_expires_at: "2026-11-24T00:00:00Z" },
    },
  });
  await user.click(dialog.getByRole("radio", { name: "1 hour" }));
  await user.click(dialog.getByRole("button", { name: "Make a new secret" }));
  expect(await screen.findByText(secret)).toBeVisible();
  const [call] = made(calls, "POST");
  expect(await call?.json()).toEqual({ grace_seconds: 3600, end_previous: false });
  expect(call?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  await user.keyboard("{Escape}");
  expect(screen.getByText(secret)).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "I have stored it" }));
  await user.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByText(secret)).not.toBeInTheDocument());
});

it("says that an earlier secret still works, and ends it only if told to", async () => {
  let refused = false;
  const { user, dialog, calls } = await open("Rotate secret…", {
    "POST /tokens/t1/rotate": () => {
      if (refused) return { body: { ...token, secret, previous_expires_at: "2026-11-24T00:00:00Z" } };
      refused = true;
      return { status: 409, body: { code: "rotation_in_progress", detail: "An earlier one lives." } };
    },
  });
  const rotate = dialog.getByRole("button", { name: "Make a new secret" });
  await user.click(rotate);
  const end = await dialog.findByRole("checkbox", { name: "End that one now" });
  expect(rotate).toBeDisabled();
  await user.click(end);
  await user.click(rotate);
  expect(await screen.findByText(secret)).toBeVisible();
  const [first, second] = made(calls, "POST");
  expect(await second?.json()).toEqual({ grace_seconds: 86_400, end_previous: true });
  expect(second?.headers.get("Idempotency-Key")).not.toBe(first?.headers.get("Idempotency-Key"));
});

it("repeats a duplicate whose answer was lost with the same key", async () => {
  let lost = false;
  const { user, dialog, calls } = await open("Duplicate…", {
    "POST /tokens/t1/duplicate": () => {
      if (lost) return { status: 201, body: { ...token, id: "t2", name: "Copy of Nightly report", secret } };
      lost = true;
      return { status: 502, body: {} };
    },
  });
  await user.click(dialog.getByRole("button", { name: "Duplicate" }));
  expect(await dialog.findByRole("alert")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Duplicate" }));
  expect(await screen.findByText(secret)).toBeVisible();
  const [first, second] = made(calls, "POST");
  expect(second?.headers.get("Idempotency-Key")).toBe(first?.headers.get("Idempotency-Key"));
});

it("asks for the name before a token is revoked, and passes the reason on", async () => {
  const { user, dialog, calls } = await open("Revoke…", { "POST /tokens/t1/revoke": { body: token } });
  const revoke = dialog.getByRole("button", { name: "Revoke for good" });
  await user.click(revoke);
  expect(dialog.getByText("This is not the same text.")).toBeVisible();
  await user.type(dialog.getByRole("textbox", { name: "Reason" }), "No longer needed");
  await user.type(dialog.getByRole("textbox", { name: /^Type/ }), "Nightly report");
  await user.click(revoke);
  expect(await screen.findByText("“Nightly report” is revoked.")).toBeVisible();
  expect(await made(calls, "POST")[0]?.json()).toEqual({ reason: "No longer needed" });
});

it("tells the page when a token has been deleted", async () => {
  const { user, dialog, onDeleted } = await open("Delete…", { "DELETE /tokens/t1": { body: token } });
  await user.type(dialog.getByRole("textbox", { name: /^Type/ }), "Nightly report");
  await user.click(dialog.getByRole("button", { name: "Delete for good" }));
  await waitFor(() => expect(onDeleted).toHaveBeenCalled());
});

it("keeps the dialog and says why when a change fails", async () => {
  const { user, dialog } = await open("Disable…", {
    "POST /tokens/t1/disable": { status: 503, body: { code: "try_again", detail: "Not now." } },
  });
  await user.click(dialog.getByRole("button", { name: "Disable" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent("Not now.");
});

it("shows what an upgrade takes and brings, and grants nothing new unless it is ticked", async () => {
  const { user, dialog, calls } = await open("Upgrade version…", {
    "GET /tokens/t1/upgrade": {
      body: { version: "16", removed_scopes: ["reports.fax"], new_scopes: ["reports.share"] },
    },
    "PATCH /tokens/t1": { body: token },
  });
  expect(await dialog.findByText("One scope does not exist in that version, and the token loses it")).toBeVisible();
  expect(dialog.getByRole("checkbox", { name: "Label of reports.share" })).not.toBeChecked();
  await user.click(dialog.getByRole("button", { name: "Upgrade to 16" }));
  expect(await screen.findByText("“Nightly report” has version 16 now.")).toBeVisible();
  expect(await made(calls, "PATCH")[0]?.json()).toEqual({ version: "16", scopes: ["jobs.list"] });
});
