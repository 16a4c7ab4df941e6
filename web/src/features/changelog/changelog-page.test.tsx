import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { ada, answer, renderUI } from "@/test/render";
import { catalog } from "@/test/token";
import { ChangelogPage } from "./changelog-page";
import { commonVersions } from "./draft";
import type { Entry } from "./use-changelog";

const entry: Entry = {
  id: "c1",
  account_types: ["partner"],
  version: "16",
  kind: "added",
  title: "Actions can be exported",
  body: "In one file.\n\nAsk for the scope.",
  translations: { fr: { title: "Titre", body: "" } },
  created_at: "2026-11-01T12:00:00Z",
  updated_at: "2026-11-01T12:00:00Z",
  published_at: "2026-11-01T12:00:00Z",
};
const writer = {
  ...ada,
  operator: true,
  may: [...ada.may, "listChangelog", "createChangelogEntry", "updateChangelogEntry"],
};
const file = { account_types: { partner: { label: "Partner", versions: [{ id: "15" }, { id: "16" }] } } };

async function open(me = ada, handlers: Parameters<typeof answer>[0] = {}, items = [entry]) {
  const calls = answer({
    "GET /changelog": { body: { items, next_cursor: null } },
    "GET /catalog": { body: catalog },
    "GET /catalog/export": { body: file },
    ...handlers,
  });
  return { calls, ...(await renderUI(<ChangelogPage />, { me, route: "/shell/changelog", path: "/changelog" })) };
}

it("is for all to read, and not for all to write", async () => {
  const { calls } = await open();
  const article = await screen.findByRole("article", { name: "Actions can be exported" });
  expect(article).toHaveTextContent(/Added.*Version 16.*Nov 1, 2026/);
  expect(within(article).getByText("Ask for the scope.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Write an entry" })).not.toBeInTheDocument();
  expect(calls.find(({ url }) => url.includes("/changelog"))?.headers.has("Tokenry-Account")).toBe(false);
});

it("lets operators write, with a preview, and keep a draft", async () => {
  const { user, calls, router } = await open(
    writer,
    { "POST /changelog": { status: 201, body: { ...entry, published_at: null } } },
    [],
  );
  await user.click((await screen.findAllByRole("button", { name: "Write an entry" }))[0] as HTMLElement);
  const form = within(await screen.findByRole("dialog"));
  await user.click(form.getByRole("button", { name: "Save as a draft" }));
  expect(await form.findByText("Give the entry a title.")).toBeVisible();
  await user.type(form.getByRole("textbox", { name: /^Title/ }), " Faster ");
  expect(form.getByRole("heading", { name: "Faster" })).toBeVisible();
  await user.click(form.getByRole("button", { name: "Save as a draft" }));
  expect(await screen.findByText("The draft is saved. Only operators see it.")).toBeVisible();
  expect(await calls.find(({ method }) => method === "POST")?.json()).toEqual({
    account_types: [],
    version: null,
    kind: "added",
    title: "Faster",
    body: "",
    translations: {},
    draft: true,
  });
  expect(router.state.location.search).toEqual({ drafts: "yes" });
});

it("keeps translations that it cannot show when an entry is changed", async () => {
  const { user, calls } = await open(writer, { "PATCH /changelog/c1": { body: entry } });
  await user.click(await screen.findByRole("button", { name: "Actions for Actions can be exported" }));
  await user.click(await screen.findByRole("menuitem", { name: "Edit…" }));
  const form = within(await screen.findByRole("dialog"));
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The entry is saved.")).toBeVisible();
  expect(await calls.find(({ method }) => method === "PATCH")?.json()).toMatchObject({
    version: "16",
    translations: entry.translations,
  });
});

it("asks before an entry is deleted", async () => {
  const { user, calls } = await open(writer, { "DELETE /changelog/c1": {} });
  await user.click(await screen.findByRole("button", { name: "Actions for Actions can be exported" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete…" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("The entry is deleted.")).toBeVisible();
  expect(calls.some(({ method }) => method === "DELETE")).toBe(true);
});

it("offers versions that all chosen account types have", () => {
  const types = [
    { id: "a", versions: ["1", "2"] },
    { id: "b", versions: ["2", "3"] },
  ];
  expect(commonVersions(types, [])).toEqual(["2"]);
  expect(commonVersions(types, ["b"])).toEqual(["2", "3"]);
  expect(commonVersions([], [])).toEqual([]);
});
