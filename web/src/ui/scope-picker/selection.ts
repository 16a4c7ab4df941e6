import type { Schema } from "@/api/client";

export type Scope = Schema["Scope"];
export type Category = Schema["Category"];
export type Version = Schema["Version"];

/** What a category holds in one API version, and what is chosen of it. */
export interface Counts {
  chosen: number;
  all: number;
}

/** Whether a scope exists in the version. Versions are ordered, oldest first. */
export function existsIn(scope: Pick<Scope, "since" | "until">, version: string, versions: Pick<Version, "id">[]) {
  const at = versions.findIndex((v) => v.id === version);
  const place = (id: string | null, open: number) => (id === null ? open : versions.findIndex((v) => v.id === id));
  return at >= 0 && place(scope.since, 0) <= at && at <= place(scope.until, versions.length);
}

/** The categories as they are in one version: without other versions' scopes, and without those left empty. */
export function inVersion(categories: Category[], version: string, versions: Pick<Version, "id">[]): Category[] {
  return narrowed(categories, (scope) => existsIn(scope, version, versions));
}

/** The scopes that have every word of the text in their label, id, path or description, or in their category's name. */
export function found(categories: Category[], text: string): Category[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return categories;
  return narrowed(categories, (scope, category) => {
    const routes = scope.routes.map((r) => `${r.method} ${r.path}`).join(" ");
    const all =
      `${scope.label} ${scope.id} ${routes} ${scope.description} ${category.label} ${category.id}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The categories with only the scopes that pass the test, less those left empty. */
export function narrowed(categories: Category[], keep: (scope: Scope, category: Category) => boolean): Category[] {
  return categories.flatMap((category) => {
    const scopes = category.scopes.filter((scope) => keep(scope, category));
    return scopes.length === 0 ? [] : [scopes.length === category.scopes.length ? category : { ...category, scopes }];
  });
}

export function scopesOf(categories: Category[]): Scope[] {
  return categories.flatMap((category) => category.scopes);
}

/** Chosen scopes in two: those that the categories have, and those they have not. */
export function parted(chosen: readonly string[], categories: Category[]): { known: string[]; unknown: string[] } {
  const ids = new Set(scopesOf(categories).map((scope) => scope.id));
  return { known: chosen.filter((id) => ids.has(id)), unknown: chosen.filter((id) => !ids.has(id)) };
}

/** The selection with the scopes added or taken out. The order of what stays is kept. */
export function withScopes(chosen: readonly string[], ids: readonly string[], on: boolean): string[] {
  const touched = new Set(ids);
  const rest = chosen.filter((id) => !touched.has(id));
  return on ? [...rest, ...touched] : rest;
}

export function countsOf(category: Category, chosen: ReadonlySet<string>): Counts {
  return { chosen: category.scopes.filter((scope) => chosen.has(scope.id)).length, all: category.scopes.length };
}

/** Everything that reads, and nothing that writes. */
export function readOnly(categories: Category[]): string[] {
  return scopesOf(categories)
    .filter((scope) => scope.access === "read")
    .map((scope) => scope.id);
}

/** For each chosen scope that is of little use without others: those of the others that exist and are not chosen. */
export function unmetNeeds(categories: Category[], chosen: ReadonlySet<string>): Map<string, Scope[]> {
  const scopes = scopesOf(categories);
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  const unmet = new Map<string, Scope[]>();
  for (const scope of scopes) {
    if (!chosen.has(scope.id) || scope.needs.length === 0) continue;
    const missing = scope.needs.flatMap((id) => (chosen.has(id) ? [] : (byId.get(id) ?? [])));
    if (missing.length > 0) unmet.set(scope.id, missing);
  }
  return unmet;
}
