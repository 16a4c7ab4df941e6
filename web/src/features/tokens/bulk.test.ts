import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Schema } from "@/api/client";
import { answer } from "@/test/render";
import { type BulkResult, concerns, runBulk } from "./bulk";

const token = (id: string, more: Partial<Schema["Token"]> = {}) =>
  ({ id, name: id, status: "active", contacts: { primary: "ada", developers: [] }, ...more }) as Schema["Token"];
const tokens = (count: number) => Array.from({ length: count }, (_, i) => token(`t${i}`));
const paths = (all: Schema["Token"][], verb: string) => all.map(({ id }) => `POST /tokens/${id}/${verb}`);

afterEach(() => {
  vi.useRealTimers();
});

/** Runs it to the end; `stop` ends it early. */
function run(all: Schema["Token"][], order: Parameters<typeof runBulk>[1]) {
  const results: BulkResult[] = [];
  const controller = new AbortController();
  const ended = runBulk(all, order, (result) => results.push(result), controller.signal);
  return { results, ended, stop: () => controller.abort() };
}

describe("whom it concerns", () => {
  it.each([
    ["disable", { status: "active" }, true],
    ["disable", { status: "disabled" }, false],
    ["disable", { status: "expired" }, false],
    ["revoke", { status: "expired" }, true],
    ["revoke", { status: "revoked" }, false],
    ["contact", { status: "disabled" }, true],
    ["contact", { status: "revoked" }, false],
    ["contact", { contacts: { primary: "lin", developers: [] } }, false],
  ] as const)("%s of %j: %s", (action, more, expected) => {
    expect(concerns({ action, contact: "lin" }, token("t", more as Partial<Schema["Token"]>))).toBe(expected);
  });
});

it("does it for each, at most four at once", async () => {
  const all = tokens(12);
  let open = 0;
  let most = 0;
  const handler = async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open--;
    return { body: {} };
  };
  answer(Object.fromEntries(paths(all, "disable").map((path) => [path, handler])));
  const { results, ended } = run(all, { action: "disable" });
  await ended;
  expect(results.map((result) => result.token.id).sort()).toEqual(all.map(({ id }) => id).sort());
  expect(results.every((result) => result.error === undefined)).toBe(true);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});

it("passes on the reason, and the new contact alone", async () => {
  const calls = answer({ "POST /tokens/t0/revoke": { body: {} }, "PATCH /tokens/t0": { body: {} } });
  await run(tokens(1), { action: "revoke", reason: "Gone" }).ended;
  await run(tokens(1), { action: "contact", contact: "lin" }).ended;
  expect(await Promise.all(calls.map((call) => call.json()))).toEqual([
    { reason: "Gone" },
    { contacts: { primary: "lin" } },
  ]);
});

it("goes on after a failure, and says which token it was", async () => {
  const all = tokens(3);
  answer({
    "POST /tokens/t0/disable": { body: {} },
    "POST /tokens/t1/disable": { status: 404, body: { code: "not_found", detail: "Gone." } },
    "POST /tokens/t2/disable": { body: {} },
  });
  const { results, ended } = run(all, { action: "disable" });
  await ended;
  const failed = results.filter(({ error }) => error !== undefined);
  expect(failed.map((result) => result.token.id)).toEqual(["t1"]);
  expect(failed[0]?.error).toBeInstanceOf(ApiError);
  expect(results).toHaveLength(3);
});

describe("a server that is busy", () => {
  const limited = { status: 429, body: { code: "rate_limited" }, headers: { "Retry-After": "7" } };

  it("is given the time it asks for, however often", async () => {
    vi.useFakeTimers();
    let refusals = 8;
    const calls = answer({ "POST /tokens/t0/disable": () => (refusals-- > 0 ? limited : { body: {} }) });
    const { results, ended } = run(tokens(1), { action: "disable" });
    await vi.advanceTimersByTimeAsync(6900);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    await ended;
    expect(results).toEqual([{ token: tokens(1)[0], error: undefined }]);
  });

  it("can be left while it is waited for", async () => {
    vi.useFakeTimers();
    const all = tokens(6);
    const calls = answer(Object.fromEntries(paths(all, "disable").map((path) => [path, limited])));
    const { results, ended, stop } = run(all, { action: "disable" });
    await vi.advanceTimersByTimeAsync(1000);
    stop();
    await ended;
    expect(results.map((result) => result.token.id)).toEqual(["t0", "t1", "t2", "t3"]);
    expect(calls).toHaveLength(4);
  });

  it("is given up on if it is away", async () => {
    vi.useFakeTimers();
    const calls = answer({ "POST /tokens/t0/disable": { status: 503, body: { code: "try_again" } } });
    const { results, ended } = run(tokens(1), { action: "disable" });
    await vi.advanceTimersByTimeAsync(60_000);
    await ended;
    expect(calls).toHaveLength(5);
    expect(results[0]?.error).toMatchObject({ code: "try_again" });
  });
});

it("begins no other token once it is stopped", async () => {
  const all = tokens(10);
  const waiting: (() => void)[] = [];
  const slow = () => new Promise<{ body: object }>((resolve) => waiting.push(() => resolve({ body: {} })));
  const calls = answer(Object.fromEntries(paths(all, "disable").map((path) => [path, slow])));
  const { results, ended, stop } = run(all, { action: "disable" });
  await vi.waitFor(() => expect(waiting).toHaveLength(4));
  stop();
  for (const go of waiting) go();
  await ended;
  expect(results).toHaveLength(4);
  expect(calls).toHaveLength(4);
});
