import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openAs } from "./console";

/** Presses Tab until the element that has the focus is called so. */
async function tabTo(page: Page, name: RegExp) {
  const passed: string[] = [];
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const focused = (await page.evaluate(`(() => {
      const { activeElement: at } = document;
      return at.getAttribute("aria-label") ?? [...(at.labels ?? [])].map((label) => label.textContent).join(" ") + at.textContent;
    })()`)) as string;
    if (name.test(focused)) return;
    passed.push(focused.slice(0, 40));
  }
  throw new Error(`Tab does not get to ${name}, but to:\n${passed.join("\n")}`);
}

test("a token is made with the keyboard alone", async () => {
  const page = await openAs("specialist", "/tokens/new");
  await tabTo(page, /^Token name/);
  await page.keyboard.type("By keyboard");
  for (const step of ["Contact", "API scopes"]) {
    await tabTo(page, /^Next$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: step }).waitFor();
  }
  await tabTo(page, /Search by name, id or path/);
  await page.keyboard.type("list actions");
  await page.getByText(/scopes? ha(s|ve) “list actions”/).waitFor(); // what is found takes the place of what is there
  await tabTo(page, /^List actions/);
  await page.keyboard.press("Space");
  await page.locator("input:focus:checked").waitFor();
  await tabTo(page, /^Next$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Create" }).waitFor();
  await tabTo(page, /^Create token$/);
  await page.keyboard.press("Enter");
  await page.getByText(/^tkr_\w{72}$/).waitFor();
  await tabTo(page, /I have stored it/);
  await page.keyboard.press("Space");
  await tabTo(page, /^Go to the token$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();
  expect(page.url()).not.toContain("new");
});
