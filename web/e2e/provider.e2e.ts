import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { northwind, openAnonymous } from "./console";
import { makeFolder, type Started, startProvider, startTokenry } from "./servers";

let provider: Started;
let tokenry: Started;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  provider = await startProvider();
  const settings = {
    TOKENRY_DATA_DIR: folder.path,
    TOKENRY_OIDC_ISSUER: provider.url,
    TOKENRY_OIDC_CLIENT_ID: "console",
    TOKENRY_OIDC_ACCOUNT_CLAIM: "https://example.com/org",
    TOKENRY_DATABASE_URL: "",
    TOKENRY_PUBLIC_URL: "",
  };
  tokenry = await startTokenry(settings, "--demo");
  await tell(`tokenry?url=${tokenry.url}`);
  // The provider knows Ada as a member of acme.
  const secret = await readFile(join(folder.path, "operator-secret"), "utf8");
  const answer = await fetch(`${tokenry.url}/accounts/${northwind}`, {
    method: "PATCH",
    headers: { Authorization: `Bearer ${secret.trim()}`, "Content-Type": "application/json" },
    body: JSON.stringify({ external_id: "acme" }),
  });
  expect(answer.status).toBe(200);
});

afterAll(async () => {
  await tokenry?.stop();
  await provider?.stop();
  await folder?.remove();
});

/** Tells the provider something, such as who is sitting before the browser. */
const tell = (what: string) => fetch(`${provider.url}/test/${what}`, { method: "POST" });

test("one signs in with the company's account, finds the form that a link has filled in, and signs out", async () => {
  await tell("user?name=ada");
  const page = await openAnonymous();
  await page.goto(`${tokenry.url}/console/tokens/new?name=From%20the%20docs&version=15&scopes=actions.list_actions`);
  await page.getByRole("link", { name: "Sign in with your company account" }).click();
  await page.getByRole("heading", { level: 2, name: "Settings" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Token name" }).inputValue()).toBe("From the docs");
  expect(await page.getByRole("radio", { name: /^Version 15/ }).isChecked()).toBe(true);
  expect(new URL(page.url()).origin).toBe(tokenry.url);

  await page.getByRole("button", { name: "Your menu" }).click();
  await page.getByText("Ada Partner").first().waitFor();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.origin === provider.url || url.pathname.endsWith("/sign-in"));
  const still = await page.request.get(`${tokenry.url}/whoami`);
  expect(still.status()).toBe(401);
});

test("whom the provider knows and Tokenry does not is told so", async () => {
  await tell("user?name=olga");
  const page = await openAnonymous();
  await page.goto(`${tokenry.url}/console/tokens`);
  await page.getByRole("link", { name: "Sign in with your company account" }).click();
  await page.getByRole("alert").getByText("You are known to your identity provider, but not to Tokenry.").waitFor();
});
