import type { Schema } from "@/api/client";
import type { Period } from "../search";

type Usage = Schema["TokenUsage"];
type Resolution = Schema["UsageResolution"];
export type Code = Schema["VerificationCode"];

const hour = 3_600_000;
const day = 24 * hour;

/** How far back each period goes, in days, and how finely it is told apart. */
export const spans: Record<Period, { days: number; resolution: Resolution }> = {
  "24h": { days: 1, resolution: "hour" },
  "7d": { days: 7, resolution: "hour" },
  "30d": { days: 30, resolution: "day" },
  "90d": { days: 90, resolution: "day" },
  "12mo": { days: 365, resolution: "month" },
};

/** The calls of an hour, a day or a month by outcome. */
export interface Bucket {
  start: number;
  total: number;
  /** By outcome; what is not there did not happen. */
  byCode: Partial<Record<Code, number>>;
}

/** The usage by time without gaps, oldest first. */
export function bucketsOf({ since, until, resolution, counts }: Usage): Bucket[] {
  const buckets: Bucket[] = [];
  const end = Date.parse(until);
  for (let at = Date.parse(since); at < end; at = next(at, resolution))
    buckets.push({ start: at, total: 0, byCode: {} });
  for (const { start, code, count } of counts) {
    const at = Date.parse(start);
    // What is kept by the day only is of the first hour of it.
    const bucket = buckets.findLast((one) => one.start <= at) ?? buckets[0];
    if (!bucket) continue;
    bucket.total += count;
    bucket.byCode[code] = (bucket.byCode[code] ?? 0) + count;
  }
  return buckets;
}

function next(at: number, resolution: Resolution): number {
  if (resolution !== "month") return at + (resolution === "hour" ? hour : day);
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** The outcomes that there were: good ones first, then the most frequent. */
export function codesOf(buckets: Bucket[]): Code[] {
  const sums = new Map<Code, number>();
  for (const { byCode } of buckets)
    for (const [code, count] of Object.entries(byCode)) sums.set(code as Code, (sums.get(code as Code) ?? 0) + count);
  return [...sums].sort(([a, m], [b, n]) => Number(b === "ok") - Number(a === "ok") || n - m).map(([code]) => code);
}

/** Calls under one name. */
export interface Sum {
  /** Null for those that were too many to be told apart. */
  name: string | null;
  good: number;
  refused: number;
}

/** Adds up by name, the most first. */
export function sumsOf(rows: { name: string | null; code: Code; count: number }[]): Sum[] {
  const sums = new Map<string | null, Sum>();
  for (const { name, code, count } of rows) {
    const sum = sums.get(name) ?? { name, good: 0, refused: 0 };
    if (code === "ok") sum.good += count;
    else sum.refused += count;
    sums.set(name, sum);
  }
  return [...sums.values()].sort((a, b) => b.good + b.refused - a.good - a.refused);
}

export const scopeSums = (usage: Usage) => sumsOf(usage.scopes.map((row) => ({ ...row, name: row.scope })));
export const callerSums = (usage: Usage) => sumsOf(usage.callers.map((row) => ({ ...row, name: row.caller })));

/** Scopes that the token holds and no call was about; undefined where that cannot be told. */
export function unusedScopes(held: string[], usage: Usage): string[] | undefined {
  if (usage.scopes.length === 0 || usage.scopes.some(({ scope }) => scope === null)) return undefined;
  const used = new Set(usage.scopes.map(({ scope }) => scope));
  return held.filter((scope) => !used.has(scope));
}

export const good = (usage: Usage) =>
  usage.counts.reduce((sum, { code, count }) => sum + (code === "ok" ? count : 0), 0);
