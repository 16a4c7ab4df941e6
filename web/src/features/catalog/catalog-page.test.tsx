import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { categories, versions } from "@/test/catalog";
import { ada, answer, renderUI } from "@/test/render";
import { CatalogPage } from "./catalog-page";
import { mediaType, versionIn } from "./change/source";

const operator: Schema["Whoami"] = { ...ada, operator: true };
const catalog: Schema["Catalog"] = {
  account_type: "partner",
  label: "Partner",
  default_version: "16",
  versions,
  categories,
  presets: [{ id: "jobs", label: "Watch jobs", description: "", versions: ["16"], scopes: ["jobs.list"] }],
};
const file = {
  account_types: { partner: { label: "Partner", versions: [{ id: "15" }, { id: "16" }] }, brand: { label: "Brand" } },
};
const plan = (more: Partial<Schema["CatalogPlan"]> = {}): Schema["CatalogPlan"] => ({
  account_type: "partner",
  new: false,
  removed_versions: [],
  retired_versions: [],
  removed_scopes: [],
  lost_versions: [],
  widened: [],
  touched_tokens: 0,
  ...more,
});

async function open(handlers: Parameters<typeof answer>[0] = {}, me = operator, path = "/catalog") {
  const calls = answer({
    "GET /catalog/export": { body: file },
    "GET /catalog": { body: catalog },
    "GET /accounts/acme": { body: { id: "acme", type: "partner", name: "Acme" } },
    ...handlers,
  });
  return { calls, ...(await renderUI(<CatalogPage />, { me, route: "/shell/catalog", path })) };
}

describe("browsing", () => {
  it("shows the versions with what is known of their end, and the newest's scopes by category", async () => {
    const { user } = await open();
    const [newest, older] = within(await screen.findByRole("list", { name: "API versions" })).getAllByRole("listitem");
    expect(newest).toHaveTextContent(/^16CurrentDefault/);
    expect(older).toHaveTextContent(/15Deprecated.*goes away on Mar 31, 2027/);
    expect(screen.getByText("4 scopes", { selector: "p" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: /^Reports/ }));
    const reports = within(screen.getByRole("list", { name: "Reports" }));
    expect(reports.getByText("Export a report")).toBeVisible();
    expect(reports.getByText(/Only useful with: Label of jobs.list/)).toBeVisible();
    expect(reports.getByText(/Since version 16/)).toBeVisible();
    expect(reports.queryByText("Label of reports.fax")).not.toBeInTheDocument();
  });

  it("finds scopes by path and opens what is found", async () => {
    const { user, router } = await open({}, operator, "/catalog?version=15");
    await user.type(await screen.findByRole("searchbox"), "/reports/fax");
    expect(await screen.findByText("Label of reports.fax")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Jobs/ })).not.toBeInTheDocument();
    expect(router.state.location.search).toMatchObject({ version: "15", q: "/reports/fax" });
  });

  it("asks for the type of the account acted in, and for another when one is chosen", async () => {
    const { user, calls } = await open();
    await user.click(await screen.findByRole("combobox", { name: "Account type" }));
    await user.click(await screen.findByRole("option", { name: "Brand (brand)" }));
    const asked = () => calls.flatMap(({ url }) => new URL(url).searchParams.get("account_type") ?? []);
    await expect.poll(asked).toEqual(["partner", "brand"]);
  });

  it("lets nobody but operators change it", async () => {
    const { calls } = await open({}, ada);
    expect(await screen.findByRole("list", { name: "API versions" })).toBeVisible();
    expect(screen.queryByRole("button", { name: /Import/ })).not.toBeInTheDocument();
    expect(calls.some(({ url }) => url.includes("account_type") || url.includes("export"))).toBe(false);
  });
});

const document = 'openapi: 3.0.3\ninfo:\n  title: Things\n  version: "17"\npaths: {}\n';

async function importDocument(plans: Schema["CatalogPlan"][], more: Parameters<typeof answer>[0] = {}) {
  const view = await open({
    "POST /catalog/import-openapi": ({ url }) => ({
      body: { dry_run: url.includes("dry_run"), warnings: ["One operation was left out."], plans },
    }),
    ...more,
  });
  const { user } = view;
  await user.click(await screen.findByRole("button", { name: "Import OpenAPI…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("textbox", { name: "Document" }));
  await user.paste(document);
  await user.click(dialog.getByRole("button", { name: "Show what would change" }));
  return { ...view, dialog, posts: () => view.calls.filter(({ method }) => method !== "GET") };
}

describe("an import", () => {
  it("shows the plan before anything happens, and carries it out when told to", async () => {
    const { user, dialog, posts } = await importDocument([plan({ scopes: { added: ["things.list"] } })]);
    expect(await dialog.findByText("One operation was left out.")).toBeVisible();
    expect(dialog.getByText("1 scope")).toBeVisible();
    expect(dialog.getByText("No live token loses or gains anything.")).toBeVisible();
    const [asked] = posts();
    expect(Object.fromEntries(new URL(asked?.url ?? "").searchParams)).toEqual({
      account_type: "partner",
      version: "17",
      dry_run: "true",
    });
    expect(asked?.headers.get("Content-Type")).toBe("application/yaml");
    expect(await asked?.text()).toBe(document);

    await user.click(dialog.getByRole("button", { name: "Apply" }));
    expect(await screen.findByText("The catalog is changed.")).toBeVisible();
    expect(new URL(posts()[1]?.url ?? "").searchParams.get("dry_run")).toBeNull();
  });

  it("takes from tokens, and gives to them, only what was agreed to", async () => {
    const widened = [
      { scope: "jobs.list", method: "GET", path: "/jobs", code: "new_route", reason: "The route is new." },
    ];
    const { user, dialog, posts } = await importDocument([
      plan({
        scopes: { removed: ["jobs.stop"] },
        removed_scopes: ["jobs.stop"],
        touched_tokens: 3,
        touched_by_scope: { "jobs.stop": 3 },
        widened,
      }),
    ]);
    expect(await dialog.findByText("3 live tokens lose scopes")).toBeVisible();
    expect(dialog.getByText("3 tokens")).toBeVisible();
    const apply = dialog.getByRole("button", { name: "Apply" });
    expect(apply).toBeDisabled();
    await user.click(dialog.getByRole("checkbox", { name: "Strip these scopes from the tokens" }));
    expect(apply).toBeDisabled();
    await user.click(dialog.getByRole("checkbox", { name: "Let tokens that exist do more" }));
    await user.click(apply);
    expect(await screen.findByText("The catalog is changed.")).toBeVisible();
    const { searchParams } = new URL(posts()[1]?.url ?? "");
    expect([searchParams.get("allow_removals"), searchParams.get("allow_widening")]).toEqual(["true", "true"]);
  });

  it("keeps what was typed when the document has faults or one goes back", async () => {
    const { dialog } = await importDocument([], {
      "POST /catalog/import-openapi": {
        status: 422,
        body: {
          code: "invalid_request",
          detail: "The OpenAPI document has faults; see fields.",
          fields: [{ field: "document", code: "bad_document", message: "Line 2: This is not YAML." }],
        },
      },
    });
    expect(await dialog.findByRole("alert")).toHaveTextContent("Line 2: This is not YAML.");
    expect(dialog.getByRole("textbox", { name: "Document" })).toHaveValue(document);
  });

  it("says when nothing would change", async () => {
    const { user, dialog } = await importDocument([plan()]);
    expect(await dialog.findByText("Nothing changes.")).toBeVisible();
    expect(dialog.getByRole("button", { name: "Apply" })).toBeDisabled();
    await user.click(dialog.getByRole("button", { name: "Back" }));
    expect(dialog.getByRole("textbox", { name: "Document" })).toHaveValue(document);
  });
});

it("uploads a catalog file that was chosen from the disk", async () => {
  const { user, calls } = await open({ "PUT /catalog": { body: { dry_run: true, plans: [plan({ new: true })] } } });
  await user.click(await screen.findByRole("button", { name: "Upload…" }));
  const dialog = within(await screen.findByRole("dialog"));
  const input = globalThis.document.querySelector<HTMLInputElement>('input[type="file"]');
  const file = new File(["unread"], "catalog.json");
  file.text = async () => '{"account_types": {}}'; // which jsdom lacks
  await user.upload(input as HTMLInputElement, file);
  expect(await dialog.findByText("catalog.json is read.")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Show what would change" }));
  expect(await dialog.findByText("partner (new account type)")).toBeVisible();
  const put = calls.find(({ method }) => method === "PUT");
  expect(put?.headers.get("Content-Type")).toBe("application/json");
  expect(await put?.text()).toBe('{"account_types": {}}');
});

describe("a document", () => {
  it.each([
    ["openapi: 3.1.0\ninfo:\n  title: X\n  version: 2.1\n", "2.1"],
    ["openapi: 3.1.0\ninfo:\n  contact:\n    name: Y\n  version: '3'\n", "3"],
    ['{"openapi": "3.0.3", "info": {"title": "X", "version": "1.0.0"}}', "1.0.0"],
    ["info: {title: X, version: 17}", "17"],
    ["account_types: {}", undefined],
  ])("%j says it is of version %s", (text, version) => {
    expect(versionIn(text)).toBe(version);
  });

  it("is told as what it looks like", () => {
    expect([mediaType(' {"a": 1}'), mediaType("a: 1")]).toEqual(["application/json", "application/yaml"]);
  });
});
