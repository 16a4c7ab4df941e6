import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setting } from "./console";

/** A process that a test has started. */
export interface Started {
  /** What it said of itself: where it is. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts another server of Tokenry, with settings of its own. */
export async function startTokenry(settings: Record<string, string>, ...flags: string[]): Promise<Started> {
  const environ = { ...process.env, TOKENRY_LISTEN: "127.0.0.1:0", TOKENRY_OPS_LISTEN: "off", ...settings };
  const server = spawn(setting("CONSOLE_BINARY"), ["serve", ...flags], {
    env: { ...environ, TOKENRY_LOG_FORMAT: "json" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = await said(server, server.stderr, (line) => {
    const { msg, server, address } = JSON.parse(line);
    return msg === "listening" && server === "api" ? `http://${address}` : undefined;
  });
  return { url, stop: () => stop(server, () => server.kill("SIGTERM")) };
}

/** Starts the OpenID Connect provider that the server's own tests sign in with. */
export async function startProvider(): Promise<Started> {
  const folder = join(import.meta.dirname, "../../internal/oidc/testdata/provider");
  const provider = spawn(process.execPath, ["server.mjs"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const url = await said(provider, provider.stdout, (line) => (line.startsWith("http://") ? line : undefined));
  return { url, stop: () => stop(provider, () => provider.stdin.end()) };
}

/** Makes a folder, and gives how to remove it. */
export async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), "tokenry-e2e-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Waits for the line from which `find` gets something. */
function said(of: ChildProcess, output: NodeJS.ReadableStream, find: (line: string) => string | undefined) {
  return new Promise<string>((done, failed) => {
    const lines: string[] = [];
    createInterface(output).on("line", (line) => {
      const found = find(line);
      if (found) done(found);
      lines.push(line);
    });
    of.on("exit", (code) => failed(new Error(`It ended with ${code}:\n${lines.join("\n")}`)));
  });
}

async function stop(running: ChildProcess, tell: () => void) {
  const ended = once(running, "exit");
  if (running.exitCode !== null) return;
  tell();
  await ended;
}
