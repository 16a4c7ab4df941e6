import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  looks,
  northwind,
  openAs,
  picture,
  serverURL,
} from "./console";

/** Calls the server as its operator does, for what people do not do in the console. */
async function call<T = { id: string; secret: string; items: { id: string; email: string }[]; total: number }>(
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const secret = await readFile(join(process.env.TOKENRY_DATA_DIR ?? "", "operator-secret"), "utf8");
  const answer = await fetch(serverURL + path, {
    method,
    headers: {
      Authorization: `Bearer ${secret.trim()}`,
      "Tokenry-Account": northwind,
      "Content-Type": "application/json",
    },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

const scopes = ["actions.list_actions", "actions.view_one_action", "ads.list_ads"];
let made = 0;

/** Makes a token with a name of its own. */
async function makeToken(more: object = {}) {
  const { items } = await call("GET", "/contacts?q=lin");
  const name = `Token page ${++made}`;
  const contacts = { primary: items[0]?.id, developers: ["dev@example.com"] };
  const token = await call("POST", "/tokens", { name, version: "15", contacts, scopes, ...more });
  return { ...token, name, path: `/tokens/${token.id}` };
}

/** Has services ask about the secret, and waits until that is counted. */
async function use(id: string, secret: string, times: number) {
  const before = (await call("GET", `/tokens/${id}/usage`)).total;
  for (let i = 0; i < times; i++)
    await call("POST", "/tokens/verify", { secret, scopes: scopes.slice(0, 1), ip: "203.0.113.9" });
  await expect
    .poll(async () => (await call("GET", `/tokens/${id}/usage`)).total, { timeout: 30_000, interval: 250 })
    .toBe(before + times);
}

async function openTab(page: Page, name: string) {
  await page.getByRole("tab", { name }).click();
  await page.getByRole("tabpanel", { name }).waitFor();
}

const words = {
  en: ["Overview", "Credentials", "Scopes", "Usage", "History"],
  "zh-CN": ["概览", "凭据", "权限", "使用情况", "历史"],
};

let used: ReturnType<typeof makeUsedToken> | undefined;

/** Makes a token with something to show on every tab. */
async function makeUsedToken() {
  const token = await makeToken({ description: "Reads what happened", metadata: { team: "data" } });
  await use(token.id, token.secret, 3);
  await call("POST", `/tokens/${token.id}/rotate`, { grace_seconds: 3600 });
  await use(token.id, token.secret, 1);
  return token;
}

test.each(looks)("all tabs can be read in $language, $theme, $width px", async (look: Look) => {
  used ??= makeUsedToken();
  const token = await used;
  const page = await openAs("specialist", token.path, look);
  for (const [i, name] of words[look.language ?? "en"].entries()) {
    await openTab(page, name);
    await page.waitForLoadState("networkidle");
    if (i === 3) await page.locator(".recharts-bar-rectangle").first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await picture(page, `token-${i + 1}`, look);
  }
});

test.each(looks)("the forms say what they will change in $language, $theme, $width px", async (look: Look) => {
  const chinese = look.language === "zh-CN";
  const token = await makeToken();
  const page = await openAs("specialist", token.path, look);
  await page.getByRole("button", { name: chinese ? "编辑设置" : "Edit settings" }).click();
  await page.getByRole("textbox", { name: chinese ? "名称" : "Name", exact: true }).fill("Something else");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "token-edit", look);
  await openTab(page, chinese ? "权限" : "Scopes");
  await page.getByRole("button", { name: chinese ? "编辑权限" : "Edit scopes" }).click();
  await page.getByRole("checkbox").nth(1).click();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "token-scopes-edit", look);
});

test("settings are changed with the keyboard alone, and the history tells of it", async () => {
  const token = await makeToken();
  const page = await openAs("specialist", token.path);
  await page.getByRole("button", { name: "Edit settings" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+A");
  const name = `Renamed ${token.name}`;
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.getByText("Saved. It holds on all servers.").waitFor();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByRole("tab", { name: "Overview" }).focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "History" }).waitFor();
  await page.getByText("Lin Wei changed it").waitFor();
});

test("what was typed outlives a change by somebody else", async () => {
  const token = await makeToken({ metadata: { team: "data" } });
  const page = await openAs("specialist", token.path);
  await page.getByRole("button", { name: "Edit settings" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(`Mine ${token.name}`);
  await page.getByRole("textbox", { name: "Description" }).fill("Typed with care");
  await call("PATCH", token.path, { name: `Theirs ${token.name}`, metadata: { team: "ads" } });
  await page.getByRole("button", { name: "Save" }).click();
  const alert = page.getByRole("alert", { name: "Somebody else has changed this token meanwhile" });
  await alert.getByText("Their changes are in the form now: Metadata.").waitFor();
  await expectAccessible(page);
  await picture(page, "token-stale");
  await alert.getByRole("button", { name: "Take theirs" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. It holds on all servers.").waitFor();
  expect(await call<object>("GET", token.path)).toMatchObject({
    name: `Theirs ${token.name}`,
    description: "Typed with care",
    metadata: { team: "ads" },
  });
});

test("leaving a form that is not saved asks first", async () => {
  const token = await makeToken();
  const page = await openAs("specialist", token.path);
  await page.getByRole("button", { name: "Edit settings" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Not saved");
  await page.getByRole("link", { name: "All tokens" }).click();
  await page.getByRole("dialog", { name: "Leave this page?" }).getByText("Stay here").click();
  expect(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe("Not saved");
});

test("scopes that are not used are taken away, which holds at once", async () => {
  const token = await makeToken();
  await use(token.id, token.secret, 2);
  const page = await openAs("specialist", `${token.path}?tab=usage`);
  await page.getByRole("button", { name: "Take these 2 away…" }).click();
  await page.getByText("The 2 scopes that were not used are unticked.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. It holds on all servers.").waitFor();
  const question = { secret: token.secret, scopes: scopes.slice(1, 2) };
  expect(await call<object>("POST", "/tokens/verify", question)).toMatchObject({ code: "insufficient_scope" });
});

test("a rotation shows who still uses the previous secret", async () => {
  const token = await makeToken();
  const page = await openAs("specialist", `${token.path}?tab=credentials`);
  await page.getByRole("button", { name: "Rotate secret…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "1 hour" }).check();
  await dialog.getByRole("button", { name: "Make a new secret" }).click();
  await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("region", { name: "Previous secret" }).getByText("Nobody uses it any more").waitFor();
  await use(token.id, token.secret, 1);
  await page.reload();
  const previous = page.getByRole("region", { name: "Previous secret" });
  await previous.getByText("Programs still use it").waitFor();
  await previous.getByText("from 203.0.113.9").waitFor();
});

test("who may only read sees everything and changes nothing", async () => {
  const token = await makeToken();
  const page = await openAs("viewer", token.path);
  for (const name of words.en) {
    await openTab(page, name);
    expect(await page.getByRole("button", { name: /Edit|Rotate|Actions for|Take/ }).count()).toBe(0);
  }
});

test("a token that is over reads well, and one that is not there says so", async () => {
  const token = await makeToken();
  await call("POST", `${token.path}/revoke`, { reason: "Replaced by another" });
  const page = await openAs("specialist", token.path);
  await page.getByText("Reason: Replaced by another.").waitFor();
  expect(await page.getByRole("button", { name: "Edit settings" }).count()).toBe(0);
  await expectAccessible(page);
  await picture(page, "token-revoked");
  const other = await openAs("specialist", `/tokens/${"0".repeat(22)}`);
  await other.getByRole("heading", { name: "There is no such token" }).waitFor();
  await expectAccessible(other);
});
