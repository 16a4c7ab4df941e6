import type { Schema } from "@/api/client";
import { inVersion, parted } from "@/ui/scope-picker/selection";
import type { Draft } from "./draft";

/** What a link may fill in. All is text, as it stands in the address. */
export interface Prefill {
  name?: string;
  description?: string;
  version?: string;
  scopes?: string;
  preset?: string;
}

/** What of a link could not be used. */
export interface Refused {
  /** A version that does not exist, or is retired. */
  version?: string;
  /** Scopes that do not exist in the version. */
  scopes: string[];
  /** A preset that does not exist, or not for the version. */
  preset?: string;
}

export type Preset = Schema["Preset"];
export type Catalog = Schema["Catalog"];

/** The API versions that a new token may have, newest first. */
export function choosable(catalog: Catalog): Schema["Version"][] {
  return catalog.versions.filter((version) => version.state !== "retired").reverse();
}

/** The version that is preset: the newest that is not deprecated, of those given if there is one among them. */
export function presetVersion(catalog: Catalog, among?: string[]): string {
  const all = choosable(catalog);
  const suited = all.filter(({ id }) => among?.includes(id));
  const versions = suited.length > 0 ? suited : all;
  return (versions.find(({ state }) => state === "current") ?? versions[0])?.id ?? "";
}

/** What a link fills in of a draft, and what it names that the catalog has not. */
export function read(link: Prefill, catalog: Catalog): { filled: Partial<Draft>; refused: Refused } {
  const preset = catalog.presets.find(({ id }) => id === link.preset);
  const usable = choosable(catalog).some(({ id }) => id === link.version);
  const version = link.version !== undefined && usable ? link.version : presetVersion(catalog, preset?.versions);
  const here = inVersion(catalog.categories, version, catalog.versions);
  const suits = preset?.versions.includes(version) ?? false;
  const suggested = suits && preset ? parted(preset.scopes, here).known : [];
  const { known, unknown } = parted(listed(link.scopes), here);
  return {
    filled: {
      ...(link.name !== undefined && { name: link.name }),
      ...(link.description !== undefined && { description: link.description }),
      version,
      scopes: [...new Set([...suggested, ...known])],
    },
    refused: {
      version: usable ? undefined : link.version,
      scopes: [...new Set(unknown)],
      preset: suits ? undefined : link.preset,
    },
  };
}

/** The address that fills in what the draft says, but for people and networks. */
export function linkTo(draft: Draft, scopes: string[]): string {
  const query = new URLSearchParams({ version: draft.version, scopes: scopes.join(",") });
  if (draft.name.trim()) query.set("name", draft.name.trim());
  if (draft.description.trim()) query.set("description", draft.description.trim());
  // A comma may stand in a query as it is; the link stays readable.
  return new URL(`tokens/new?${query.toString().replaceAll("%2C", ",")}`, document.baseURI).href;
}

function listed(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
