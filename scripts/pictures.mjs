// Takes the pictures of docs/images from a server with the demo's data:
// make pictures. It needs Chromium, and playwright-core in web/node_modules.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { chromium } = createRequire(join(root, "web/package.json"))("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "tokenry-pictures-"));
const binary = join(folder, "tokenry");
execFileSync("go", ["build", "-o", binary, "."], { cwd: root });

const server = spawn(binary, ["serve", "--demo", "--listen", "127.0.0.1:0", "--ops-listen", "off", "--log-format", "json"], {
  cwd: folder,
  stdio: ["ignore", "pipe", "pipe"],
});
const address = await new Promise((resolve, reject) => {
  let log = "";
  const read = (chunk) => {
    log += chunk;
    const found = log.match(/"msg":"listening".*"address":"([^"]+)"/);
    if (found) resolve(found[1]);
  };
  server.stdout.on("data", read);
  server.stderr.on("data", read);
  server.on("exit", () => reject(new Error(log)));
});

const browser = await chromium.launch({
  executablePath: process.env.TOKENRY_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en", reducedMotion: "reduce" });
  const said = execFileSync(binary, ["login-link", "--member", "ada@northwind.example"], { cwd: folder }).toString();
  await page.goto(`http://${address}${new URL(said.match(/https?:\S+/)[0]).pathname}${said.match(/#code=\S+/)[0]}`);
  await page.getByRole("link", { name: "Nightly report export" }).waitFor();
  await page.screenshot({ path: join(root, "docs/images/tokens.png") });

  await page.goto(`http://${address}/console/tokens/new?name=Warehouse+sync&preset=`);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.getByRole("heading", { name: "Contact" }).waitFor();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.getByRole("button", { name: "Read only" }).waitFor();
  for (const name of [/^Actions/, /^Account/]) await page.getByRole("button", { name }).first().click();
  await page.getByRole("checkbox", { name: /List actions/ }).first().check();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(root, "docs/images/create-scopes.png") });
} finally {
  await browser.close();
  server.kill();
  await new Promise((resolve) => server.on("close", resolve));
  rmSync(folder, { recursive: true });
}
