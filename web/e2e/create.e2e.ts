import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  looks,
  northwind,
  openAnonymous,
  openAs,
  picture,
  serverURL,
  signInLink,
} from "./console";

const words = {
  en: {
    next: "Next",
    create: "Create token",
    name: "Token name",
    description: "Description",
    more: "More settings",
    days: "After 90 days",
    networks: "Allowed networks",
    addEntry: "Add an entry",
    primary: "Primary contact",
    developers: "Developer e-mails",
    allClicks: "All of Clicks",
    search: "Search by name, id or path",
    addNeeds: "Add them",
    stored: "I have stored it",
    toToken: "Go to the token",
    steps: ["Settings", "Contact", "API scopes", "Create"],
  },
  "zh-CN": {
    next: "下一步",
    create: "创建令牌",
    name: "令牌名称",
    description: "说明",
    more: "更多设置",
    days: "90 天后",
    networks: "允许的网络",
    addEntry: "添加一项",
    primary: "主要联系人",
    developers: "开发者邮箱",
    allClicks: "“点击”的全部权限",
    search: "按名称、ID 或路径搜索",
    addNeeds: "一并添加",
    stored: "我已保存密钥",
    toToken: "查看令牌",
    steps: ["设置", "联系人", "API 权限", "创建"],
  },
};
type Words = (typeof words)["en"];

const link = (name: string, rest = "scopes=actions.list_actions") =>
  `/tokens/new?${rest}&name=${encodeURIComponent(name)}`;
const title = (page: Page, name: string) => page.getByRole("heading", { level: 2, name }).waitFor();
const secretOf = (page: Page) => page.getByText(/^tkr_\w{72}$/);

/** Goes through the steps of a form that is filled in already. */
async function toReview(page: Page, text: Words = words.en) {
  for (const step of text.steps.slice(1)) {
    await page.getByRole("button", { name: text.next }).click();
    await title(page, step);
  }
}

async function create(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Create token" }).click();
  return secretOf(page).innerText();
}

async function look(page: Page, name: string, how: Look) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, `create-${name}`, how);
}

test.each(looks)("a specialist sets everything, in $language, $theme, $width px", async (how) => {
  const text = words[how.language ?? "en"];
  const name = `Everything ${how.language} ${how.width}`;
  const page = await openAs("specialist", "/tokens/new", how);
  await page.getByRole("textbox", { name: text.name }).fill(name);
  await page.getByRole("textbox", { name: text.description }).fill("Pulls yesterday's actions");
  await page.getByRole("radio", { name: /15/ }).check();
  await page.getByRole("button", { name: text.more }).click();
  await page.getByRole("radio", { name: text.days }).check();
  await page.getByRole("textbox", { name: text.networks }).fill("127.0.0.0/8");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: text.addEntry }).click();
  await page.keyboard.type("team");
  await page.keyboard.press("Tab");
  await page.keyboard.type("data");
  await look(page, "1-settings", how);

  await page.getByRole("button", { name: text.next }).click();
  await title(page, text.steps[1] ?? "");
  await page.getByRole("combobox", { name: text.primary }).fill("ada");
  await page.getByRole("option", { name: /Ada Partner/ }).click();
  await page.getByRole("textbox", { name: text.developers }).fill("Dev <dev@example.com>; ops@example.com");
  await page.keyboard.press("Enter");
  await look(page, "2-contact", how);

  await page.getByRole("button", { name: text.next }).click();
  await title(page, text.steps[2] ?? "");
  await page.getByRole("checkbox", { name: text.allClicks }).check();
  await page.getByRole("searchbox", { name: text.search }).fill("clickexport");
  await page.getByRole("button", { name: text.addNeeds }).click();
  await page.getByRole("searchbox", { name: text.search }).fill("");
  await look(page, "3-scopes", how);

  await page.getByRole("button", { name: text.next }).click();
  await title(page, text.steps[3] ?? "");
  await look(page, "4-review", how);
  await page.getByRole("button", { name: text.create }).click();
  const secret = await secretOf(page).innerText();
  await page.getByText("--header").waitFor();
  await look(page, "5-secret", how);

  const self = await fetch(`${serverURL}/whoami`, { headers: { Authorization: `Bearer ${secret}` } });
  expect(await self.json()).toMatchObject({
    kind: "token",
    scopes: [
      "clicks.export_clicks_asynchronous_job",
      "clicks.view_one_click",
      "jobs.download_the_result_of_a_job",
      "jobs.view_the_status_of_a_job",
    ],
  });
  const id = secret.split("_")[1] ?? "";
  const token = await page.evaluate(async (address) => (await fetch(address)).json(), `${serverURL}/tokens/${id}`);
  expect(token).toMatchObject({
    name,
    description: "Pulls yesterday's actions",
    version: "15",
    contacts: { primary: "02demoMember0000000001", developers: ["dev@example.com", "ops@example.com"] },
    allowed_cidrs: ["127.0.0.0/8"],
    metadata: { team: "data" },
  });
  const days = (new Date(token.expires_at).getTime() - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);
  await page.getByRole("checkbox", { name: text.stored }).check();
  await page.getByRole("button", { name: text.toToken }).click();
  await page.waitForURL(`${consoleURL}/tokens/${id}`);
});

test("the secret is shown once, and is nowhere afterwards", async () => {
  const page = await openAs("specialist", link("Nowhere afterwards"));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(serverURL).origin });
  await toReview(page);
  const secret = await create(page);
  const kept = () =>
    page.evaluate(() => [
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      JSON.stringify(history.state),
      location.href,
    ]);
  expect(JSON.stringify(await kept())).not.toContain(secret);

  await page.getByRole("button", { name: "Copy the secret" }).click();
  await page.getByRole("button", { name: "Clear the clipboard" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole("button", { name: "Clear the clipboard" }).click();
  await page.getByText("The clipboard is empty.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as .env" }).click();
  expect((await downloading).suggestedFilename()).toBe("nowhere-afterwards.env");

  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByRole("dialog", { name: "Have you stored the secret?" }).waitFor();
  await page.getByRole("button", { name: "Stay here" }).last().click();
  await page.getByRole("checkbox", { name: "I have stored it" }).check();
  await page.getByRole("button", { name: "Go to the token" }).click();
  await page.waitForURL(/\/tokens\/\w{22}$/);
  await secretOf(page).waitFor({ state: "detached" });
  expect(JSON.stringify(await kept())).not.toContain(secret);
  expect(await page.content()).not.toContain(secret);
  await page.goBack();
  await title(page, "Settings");
  expect(await page.content()).not.toContain(secret);
});

test("a name that is taken leads back to the name", async () => {
  const page = await openAs("specialist", link("Nightly report export"));
  await toReview(page);
  await page.getByRole("button", { name: "Create token" }).click();
  await title(page, "Settings");
  const name = page.getByRole("textbox", { name: "Token name" });
  await page.getByText("The account already has a token named").waitFor();
  expect(await name.evaluate((input) => input === document.activeElement)).toBe(true);
  await name.fill("Nightly report export, again");
  await toReview(page);
  await create(page);
});

test("a refused field opens its step, with what is wrong beside it", async () => {
  const page = await openAs("specialist", link("Refused for a contact"));
  const fields = [{ field: "contacts.developers.0", code: "not_an_email", message: "This domain takes no mail." }];
  await page.route(`${serverURL}/tokens`, (route) =>
    route.fulfill({ status: 422, json: { code: "invalid_request", detail: "There are faults.", fields } }),
  );
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("textbox", { name: "Developer e-mails" }).fill("dev@example.com");
  await page.getByRole("button", { name: "Next" }).click();
  await title(page, "API scopes");
  await page.getByRole("button", { name: "Next" }).click();
  await title(page, "Create");
  await page.getByRole("button", { name: "Create token" }).click();
  await title(page, "Contact");
  await page.getByText("This domain takes no mail.").waitFor();
  await page.unroute(`${serverURL}/tokens`);
  await page.getByRole("button", { name: "Remove dev@example.com" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await title(page, "Create");
  await create(page);
});

test("an answer that gets lost costs nothing: the repeat brings the same secret", async () => {
  const page = await openAs("specialist", link("Lost answer"));
  const lost: string[] = [];
  const keys: (string | undefined)[] = [];
  await page.route(`${serverURL}/tokens`, async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    const answer = await route.fetch();
    lost.push((await answer.json()).secret);
    return route.abort();
  });
  await toReview(page);
  expect(await create(page)).toBe(lost[0]);
  expect(keys).toEqual([keys[0], keys[0]]);
});

test("a link fills in the form, through the sign-in, and tells what it cannot fill in", async () => {
  const page = await openAnonymous();
  const path = link(
    "007",
    "version=15&scopes=actions.list_actions,made.up,jobs.list_jobs&description=For%20the%20warehouse",
  );
  await page.goto(consoleURL + path);
  await page.waitForURL(/\/sign-in\?/);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await page.goto(await signInLink("specialist"));
  await title(page, "Settings");
  expect(await page.getByRole("textbox", { name: "Token name" }).inputValue()).toBe("007");
  expect(await page.getByRole("textbox", { name: "Description" }).inputValue()).toBe("For the warehouse");
  expect(await page.getByRole("radio", { name: "Version 15" }).isChecked()).toBe(true);
  await page.getByText(/left out: made\.up/).waitFor();
  await toReview(page);
  await page.getByText("2 scopes").waitFor();

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(serverURL).origin });
  await page.getByRole("button", { name: "Copy a link to this form" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${consoleURL}/tokens/new?version=15&scopes=actions.list_actions,jobs.list_jobs&name=007&description=For+the+warehouse`,
  );
});

test("a preset chooses scopes", async () => {
  const page = await openAs("specialist", "/tokens/new?preset=read_performance&name=From%20a%20preset");
  await title(page, "Settings");
  const preset = page.getByRole("button", { name: /^Read actions and reports/ });
  expect(await preset.getAttribute("aria-pressed")).toBe("true");
  await toReview(page);
  await page.getByText("15 scopes").waitFor();
});

test("another language on the way changes the words, and nothing that was typed", async () => {
  const page = await openAs("specialist", link("Two languages", "scopes=actions.list_actions"));
  await page.getByRole("textbox", { name: "Description" }).fill("Typed in English");
  await page.getByRole("button", { name: "Next" }).click();
  await title(page, "Contact");
  await page.getByLabel("Language").selectOption("zh-CN");
  await title(page, "联系人");
  await page.getByRole("button", { name: "下一步" }).click();
  await title(page, "API 权限");
  await page.getByRole("checkbox", { name: "“转化操作”的全部权限" }).waitFor();
  await page.getByRole("button", { name: "下一步" }).click();
  await title(page, "创建");
  await page.getByText("Typed in English").waitFor();
});

test("leaving asks, and staying keeps what was typed", async () => {
  const page = await openAs("specialist", "/tokens/new");
  await page.getByRole("textbox", { name: "Token name" }).fill("Half a thought");
  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByRole("dialog", { name: "Leave this page?" }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  expect(await page.getByRole("textbox", { name: "Token name" }).inputValue()).toBe("Half a thought");
  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.waitForURL(`${consoleURL}/tokens`);
});

test("going over to another account and signing out ask before a draft is lost", async () => {
  const page = await openAs("operator", `/tokens/new?account=${northwind}`);
  const name = page.getByRole("textbox", { name: "Token name" });
  await name.fill("Half a thought");
  const choose = async () => {
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByPlaceholder("Search accounts by name").fill("contoso");
    await page.getByRole("option", { name: /Contoso/ }).click();
    await page.getByRole("dialog", { name: "Leave this page?" }).waitFor();
  };
  await choose();
  await page.getByRole("button", { name: "Stay here" }).last().click();
  await page.getByRole("button", { name: "Account: Northwind Media" }).waitFor();
  expect(await name.inputValue()).toBe("Half a thought");

  await page.getByRole("button", { name: "Your menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("dialog", { name: "Leave this page?" }).waitFor();
  await page.getByRole("button", { name: "Stay here" }).last().click();
  expect(await name.inputValue()).toBe("Half a thought");

  await choose();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("button", { name: "Account: Contoso Outdoor" }).waitFor();
  expect(await name.inputValue()).toBe("");
});

test("a session that ends keeps the form, until one has signed in again", async () => {
  const page = await openAnonymous();
  await page.goto(await signInLink("specialist"));
  await page.waitForURL(`${consoleURL}/tokens`);
  await page.goto(consoleURL + link("Outlives its session"));
  await title(page, "Settings");
  await page.getByRole("textbox", { name: "Description" }).fill("Typed before the session ended");
  await toReview(page);
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "I have signed in" }).click();
  await page.getByText("You are not signed in yet.").waitFor();

  const tab = await page.context().newPage();
  await tab.goto(await signInLink("specialist"));
  await tab.waitForURL(`${consoleURL}/tokens`);
  await tab.close();
  await page.getByRole("button", { name: "I have signed in" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("Typed before the session ended").waitFor();
  await create(page);
});

test("who may only look is told so", async () => {
  const page = await openAs("viewer", "/tokens/new");
  await page.getByText("You may look, but not create").waitFor();
  await expectAccessible(page);
});
