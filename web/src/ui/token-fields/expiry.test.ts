import { describe, expect, it } from "vitest";
import { daysBetween, daysWithin, endOf, isDay, type LifetimePolicy, mustEnd, presetExpiry } from "./expiry";

const now = new Date(2026, 10, 23, 12, 0, 0);
const day = 86_400;
const free: LifetimePolicy = { max_lifetime_seconds: null, require_expiry: false };
const within = (days: number): LifetimePolicy => ({ max_lifetime_seconds: days * day, require_expiry: false });

describe("endOf", () => {
  it("counts days from now", () => {
    expect(endOf({ kind: "days", days: 30 }, now, free)?.getTime()).toBe(now.getTime() + 30 * day * 1000);
  });

  it("takes the whole of the last day in", () => {
    expect(endOf({ kind: "date", date: "2026-12-31" }, now)).toEqual(new Date(2027, 0, 1));
  });

  it("stays a little below the policy's bound, for clocks differ", () => {
    const end = endOf({ kind: "days", days: 90 }, now, within(90))?.getTime() ?? 0;
    const bound = now.getTime() + 90 * day * 1000;
    expect(bound - end).toBeGreaterThan(0);
    expect(bound - end).toBeLessThanOrEqual(600_000);
  });

  it("is null for never", () => {
    expect(endOf({ kind: "never" }, now)).toBeNull();
  });
});

describe("what a policy allows", () => {
  it.each([
    [undefined, [30, 90, 365], { kind: "never" }],
    [free, [30, 90, 365], { kind: "never" }],
    [{ ...free, require_expiry: true }, [30, 90, 365], { kind: "days", days: 365 }],
    [within(90), [30, 90], { kind: "days", days: 90 }],
    [within(7), [7], { kind: "days", days: 7 }],
  ] as const)("%o", (policy, days, preset) => {
    expect(daysWithin(policy)).toEqual(days);
    expect(presetExpiry(policy, now)).toEqual(preset);
  });

  it("wants an end when it bounds life", () => {
    expect(mustEnd(within(7))).toBe(true);
    expect(mustEnd(free)).toBe(false);
    expect(mustEnd(undefined)).toBe(false);
  });

  it("allows no day whose end lies beyond the bound", () => {
    const { first, last } = daysBetween(now, within(10));
    expect(first).toBe("2026-11-23");
    const end = endOf({ kind: "date", date: last ?? "" }, now)?.getTime() ?? 0;
    expect(end).toBeLessThanOrEqual(now.getTime() + 10 * day * 1000);
    expect(end).toBeGreaterThan(now.getTime() + 9 * day * 1000);
    expect(daysBetween(now, free).last).toBeUndefined();
  });
});

it.each([
  ["2026-02-28", true],
  ["2026-02-30", false],
  ["", false],
  ["2026-1-1", false],
  ["12026-01-01", false],
])("%s is a day: %s", (text, is) => {
  expect(isDay(text)).toBe(is);
});
