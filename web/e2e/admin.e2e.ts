import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  looks,
  northwind,
  openAs,
  picture,
} from "./console";

/** The pages of administration with a text that is there once they have loaded. */
const pages = [
  { name: "accounts", path: "/accounts", ready: "Northwind Media" },
  { name: "members", path: `/accounts/${northwind}`, ready: "vera@northwind.example" },
  {
    name: "account-settings",
    path: `/accounts/${northwind}?tab=settings`,
    ready: /Tokens must expire|令牌必须设置过期时间/,
  },
  { name: "catalog", path: "/catalog?type=partner", ready: /Tax documents|税务/ },
  { name: "audit", path: `/audit?owner=${northwind}&action=account.created`, ready: /created the account|创建了账户/ },
  { name: "nodes", path: "/nodes", ready: /SQLite|PostgreSQL/ },
];

async function look(page: Page, name: string, at: Look) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, name, at);
}

// Pages look the same whatever the database.
const tried = process.env.CONSOLE_DATABASE === "sqlite" ? looks : looks.slice(0, 1);

test.each(tried)(
  "operators see the pages of administration in $language, $theme, $width px",
  async (at) => {
    const page = await openAs("operator", "/accounts", at);
    for (const { name, path, ready } of pages) {
      await page.goto(consoleURL + path);
      await page.getByText(ready).first().waitFor();
      await look(page, name, at);
    }
  },
  120_000,
);

test("an operator creates an account, gives it members, and disables it", async () => {
  const name = `Adatum ${Date.now()}`;
  const page = await openAs("operator", "/accounts");
  await page.getByRole("button", { name: "Create an account" }).click();
  const create = page.getByRole("dialog");
  await create.getByRole("combobox", { name: /Account type/ }).click();
  await page.getByRole("option", { name: "Partner (partner)" }).click();
  await create.getByRole("textbox", { name: /^Name/ }).fill(name);
  await create.getByRole("textbox", { name: /Longest life/ }).fill("90");
  await look(page, "account-create", {});
  await create.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();

  await page.getByRole("button", { name: "Add a member" }).click();
  const add = page.getByRole("dialog");
  await add.getByRole("textbox", { name: /^Name/ }).fill("Grace Hopper");
  await add.getByRole("textbox", { name: /^E-mail/ }).fill("grace@adatum.example");
  await look(page, "member-add", {});
  await add.getByRole("button", { name: "Add" }).click();
  await page.getByText("grace@adatum.example").waitFor();

  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Deactivate…" }).click();
  await page.getByText("They are primary contact of no token.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("“Grace Hopper” is deactivated.").waitFor();

  await page.getByRole("tab", { name: "Settings" }).click();
  expect(await page.getByRole("textbox", { name: /Longest life/ }).inputValue()).toBe("90");
  await page.getByRole("button", { name: "Disable…" }).click();
  const disable = page.getByRole("dialog");
  await disable.getByText(/0 active tokens/).waitFor();
  await disable.getByRole("textbox").fill(name);
  await look(page, "account-disable", {});
  await disable.getByRole("button", { name: "Disable the account" }).click();
  await page.getByRole("heading", { name: "Enable the account" }).waitFor();
});

test("an admin sees the own account and its members only, and who would be missed", async () => {
  const page = await openAs("admin", `/accounts/${northwind}`);
  await page.getByRole("link", { name: "Account", exact: true }).waitFor();
  expect(await page.getByRole("link", { name: "Nodes" }).count()).toBe(0);
  await page.getByRole("button", { name: "Actions for Ada Partner" }).click();
  await page.getByRole("menuitem", { name: "Deactivate…" }).click();
  await page.getByText(/They are primary contact of .*nobody would be told/).waitFor();
  await page.getByText("This is you.", { exact: false }).waitFor();
  await look(page, "member-deactivate", {});
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

function things(paths: string): string {
  return `openapi: 3.0.3\ninfo:\n  title: Things\n  version: "1"\npaths:\n${paths}`;
}
const operation = (path: string, id: string) =>
  `  ${path}:\n    get:\n      operationId: ${id}\n      tags: [Things]\n      responses: { "200": { description: Fine } }\n`;

async function importDocument(page: Page, type: string, document: string) {
  await page.getByRole("button", { name: "Import OpenAPI…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Document" }).fill(document);
  await dialog.getByRole("combobox", { name: /Account type/ }).fill(type);
  await page.keyboard.press("Escape"); // the list of types, not the dialog
  await dialog.getByRole("button", { name: "Show what would change" }).click();
  return dialog;
}

test("an operator imports an OpenAPI document with the plan in sight", async () => {
  const type = `tester${Date.now()}`;
  const page = await openAs("operator", "/catalog");
  const dialog = await importDocument(page, type, things(operation("/things", "listThings")));
  await dialog.getByText(`${type} (new account type)`).waitFor();
  await look(page, "catalog-plan", {});
  await dialog.getByRole("button", { name: "Apply" }).click();
  await page.getByText("The catalog is changed.").waitFor();
  await page.waitForURL(new RegExp(`type=${type}`));
  await page.getByRole("button", { name: /^Things/ }).click();
  await page.getByText("/things").waitFor();

  const again = await importDocument(page, type, things(operation("/others", "listOthers")));
  await again.getByText("Vanishes").waitFor();
  await again.getByText("No live token loses or gains anything.").waitFor();
});

test("a change that takes scopes from tokens has to be agreed to", async () => {
  const page = await openAs("operator", "/catalog?type=partner");
  const at: Look = { language: "en", theme: "dark", width: 360 };
  await page.setViewportSize({ width: 360, height: 860 });
  await page.emulateMedia({ colorScheme: "dark" });
  const document = things(operation("/things", "listThings")).replace('version: "1"', 'version: "16"');
  const dialog = await importDocument(page, "partner", document);
  await dialog.getByRole("checkbox", { name: "Strip these scopes from the tokens" }).waitFor();
  expect(await dialog.getByRole("button", { name: "Apply" }).isDisabled()).toBe(true);
  await look(page, "catalog-removals", at);
});

test("the log can be narrowed, read and taken away", async () => {
  const page = await openAs("admin", "/audit?action=token.created");
  await page
    .getByRole("button", { name: /created the token/ })
    .first()
    .click();
  await page.getByText("Primary contact", { exact: true }).waitFor();
  await look(page, "audit-entry", {});
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(download.suggestedFilename()).toMatch(/\.ndjson$/);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(JSON.parse(line).action).toBe("token.created");
});

test("the nodes refresh by themselves", async () => {
  const page = await openAs("operator", "/nodes");
  await page.getByText("answers you").waitFor();
  const node = await page.getByRole("listitem").filter({ hasText: "answers you" }).elementHandle();
  await page.waitForResponse((response) => response.url().endsWith("/nodes") && response.ok());
  await page.waitForResponse((response) => response.url().endsWith("/nodes") && response.ok());
  expect(await node?.evaluate((element) => element.isConnected)).toBe(true);
});
