import { get } from "node:http";
import { expect, test } from "vitest";
import { consoleURL, openAnonymous, openAs } from "./console";

const most = 300_000;

/** How many bytes a file takes on the way to browsers that take gzip. */
function sizeOf(url: string): Promise<number> {
  return new Promise((done, failed) => {
    const request = get(url, { headers: { "Accept-Encoding": "gzip" } }, async (answer) => {
      let size = 0;
      for await (const piece of answer) size += piece.length;
      done(size);
    });
    request.on("error", failed);
  });
}

// Chinese texts are the larger ones.
test.each(["/tokens", "/tokens/new", "/catalog", "/audit"])(
  `the first load of %s is under ${most / 1000} kB of script, compressed`,
  async (path) => {
    const signedIn = await openAs("admin", "/tokens");
    const cookies = await signedIn.context().cookies();
    const page = await openAnonymous({ language: "zh-CN" });
    await page.context().addCookies(cookies);
    const scripts = new Set<string>();
    page.on("response", (answer) => {
      if (answer.request().resourceType() === "script") scripts.add(answer.url());
    });
    await page.goto(consoleURL + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    const sizes = await Promise.all([...scripts].map(sizeOf));
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    expect(scripts.size).toBeGreaterThan(2);
    expect(whole).toBeLessThan(most);
  },
);
