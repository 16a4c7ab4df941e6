import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { consoleURL, expectAccessible, openAnonymous, openAs, type Person, setting, signInLink } from "./console";
import { type Gate, startGate } from "./gate";
import { type Started, startTokenry } from "./servers";

test("a server that is away is waited for", async () => {
  const page = await openAs("admin", "/tokens");
  const calls = /\/(whoami|catalog|contacts|tokens)(\?.*)?$/;
  await page.route(calls, (route) => route.abort());
  await page.getByLabel("Language").selectOption("zh-CN"); // which the server is told
  const banner = page.getByText("无法连接到 Tokenry，正在不断重试。");
  await banner.waitFor();
  await page.unroute(calls);
  await banner.waitFor({ state: "detached" });
});

// SQLite is a part of the server, and never away.
const databases = setting("CONSOLE_DATABASE") === "postgres" ? [setting("TOKENRY_DATABASE_URL")] : [];

describe.for(databases)("while the database is away", (database) => {
  let gate: Gate;
  let node: Started;
  beforeAll(async () => {
    gate = await startGate(database);
    node = await startTokenry({ TOKENRY_DATABASE_URL: gate.url, TOKENRY_LEASE: "2s" });
  });
  afterAll(async () => {
    gate?.open();
    await node?.stop();
    await gate?.remove();
  });

  /** The same page of the console, from the server whose database can be away. */
  const there = (url: string) => url.replace(new URL(consoleURL).origin, node.url);
  const openThere = async (person: Person, path: string) => {
    const page = await openAs(person, "/tokens");
    await page.goto(there(consoleURL + path));
    return page;
  };
  const waiting = (page: Page) => page.getByText("Tokenry is not available for a moment. We keep trying.");

  test("nothing typed is lost, and it is saved afterwards", async () => {
    const page = await openThere("specialist", "/tokens/new?scopes=actions.list_actions");
    await page.getByRole("textbox", { name: "Token name" }).fill("Typed before");
    for (const step of ["Contact", "API scopes", "Create"]) {
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByRole("heading", { level: 2, name: step }).waitFor();
    }
    gate.close();
    await page.getByRole("button", { name: "Create token" }).click();
    await waiting(page).waitFor();
    await page.getByRole("alert").getByText("It is safe to try again").waitFor();
    await expectAccessible(page);
    gate.open();
    await waiting(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(/^tkr_\w{72}$/).waitFor();
    await page.getByText("Typed before").first().waitFor();
  });

  test("who opens the console stays signed in, and comes to the page when the database is back", async () => {
    const page = await openThere("viewer", "/catalog");
    gate.close();
    await page.goto(there(`${consoleURL}/tokens?q=Nightly`));
    await page.getByRole("heading", { level: 1 }).and(waiting(page)).waitFor();
    await expectAccessible(page);
    expect(page.url()).toBe(there(`${consoleURL}/tokens?q=Nightly`));
    gate.open();
    await page.getByRole("link", { name: "Nightly report export", exact: true }).waitFor();
  });

  test("a sign-in link is not lost", async () => {
    const link = await signInLink("viewer");
    gate.close();
    const page = await openAnonymous();
    await page.goto(there(link));
    const again = page.getByRole("alert").getByRole("button", { name: "Try again" });
    await again.waitFor();
    gate.open();
    await expect // the server needs a moment to find its database again
      .poll(
        async () => {
          if (await again.isVisible()) await again.click();
          return page.url();
        },
        { timeout: 30_000 },
      )
      .toBe(there(`${consoleURL}/tokens`));
  });
});
