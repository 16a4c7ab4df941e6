import type { Schema } from "@/api/client";

/** When a token is to end, as people choose it. */
export type Expiry =
  | { kind: "never" }
  | { kind: "days"; days: number }
  /** The last day on which it works, as in `2027-11-23`, by the clock of the browser. */
  | { kind: "date"; date: string };

/** What the account's policy says of how long tokens live. */
export type LifetimePolicy = Pick<Schema["Policy"], "max_lifetime_seconds" | "require_expiry">;

export const offeredDays = [30, 90, 365];

const day = 86_400_000;
/** Kept below the policy's bound, for the clocks of browser and server differ. */
const margin = 600_000;

/** The moment at which the token ends, or null for never. The date must be one that `isDay` accepts. */
export function endOf(expiry: Expiry, now: Date, policy?: LifetimePolicy): Date | null {
  switch (expiry.kind) {
    case "never":
      return null;
    case "days": {
      const end = now.getTime() + expiry.days * day;
      return new Date(Math.min(end, latest(now, policy) ?? end));
    }
    case "date": {
      const [year = 0, month = 1, date = 1] = expiry.date.split("-").map(Number);
      return new Date(year, month - 1, date + 1);
    }
  }
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether the policy wants every token to end. */
export function mustEnd(policy: LifetimePolicy | undefined): boolean {
  return policy !== undefined && (policy.require_expiry || policy.max_lifetime_seconds !== null);
}

/** The numbers of days that the policy allows; its own bound, if that is less than all of them. */
export function daysWithin(policy: LifetimePolicy | undefined): number[] {
  const most = (policy?.max_lifetime_seconds ?? Number.POSITIVE_INFINITY) / 86_400;
  const within = offeredDays.filter((days) => days <= most);
  return within.length > 0 || most < 1 ? within : [Math.floor(most)];
}

/** The first and the last day that may be chosen; no last one without a bound. */
export function daysBetween(
  now: Date,
  policy: LifetimePolicy | undefined,
): { first: string; last: string | undefined } {
  const end = latest(now, policy);
  return { first: localDay(now), last: end === undefined ? undefined : localDay(new Date(end - day)) };
}

/** What is preset: no end where the policy allows that, else the longest life on offer. */
export function presetExpiry(policy: LifetimePolicy | undefined, now: Date): Expiry {
  if (!mustEnd(policy)) return { kind: "never" };
  const days = daysWithin(policy).at(-1);
  return days === undefined ? { kind: "date", date: localDay(now) } : { kind: "days", days };
}

function latest(now: Date, policy: LifetimePolicy | undefined): number | undefined {
  const seconds = policy?.max_lifetime_seconds;
  return seconds == null ? undefined : now.getTime() + seconds * 1000 - Math.min(margin, seconds * 100);
}

/** The day of a moment by the clock of the browser. */
export function localDay(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
