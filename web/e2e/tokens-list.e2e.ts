import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  looks,
  openAnonymous,
  openAs,
  type Person,
  picture,
  serverURL,
  signInLink,
} from "./console";

const count = 12;
const words = {
  en: { filters: "Filters", status: "Status", active: "Active", next: "Next", select: "Select List job 12" },
  "zh-CN": { filters: "筛选", status: "状态", active: "有效", next: "下一页", select: "选择 List job 12" },
};

beforeAll(async () => {
  // The context that openAs makes is closed after a test; what is made here outlives it.
  const page = await openAs("specialist", "/tokens");
  const made = await page.evaluate(
    async ({ server, count }) => {
      const get = async (path: string) => (await fetch(server + path)).json();
      const { member } = await get("/whoami");
      const statuses: number[] = [];
      for (let number = 1; number <= count; number++) {
        const answer = await fetch(`${server}/tokens`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({
            name: `List job ${String(number).padStart(2, "0")}`,
            scopes: ["actions.list_actions"],
            contacts: { primary: member.id },
          }),
        });
        statuses.push(answer.status);
      }
      return statuses;
    },
    { server: serverURL, count },
  );
  expect(new Set(made)).toEqual(new Set([201]));
});

const jobs = "/tokens?q=List+job&sort=-name";
const open = (person: Person, path = jobs, look?: Look) => openAs(person, path, look);
const link = (page: Page, number: string) => page.getByRole("link", { name: `List job ${number}`, exact: true });

test.each(looks)("tokens are listed and filtered in $language, $theme, $width px", async (look) => {
  const text = words[look.language ?? "en"];
  const page = await open("specialist", jobs, look);
  await link(page, "12").waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "tokens", look);

  await page.getByRole("button", { name: text.filters }).click();
  await page.getByRole("combobox", { name: text.status }).click();
  await page.getByRole("option", { name: text.active }).click();
  await page.waitForURL(/status=active/);
  await page.keyboard.press("Escape");
  await link(page, "12").waitFor();
  await page.getByRole("checkbox", { name: text.select }).check();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "tokens-filters", look);
});

test("pages are turned, and the browser's buttons know them", async () => {
  const page = await open("viewer");
  // Pages of five need few tokens.
  await page.route(/\/tokens\?.*limit=50/, (route) =>
    route.continue({ url: route.request().url().replace("limit=50", "limit=5") }),
  );
  await page.reload();
  await link(page, "12").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await link(page, "07").waitFor();
  await page.getByText("Page 2").waitFor();
  expect(await page.evaluate("scrollY")).toBe(0);
  await page.reload();
  await link(page, "07").waitFor();
  await page.goBack();
  await link(page, "12").waitFor();
  await page.goForward();
  await page.getByRole("button", { name: "Previous" }).click();
  await page.getByText("Page 1").waitFor();
  await link(page, "12").waitFor();
});

test("filters are undone by the browser's back button, and survive a reload", async () => {
  const page = await open("viewer", "/tokens?q=List+job");
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByText("Not used for 90 days").click(); // of tokens that were made just now there is none
  await page.getByRole("heading", { name: "No token matches" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "No token matches" }).waitFor();
  await page.goBack();
  await link(page, "12").waitFor();
  await page.goto(page.url().replace(/\?.*/, "?q=List+job+07&status=active&status=disabled"));
  await link(page, "07").waitFor();
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.waitForURL(/\/tokens$/);
});

test("viewers change nothing", async () => {
  const page = await open("viewer");
  await link(page, "12").waitFor();
  expect(await page.getByRole("checkbox", { name: /^Select/ }).count()).toBe(0);
  expect(await page.getByRole("button", { name: /^Actions for/ }).count()).toBe(0);
});

test("the keyboard alone disables a token, and the focus is back where it was", async () => {
  const page = await open("specialist");
  const menu = page.getByRole("button", { name: "Actions for List job 11" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Rotate secret…" }).waitFor();
  const item = page.getByRole("menuitem", { name: "Disable…" });
  for (let i = 0; i < 8 && !(await item.evaluate((element) => element === document.activeElement)); i++) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Disable List job 11?" });
  await dialog.waitFor();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Disable" }).press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page
    .getByRole("row", { name: /List job 11/ })
    .getByText("Disabled")
    .waitFor();
  await expect.poll(() => menu.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("a session that ends amid many changes loses none of them", async () => {
  const page = await openAnonymous();
  await page.goto(await signInLink("specialist"));
  await page.waitForURL(`${consoleURL}/tokens`);
  await page.goto(`${consoleURL}/tokens?q=List+job+0&sort=name`);
  await page.getByRole("checkbox", { name: "Select List job 06" }).click();
  await page.getByRole("checkbox", { name: "Select List job 08" }).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Disable…" }).click();
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Disable 3 tokens" }).click();
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  const tab = await page.context().newPage();
  await tab.goto(await signInLink("specialist"));
  await tab.waitForURL(`${consoleURL}/tokens`);
  await tab.close();
  await page.getByRole("button", { name: "I have signed in" }).click();
  await page.getByRole("button", { name: "Try these again" }).click();
  await page.getByText("3 of 3 are done.").waitFor();
});

test("many are revoked at once, after their number was typed", async () => {
  const page = await open("specialist", "/tokens?q=List+job+0&sort=name");
  await page.getByRole("checkbox", { name: "Select List job 01" }).click();
  await page.getByRole("checkbox", { name: "Select List job 05" }).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Revoke…" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke 5 tokens" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("A test");
  await dialog.getByRole("textbox", { name: /^Type 5/ }).fill("5");
  await expectAccessible(page);
  await picture(page, "tokens-bulk");
  await dialog.getByRole("button", { name: "Revoke 5 tokens for good" }).click();
  await dialog.getByText("5 of 5 are done.").waitFor();
  await expectAccessible(page);
  await picture(page, "tokens-bulk-done");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page
    .getByRole("row", { name: /List job 05/ })
    .getByText("Revoked")
    .waitFor();
});
