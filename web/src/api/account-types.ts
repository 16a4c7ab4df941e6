import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

export interface AccountType {
  id: string;
  label: string;
  /** The ids of its API versions, oldest first. */
  versions: string[];
}

/** What is read of a catalog file. A text is one text, or one for each language. */
interface CatalogFile {
  account_types?: Record<string, { label?: Text; versions?: { id: string }[] }>;
}
type Text = string | Record<string, string>;

/** The account types of the catalog. For operators. */
export function useAccountTypes(language: string, enabled = true) {
  return useQuery({
    queryKey: [...keys.catalog, "types"],
    queryFn: async ({ signal }): Promise<CatalogFile> =>
      unwrap(await api.GET("/catalog/export", { params: { header: { Accept: "application/json" } }, signal })),
    select: (file) => typesOf(file, language),
    staleTime: 60_000,
    enabled,
  });
}

function typesOf(file: CatalogFile, language: string): AccountType[] {
  return Object.entries(file.account_types ?? {}).map(([id, { label, versions }]) => ({
    id,
    label: textOf(label, language) || id,
    versions: (versions ?? []).map((version) => version.id),
  }));
}

function textOf(text: Text | undefined, language: string): string | undefined {
  return typeof text === "object" ? (text[language] ?? text.en ?? Object.values(text)[0]) : text;
}
