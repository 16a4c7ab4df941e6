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
  preset?: string;
}

export type Preset = { id: string; label: string; description: string; version?: string | null; scopes: string[] };
export type Catalog = Schema["Catalog"] & { presets?: Preset[] };

/** The API versions that a new token may have, newest first. */
export function choosable(catalog: Catalog): Schema["Version"][] {
  return catalog.versions.filter((version) => version.state !== "retired").reverse();
}

/** The version that is preset: the newest that is not deprecated. */
export function presetVersion(catalog: Catalog): string {
  const versions = choosable(catalog);
  return (versions.find((version) => version.state === "current") ?? versions[0])?.id ?? "";
}

/** What a link fills in of a draft, and what it names that the catalog has not. */
export function read(link: Prefill, catalog: Catalog): { filled: Partial<Draft>; refused: Refused } {
  const preset = catalog.presets?.find((p) => p.id === link.preset);
  const wanted = link.version ?? preset?.version ?? undefined;
  const usable = wanted !== undefined && choosable(catalog).some((v) => v.id === wanted);
  const version = usable ? wanted : presetVersion(catalog);
  const scopes = [...new Set([...(preset?.scopes ?? []), ...listed(link.scopes)])];
  const { known, unknown } = parted(scopes, inVersion(catalog.categories, version, catalog.versions));
  return {
    filled: { name: link.name, description: link.description, version, scopes: known },
    refused: {
      version: usable ? undefined : wanted,
      scopes: unknown,
      preset: link.preset !== undefined && !preset ? link.preset : undefined,
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
