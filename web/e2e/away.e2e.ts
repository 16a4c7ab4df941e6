import type { AddressInfo } from "node:net";
import { createConnection, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { openAs, setting } from "./console";
import { startTokenry } from "./servers";

/** A way to the database that can be closed and opened again. */
async function startGate(to: URL) {
  const ends = new Set<Socket>();
  let open = true;
  const server = createServer((near) => {
    if (!open) return near.destroy();
    const far = createConnection(Number(to.port), to.hostname);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      ends.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy() && ends.delete(one));
      one.pipe(other);
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = new URL(to);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: () => {
      open = false;
      for (const end of ends) end.destroy();
    },
    open: () => {
      open = true;
    },
    stop: () => {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}

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

const databases = setting("CONSOLE_DATABASE") === "postgres" ? [setting("TOKENRY_DATABASE_URL")] : []; // SQLite cannot be away

test.for(databases)(
  "while the database is away the console says so, and goes on by itself when it is back",
  { timeout: 120_000 },
  async (url) => {
    const gate = await startGate(new URL(url));
    const node = await startTokenry({ TOKENRY_DATABASE_URL: gate.url, TOKENRY_LEASE: "2s" });
    try {
      const page = await openAs("specialist", "/tokens/new?name=Typed%20before");
      const prefix = new URL(setting("CONSOLE_URL")).pathname.replace(/\/$/, "");
      await page.goto(`${node.url}${prefix}/console/tokens/new?name=Typed%20before`);
      await page.getByRole("heading", { level: 2, name: "Settings" }).waitFor();
      gate.close();
      await page.getByLabel("Language").selectOption("zh-CN"); // which the server is told
      const banner = page.getByText("Tokenry 暂时不可用，正在不断重试。");
      await banner.waitFor({ timeout: 30_000 });
      expect(await page.getByRole("textbox", { name: "令牌名称" }).inputValue()).toBe("Typed before");
      gate.open();
      await banner.waitFor({ state: "detached", timeout: 40_000 });
      expect(await page.getByRole("textbox", { name: "令牌名称" }).inputValue()).toBe("Typed before");
      await page.goto(`${node.url}${prefix}/console/tokens?q=Nightly`);
      await page.getByRole("link", { name: "Nightly report export", exact: true }).waitFor();
    } finally {
      await node.stop();
      gate.stop();
    }
  },
);
