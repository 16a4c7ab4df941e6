import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { bucketsOf, callerSums, codesOf, good, unusedScopes } from "./counts";

type Usage = Schema["TokenUsage"];

const usage = {
  since: "2026-11-20T00:00:00Z",
  until: "2026-11-23T12:00:00Z",
  resolution: "day",
  total: 14,
  counts: [
    { start: "2026-11-21T00:00:00Z", resolution: "day", code: "insufficient_scope", count: 6 },
    { start: "2026-11-21T00:00:00Z", resolution: "day", code: "ok", count: 5 },
    { start: "2026-11-23T00:00:00Z", resolution: "day", code: "ok", count: 1 },
    { start: "2026-11-23T00:00:00Z", resolution: "day", code: "expired", count: 2 },
  ],
  scopes: [{ scope: "jobs.list", code: "ok", secret_state: "current", count: 6 }],
  callers: [
    { caller: "web", code: "ok", secret_state: "current", count: 5 },
    { caller: "web", code: "ok", secret_state: "previous", count: 1 },
    { caller: null, code: "expired", secret_state: "current", count: 8 },
  ],
} as unknown as Usage;

describe("usage by time", () => {
  it("has no gaps", () => {
    const days = bucketsOf(usage).map(({ start, total }) => [new Date(start).toISOString().slice(8, 10), total]);
    expect(days).toEqual([
      ["20", 0],
      ["21", 11],
      ["22", 0],
      ["23", 3],
    ]);
  });

  it("goes from month to month, however long they are", () => {
    const year = {
      ...usage,
      since: "2026-01-01T00:00:00Z",
      until: "2026-04-02T00:00:00Z",
      resolution: "month",
      counts: [],
    };
    const months = bucketsOf(year as unknown as Usage).map(({ start }) => new Date(start).getUTCMonth());
    expect(months).toEqual([0, 1, 2, 3]);
  });

  it("puts what is kept by the day into its first hour", () => {
    const buckets = bucketsOf({ ...usage, resolution: "hour" });
    expect(buckets.filter(({ total }) => total > 0).map(({ start }) => new Date(start).getUTCHours())).toEqual([0, 0]);
  });

  it("names the good outcome first, and then the most frequent", () => {
    expect(codesOf(bucketsOf(usage))).toEqual(["ok", "insufficient_scope", "expired"]);
    expect(good(usage)).toBe(6);
  });
});

it("adds up by caller over outcomes and secrets", () => {
  expect(callerSums(usage)).toEqual([
    { name: null, good: 0, refused: 8 },
    { name: "web", good: 6, refused: 0 },
  ]);
});

describe("scopes that were not used", () => {
  it("are those that no call was about", () => {
    expect(unusedScopes(["jobs.list", "jobs.stop"], usage)).toEqual(["jobs.stop"]);
  });

  it("cannot be told where calls named none, or too many to be told apart", () => {
    expect(unusedScopes(["jobs.list"], { ...usage, scopes: [] })).toBeUndefined();
    const many = [...usage.scopes, { scope: null, code: "ok" as const, secret_state: "current" as const, count: 1 }];
    expect(unusedScopes(["jobs.list"], { ...usage, scopes: many })).toBeUndefined();
  });
});
