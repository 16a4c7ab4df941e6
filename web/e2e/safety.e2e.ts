import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAs, serverURL } from "./console";

/** A site that is not the console's. */
let stranger: Server;

beforeAll(async () => {
  stranger = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end(
      `<h1>Stranger</h1><form method="post" enctype="text/plain" action="${serverURL}/auth/logout"><button>Go</button></form>`,
    );
  });
  await new Promise<void>((ready) => stranger.listen(0, "127.0.0.1", ready));
});

afterAll(() => stranger?.close());

// The first has the console's host and so its cookies; the other has not.
test.each(["127.0.0.1", "localhost"])("a page of %s on another port changes nothing", async (host) => {
  const page = await openAs("specialist", "/tokens");
  const console = await page.context().newPage();
  await console.goto(page.url());
  await page.goto(`http://${host}:${(stranger.address() as AddressInfo).port}/`);
  await page.getByRole("heading", { name: "Stranger" }).waitFor();
  const statuses: number[] = [];
  page.context().on("response", (answer) => {
    if (answer.request().method() === "POST") statuses.push(answer.status());
  });
  await page.evaluate(async (server) => {
    const body = JSON.stringify({ name: "Forged", version: "16", scopes: ["actions.list_actions"] });
    for (const path of ["/tokens", "/auth/logout"])
      await fetch(server + path, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => {});
  }, serverURL);
  await page.getByRole("button", { name: "Go" }).click();
  await expect.poll(() => statuses.length).toBe(3);
  expect(statuses.filter((status) => status < 400)).toEqual([]);

  // The session lives, and there is no such token.
  const found = await console.evaluate(
    async (address) => (await fetch(address)).json(),
    `${serverURL}/tokens?q=Forged`,
  );
  expect(found.items).toEqual([]);
});
