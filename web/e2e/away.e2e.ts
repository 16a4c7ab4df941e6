import { test } from "vitest";
import { openAs } from "./console";

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
