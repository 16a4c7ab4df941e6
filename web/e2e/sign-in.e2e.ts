import { expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  looks,
  openAnonymous,
  openAs,
  picture,
  signInLink,
} from "./console";

const words = {
  en: { title: "Tokens", signIn: "Sign in", menu: "Your menu", signOut: "Sign out", open: "Open the menu" },
  "zh-CN": { title: "令牌", signIn: "登录", menu: "您的菜单", signOut: "退出登录", open: "打开菜单" },
};

test("a link signs in once, leaves the address bar, and leads to where one wanted to go", async () => {
  const page = await openAnonymous();
  await page.goto(`${consoleURL}/audit?from=link`);
  await page.waitForURL(/\/sign-in\?/);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();

  const link = await signInLink("admin");
  const tab = await page.context().newPage();
  await tab.goto(link);
  await tab.getByRole("heading", { name: "Audit log" }).waitFor();
  expect(tab.url()).toContain("/audit");
  expect(await tab.evaluate("history.length")).toBeLessThanOrEqual(2);

  const other = await openAnonymous();
  await other.goto(link);
  await other.getByRole("alert").waitFor();
  expect(other.url()).not.toContain("code");
});

test("a link can be pasted where one was asked to sign in", async () => {
  const page = await openAnonymous();
  await page.goto(`${consoleURL}/tokens/new?version=16`);
  await page.getByRole("textbox", { name: "One-time link" }).fill("nonsense");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This is not a sign-in link.").waitFor();
  await page.getByRole("textbox", { name: "One-time link" }).fill(await signInLink("specialist"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/tokens\/new\?version=/);
});

test.each(looks)("the frame is there in $language, $theme, $width px, and the way out", async (look) => {
  const text = words[look.language ?? "en"];
  const page = await openAnonymous(look);
  await page.goto(await signInLink("admin"));
  await page.getByRole("heading", { name: text.title, level: 1 }).waitFor();
  expect(await page.evaluate("document.documentElement.lang")).toBe(look.language);
  if (look.width === 360) {
    await page.getByRole("button", { name: text.open }).click();
    await page.getByRole("link", { name: text.title, exact: true }).waitFor();
  }
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "frame", look);

  await page.getByRole("button", { name: text.menu }).click();
  await page.getByRole("menuitem", { name: text.signOut }).click();
  await page.getByRole("heading", { name: text.signIn, level: 1 }).waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await picture(page, "sign-in", look);

  await page.goto(`${consoleURL}/tokens`);
  await page.waitForURL(/\/sign-in/);
});

test("the language and the colours are remembered", async () => {
  const page = await openAs("viewer", "/tokens");
  await page.getByLabel("Language").selectOption("zh-CN");
  await page.getByRole("heading", { name: "令牌" }).waitFor();
  await page.getByRole("button", { name: /配色/ }).click();
  await page.getByRole("menuitem", { name: "深色" }).click();
  await page.reload();
  await page.getByRole("heading", { name: "令牌" }).waitFor();
  expect(await page.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe("dark");
});

test("an operator chooses the account to act in", async () => {
  const page = await openAs("operator", "/tokens");
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByPlaceholder("Search accounts by name").fill("northw");
  await page.getByRole("option", { name: /Northwind Media/ }).click();
  await page.getByRole("button", { name: "Account: Northwind Media" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Account: Northwind Media" }).waitFor();
});

test("whose session has ended signs in again, and is back where they were", async () => {
  const page = await openAs("specialist", "/tokens");
  await page.context().clearCookies();
  await page.goto(`${consoleURL}/tokens/new?version=15`);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await page.getByRole("textbox", { name: "One-time link" }).fill(await signInLink("specialist"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${consoleURL}/tokens/new?version=15`);
});
