import type { Schema } from "@/api/client";
import { isEmail, maxDevelopers } from "@/ui/contact-fields";
import { type Expiry, endOf, type LifetimePolicy } from "@/ui/token-fields";
import { isDay } from "@/ui/token-fields/expiry";
import { faultsOfPairs, type Pair } from "@/ui/token-fields/metadata";
import { isNetwork, maxNetworks } from "@/ui/token-fields/networks";
import type { Token } from "../use-token";

/** The settings of a token that can be edited together, by the names that the audit log has for them. */
export interface Settings {
  name: string;
  description: string;
  "contacts.primary": string;
  "contacts.developers": string[];
  expires_at: string | null;
  allowed_cidrs: string[];
  metadata: Record<string, string>;
}
export type Field = keyof Settings;
export const fields: Field[] = [
  "name",
  "description",
  "contacts.primary",
  "contacts.developers",
  "expires_at",
  "allowed_cidrs",
  "metadata",
];

/** Settings as they are typed. */
export type Draft = Omit<Settings, "expires_at" | "metadata"> & {
  /** "same" leaves the moment as it is, to the second. */
  expires_at: Expiry | "same";
  metadata: Pair[];
};

export type Fault = "nameRequired" | "nameTooLong" | "descriptionTooLong" | "primaryRequired" | "dateRequired";

/** By field, what it was and what it is. */
export type Changes = Partial<Record<Field, { old: unknown; new: unknown }>>;

export function settingsOf(token: Token): Settings {
  return {
    name: token.name,
    description: token.description,
    "contacts.primary": token.contacts.primary ?? "",
    "contacts.developers": token.contacts.developers,
    expires_at: token.expires_at && new Date(token.expires_at).toISOString(), // in the form that drafts have
    allowed_cidrs: token.allowed_cidrs,
    metadata: token.metadata,
  };
}

export function draftOf(token: Token): Draft {
  const metadata = Object.entries(token.metadata).map(([key, value]) => ({ key, value }));
  return { ...settingsOf(token), expires_at: "same", metadata };
}

/** What the draft would make of the token's settings. */
export function drafted(draft: Draft, token: Token, now: Date, policy: LifetimePolicy | undefined): Settings {
  const pairs = draft.metadata.filter(({ key, value }) => key !== "" || value !== "");
  return {
    ...draft,
    name: draft.name.trim(),
    description: draft.description.trim(),
    expires_at: endDrafted(draft.expires_at, token, now, policy),
    metadata: Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
  };
}

function endDrafted(expiry: Draft["expires_at"], token: Token, now: Date, policy: LifetimePolicy | undefined) {
  if (expiry === "same" || (expiry.kind === "date" && !isDay(expiry.date))) return settingsOf(token).expires_at;
  return endOf(expiry, now, policy)?.toISOString() ?? null;
}

export function changesBetween(old: Settings, now: Settings): Changes {
  const changed = fields.filter((field) => !same(old[field], now[field]));
  return Object.fromEntries(changed.map((field) => [field, { old: old[field], new: now[field] }]));
}

/** The request that makes the changes. */
export function patchOf(changes: Changes, now: Settings, old: Settings): Schema["UpdateTokenRequest"] {
  const patch: Schema["UpdateTokenRequest"] = {};
  if (changes.name) patch.name = now.name;
  if (changes.description) patch.description = now.description || null;
  if (changes.expires_at) patch.expires_at = now.expires_at;
  if (changes.allowed_cidrs) patch.allowed_cidrs = now.allowed_cidrs;
  if (changes["contacts.primary"]) patch.contacts = { primary: now["contacts.primary"] };
  if (changes["contacts.developers"]) patch.contacts = { ...patch.contacts, developers: now["contacts.developers"] };
  if (changes.metadata) {
    const gone = Object.keys(old.metadata).filter((key) => !(key in now.metadata));
    const kept = Object.entries(now.metadata).filter(([key, value]) => old.metadata[key] !== value);
    patch.metadata = { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(kept) };
  }
  return patch;
}

/** What can be seen to be wrong without asking the server; lists show by themselves what is wrong in them. */
export function faultsOf(draft: Draft): Partial<Record<Field, Fault>> {
  const faults: Partial<Record<Field, Fault>> = {};
  const length = (text: string) => [...text.trim()].length;
  if (length(draft.name) === 0) faults.name = "nameRequired";
  if (length(draft.name) > 100) faults.name = "nameTooLong";
  if (length(draft.description) > 1000) faults.description = "descriptionTooLong";
  if (draft["contacts.primary"] === "") faults["contacts.primary"] = "primaryRequired";
  const end = draft.expires_at;
  if (end !== "same" && end.kind === "date" && !isDay(end.date)) faults.expires_at = "dateRequired";
  return faults;
}

/** Whether every entry of every list can be sent. */
export function listsAreRight(draft: Draft): boolean {
  const { allowed_cidrs: networks, "contacts.developers": developers } = draft;
  return (
    networks.every(isNetwork) &&
    networks.length <= maxNetworks &&
    developers.every(isEmail) &&
    developers.length <= maxDevelopers &&
    faultsOfPairs(draft.metadata).length === 0
  );
}

export interface Rebased {
  draft: Draft;
  /** What others have changed and the draft has not: the draft has it now. */
  taken: Field[];
  /** What both have changed, each to something else: the draft keeps its own. */
  contested: Field[];
}

/** Carries a draft over from the token it was made from to a later one, and loses nothing that was typed. */
export function rebase(draft: Draft, mine: Changes, base: Token, theirs: Token): Rebased {
  const before = settingsOf(base);
  const after = settingsOf(theirs);
  const changed = fields.filter((field) => !same(before[field], after[field]));
  const taken = changed.filter((field) => !mine[field]);
  const contested = changed.filter((field) => mine[field] && !same(mine[field].new, after[field]));
  const agreed = changed.filter((field) => mine[field] && same(mine[field].new, after[field]));
  return { draft: withTheirs(draft, theirs, [...taken, ...agreed]), taken, contested };
}

/** The draft with the fields as the token has them. */
export function withTheirs(draft: Draft, token: Token, some: Field[]): Draft {
  const theirs = draftOf(token);
  return { ...draft, ...Object.fromEntries(some.map((field) => [field, theirs[field]])) };
}

/** Whether two settings are the same; the order of metadata does not count. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
