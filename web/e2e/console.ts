import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

/** Members of the demo data, by what they may do. */
export const people = {
  /** Operator of the server; may act in every account. */
  operator: "admin@localhost",
  /** Admin, specialist and viewer of the account Northwind Media. */
  admin: "ada@northwind.example",
  specialist: "lin@northwind.example",
  viewer: "vera@northwind.example",
};
export type Person = keyof typeof people;

/** The account of admin, specialist and viewer. */
export const northwind = "02demoPartner000000001";

const env = {
  /** The server's address, without a slash at the end. */
  url: setting("CONSOLE_URL"),
  /** The program, to make sign-in links with. */
  binary: setting("CONSOLE_BINARY"),
  /** "sqlite" or "postgres". */
  database: setting("CONSOLE_DATABASE"),
};

/** What the tests are told by who starts them. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with npm run test:e2e.`);
  return value;
}

/** The console's address, without a slash at the end. */
export const consoleURL = `${env.url}/console`;
export const serverURL = env.url;

export interface Look {
  language?: "en" | "zh-CN";
  theme?: "light" | "dark";
  width?: number;
}

let browser: Browser;
const contexts: BrowserContext[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  const options = {
    executablePath: findBrowser(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
  };
  // On a busy machine it happens that Chromium dies as it starts.
  browser = await chromium.launch(options).catch(() => chromium.launch(options));
});

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  // What the browser complains of, such as a breach of the Content-Security-Policy, fails the test.
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(() => browser?.close());

function findBrowser(): string {
  const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = [process.env.TOKENRY_TEST_CHROMIUM ?? "", ...places].find((place) => place && existsSync(place));
  if (!found) throw new Error("There is no Chromium: install it, or set TOKENRY_TEST_CHROMIUM.");
  return found;
}

/** Opens a page in a browser of its own in which nobody is signed in. */
export async function openAnonymous({ language = "en", theme = "light", width = 1280 }: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: language,
    colorScheme: theme,
    viewport: { width, height: 860 },
    reducedMotion: "reduce",
  });
  contexts.push(context);
  context.setDefaultTimeout(20_000);
  await context.addInitScript(() =>
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
      // biome-ignore lint/suspicious/noConsole: the test hears it, as it hears whatever else the browser complains of
      console.error(`policy: ${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`),
    ),
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
  page.on("console", (message) => {
    // An answer that is no success is the test's business; the browser logs each, and React what a page ends with.
    const answered = /^(Failed to load resource|ApiError:)/.test(message.text());
    if (message.type() === "error" && !answered) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

const sessions = new Map<Person, Awaited<ReturnType<BrowserContext["cookies"]>>>();

/** Opens a page of the console, such as "/tokens", as one of the people. Later pages of theirs share the session. */
export async function openAs(person: Person, path: string, look: Look = {}): Promise<Page> {
  const page = await openAnonymous(look);
  const cookies = sessions.get(person);
  if (cookies) {
    await page.context().addCookies(cookies);
    await page.goto(consoleURL + path);
  } else {
    await page.goto(await signInLink(person));
    await page.waitForURL(`${consoleURL}/tokens`);
    sessions.set(person, await page.context().cookies());
    if (path !== "/tokens") await page.goto(consoleURL + path);
  }
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

/** Makes a one-time sign-in link with the program, as whoever runs the server does. */
export async function signInLink(person: Person): Promise<string> {
  const { stdout } = await promisify(execFile)(env.binary, ["login-link", "--member", people[person]]);
  const link = stdout.match(/https?:\/\/\S+#code=\S+/)?.[0];
  if (!link) throw new Error(`The program printed no link: ${stdout}`);
  return consoleURL + link.slice(link.indexOf("/sign-in#"));
}

/** Ends the use of a session that the test has signed out of. */
export function forgetSession(person: Person) {
  sessions.delete(person);
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Expects that axe finds nothing serious on the page as it is now. */
export async function expectAccessible(page: Page) {
  await page.evaluate(await readFile(axe, "utf8")); // not by a script element, which the page's policy refuses
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map((node) => `${node.html}\n${node.failureSummary}`).join("\n")}`,
    );
  expect(serious).toEqual([]);
}

/** Expects that nothing is cut off or lies beside the window. */
export async function expectNoSidewaysScroll(page: Page) {
  expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
}

/** Writes a picture of the page into e2e/screenshots, for people to look at. */
export async function picture(page: Page, name: string, { language = "en", theme = "light", width = 1280 }: Look = {}) {
  if (env.database !== "sqlite") return; // it looks the same
  const folder = join(import.meta.dirname, "screenshots");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${width}.png`), animations: "disabled" });
}

/** The looks that every page is tried in. */
export const looks: Look[] = [
  { language: "en", theme: "light", width: 1280 },
  { language: "zh-CN", theme: "dark", width: 1280 },
  { language: "en", theme: "dark", width: 360 },
  { language: "zh-CN", theme: "light", width: 360 },
];
