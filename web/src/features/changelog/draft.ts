import type { Schema } from "@/api/client";
import type { kinds } from "./search";
import type { Entry } from "./use-changelog";

/** The language besides English in which entries are written here; others are kept as they are. */
export const second = "zh-CN";

/** An entry as the form holds it. */
export interface EntryDraft {
  types: string[];
  version: string;
  kind: (typeof kinds)[number];
  title: string;
  body: string;
  secondTitle: string;
  secondBody: string;
}

export function draftOf(entry: Entry | undefined, version = ""): EntryDraft {
  return {
    types: entry?.account_types ?? [],
    version: entry ? (entry.version ?? "") : version,
    kind: entry?.kind ?? "added",
    title: entry?.title ?? "",
    body: entry?.body ?? "",
    secondTitle: entry?.translations[second]?.title ?? "",
    secondBody: entry?.translations[second]?.body ?? "",
  };
}

/** What the server is told. A translation without a title is none. */
export function requestOf(
  draft: EntryDraft,
  translations: Entry["translations"],
  asDraft: boolean,
): Schema["CreateChangelogEntryRequest"] {
  const { [second]: _, ...others } = translations;
  const title = draft.secondTitle.trim();
  return {
    account_types: draft.types,
    version: draft.version || null,
    kind: draft.kind,
    title: draft.title.trim(),
    body: draft.body.trim(),
    translations: title ? { ...others, [second]: { title, body: draft.secondBody.trim() } } : others,
    draft: asDraft,
  };
}

/** The texts of an entry in a language, or as it was written. */
export function textsOf(
  entry: Pick<Entry, "title" | "body" | "translations">,
  language: string,
): Schema["ChangelogText"] {
  return entry.translations[language] ?? entry;
}

/** The versions that all the given account types have; of all account types if none is given. */
export function commonVersions(types: { id: string; versions: string[] }[], chosen: string[]): string[] {
  const [first, ...rest] = types.filter(({ id }) => chosen.length === 0 || chosen.includes(id));
  if (!first) return [];
  return first.versions.filter((version) => rest.every(({ versions }) => versions.includes(version)));
}
