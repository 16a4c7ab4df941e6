import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  northwind,
  openAs,
  picture,
  serverURL,
} from "./console";

const narrow: Look = { language: "zh-CN", theme: "dark", width: 360 };

async function look(page: Page, name: string, at: Look = {}) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, name, at);
}

/** Calls the API as whoever is signed in on the page. */
async function call(page: Page, method: string, path: string, body?: unknown) {
  const headers = { Origin: new URL(serverURL).origin, "Sec-Fetch-Site": "same-origin" };
  const answer = await page.context().request.fetch(serverURL + path, { method, data: body, headers });
  const text = await answer.text();
  expect(answer.ok(), text).toBe(true);
  return text ? JSON.parse(text) : undefined;
}

async function makeToken(page: Page, name: string, more = {}) {
  const { items } = await call(page, "GET", "/contacts?q=ada");
  const contacts = { primary: items[0].id, developers: ["dev@example.com"] };
  return call(page, "POST", "/tokens", { name, contacts, scopes: ["actions.list_actions"], version: "16", ...more });
}

/** A server that webhooks are sent to. */
const receiver = createServer((request, response) => {
  response.writeHead(request.url === "/broken" ? 500 : 200, { "Content-Type": "text/plain" });
  response.end(request.url === "/broken" ? "out of order" : "thank you");
});
beforeAll(() => new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve)));
afterAll(() => receiver.close());
const hookAt = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

test("an admin adds a webhook, tries it, and sees what a broken one answers", async () => {
  const page = await openAs("admin", "/webhooks");
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: /^URL/ }).fill(hookAt("/hook"));
  await form.getByRole("checkbox", { name: "Tokens: all" }).check();
  await look(page, "webhook-create");
  await form.getByRole("button", { name: "Add the webhook" }).click();
  await page.getByText(/^whsec_/).waitFor();
  await page.getByRole("checkbox", { name: "I have stored it" }).check();
  await page.getByRole("button", { name: "Done" }).click();

  const result = page.getByRole("region", { name: "Try it" });
  await page.getByRole("button", { name: "Send a test event" }).click();
  await result.getByText(/thank you/).waitFor();
  await look(page, "webhook-tested");

  await page.getByRole("button", { name: "Edit…" }).click();
  await form.getByRole("textbox", { name: /^URL/ }).fill(hookAt("/broken"));
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Send a test event" }).click();
  await result.getByText(/out of order/).waitFor();
  await page.reload();
  await page.getByText(/Nothing has got through since/).waitFor();
  await page.getByRole("button", { name: /^Test.*HTTP 500/ }).click();
  await page.getByText(/out of order/).waitFor();
  await look(page, "webhook-failing");
  const address = page.url();

  const small = await openAs("admin", address.slice(consoleURL.length), narrow);
  await small.getByText("发送记录").waitFor();
  await small.getByText("HTTP 500").first().waitFor();
  await look(small, "webhook-failing", narrow);

  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(`${consoleURL}/webhooks`);
});

test("an operator writes what changes, and members read it once it is published", async () => {
  const title = `Exports are faster ${Date.now()}`;
  const page = await openAs("operator", "/changelog");
  await page.getByRole("button", { name: "Write an entry" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: /^Title/ }).fill(title);
  await form.getByRole("textbox", { name: /^Text/ }).fill("Twice as fast.\n\nNothing else changes.");
  await form.getByRole("heading", { name: title }).waitFor();
  await look(page, "changelog-write");
  await form.getByRole("button", { name: "Save as a draft" }).click();
  await page.getByRole("article", { name: title }).waitFor();

  const reader = await openAs("viewer", "/changelog");
  expect(await reader.getByRole("article", { name: title }).count()).toBe(0);

  await page.getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: "Publish…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByText("The entry is published.").waitFor();
  await reader.reload();
  await reader.getByRole("article", { name: title }).waitFor();
  await look(reader, "changelog-read");
});

test("members see who of them still uses a version, and where each token is", async () => {
  const page = await openAs("viewer", "/versions/15");
  await page.getByRole("heading", { level: 1, name: "Who still uses version 15" }).waitFor();
  await page.getByRole("list", { name: "Tokens of the version" }).waitFor();
  await look(page, "campaign");
  await page.getByRole("link", { name: "What has changed" }).click();
  await page.waitForURL(/changelog\?version=15/);
});

test("a leak says what happened, where, and what to do", async () => {
  const page = await openAs("admin", "/tokens");
  const name = `Leaky ${Date.now()}`;
  const { id, secret } = await makeToken(page, name);
  await call(page, "POST", "/leaks", { items: [{ secret, url: "https://example.com/leaked" }] });
  await expect
    .poll(async () => (await call(page, "GET", `/tokens/${id}`)).leaked_at, { timeout: 30_000 })
    .not.toBeNull();
  await page.goto(`${consoleURL}/tokens/${id}`);
  const alert = page.getByRole("alert").filter({ hasText: "found where it does not belong" });
  await alert.getByRole("link", { name: "https://example.com/leaked" }).waitFor();
  await look(page, "token-leaked");
  await alert.getByRole("button", { name: "Rotate secret…" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).click();
  await page.getByRole("checkbox", { name: "I have stored it" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await alert.waitFor({ state: "detached" });

  await page.getByRole("tab", { name: "Told" }).click();
  await page.getByText("Secret leaked").first().waitFor({ timeout: 30_000 });
  await page.getByText("Mail cannot be sent").waitFor();
  await look(page, "token-told");
  await page.goto(`${consoleURL}/notices?token=${id}`);
  await page.getByText("dev@example.com").first().waitFor();
  await look(page, "notices-of-token");
});

test("a decoy is made under more settings, and is marked", async () => {
  const page = await openAs("admin", "/tokens");
  const { id } = await makeToken(page, `Bait ${Date.now()}`, { decoy: true });
  await page.goto(`${consoleURL}/tokens/${id}`);
  await page.getByText("This is a decoy").waitFor();
  await page.getByText("Nobody has tried it yet.").waitFor();
  await look(page, "token-decoy");
  await page.goto(`${consoleURL}/tokens/new`);
  await page.getByRole("button", { name: /^More settings/ }).click();
  await page.getByRole("switch", { name: /^Make it a decoy/ }).waitFor();
});

test("the tokens of somebody who leaves are handed over in the same step", async () => {
  const page = await openAs("admin", "/tokens");
  const email = `leaver.${Date.now()}@northwind.example`;
  const body = { name: "Lea Leaver", email, role: "specialist" };
  const leaver = await call(page, "POST", `/accounts/${northwind}/members`, body);
  const name = `Orphan ${Date.now()}`;
  await makeToken(page, name, { contacts: { primary: leaver.id } });
  await page.goto(`${consoleURL}/accounts/${northwind}?q=${encodeURIComponent(email)}`);
  await page.getByRole("button", { name: "Actions for Lea Leaver" }).click();
  await page.getByRole("menuitem", { name: "Deactivate…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(name).waitFor();
  await dialog.getByRole("combobox", { name: "Hand them over to" }).click();
  await page.getByRole("option", { name: /^Lin/ }).click();
  await look(page, "member-hand-over");
  await dialog.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("“Lea Leaver” is deactivated.").waitFor();
  const { total } = await call(page, "GET", `/accounts/${northwind}/members/${leaver.id}/responsibilities`);
  expect(total).toBe(0);
});
