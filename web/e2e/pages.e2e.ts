import { expect, test } from "vitest";
import {
  consoleURL,
  expectAccessible,
  expectNoSidewaysScroll,
  looks,
  northwind,
  openAs,
  picture,
  serverURL,
} from "./console";

/** All pages that one can go to straight away, by the name of their picture. */
const pages = {
  tokens: `/tokens?account=${northwind}`,
  "tokens-table": "/tokens?view=table",
  "tokens-none": "/tokens?q=no-such-token",
  new: "/tokens/new",
  accounts: "/accounts",
  account: `/accounts/${northwind}`,
  catalog: "/catalog",
  changelog: "/changelog",
  campaign: "/versions/15?type=partner",
  notices: "/notices",
  webhooks: "/webhooks",
  audit: "/audit",
  nodes: "/nodes",
  "not-found": "/no-such-page",
};

test.each(looks)(
  "every page is good in $language, $theme, $width px",
  async (look) => {
    const page = await openAs("operator", `/tokens?account=${northwind}`, look);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(consoleURL + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await page.title(), name).toMatch(/\S+ · Tokenry/);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await picture(page, `page-${name}`, look);
    }
  },
  240_000,
);

test.each(looks)("the API's reference can be read in $theme, $width px", async (look) => {
  const page = await openAs("viewer", "/tokens", look);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${serverURL}/docs`);
  await page.getByRole("button", { name: /Create a token/ }).waitFor();
  await expectNoSidewaysScroll(page);
  await picture(page, "docs", look);
  // Nothing is from elsewhere.
  expect(new Set(asked.filter((origin) => origin !== "null"))).toEqual(new Set([new URL(serverURL).origin]));
});
