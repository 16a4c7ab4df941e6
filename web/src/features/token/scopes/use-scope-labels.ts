import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";

/** What the catalog calls each scope, in the reader's language. */
export function useScopeLabels(): Map<string, string> {
  const { data: catalog } = useQuery(catalogQuery(useTranslation().i18n.language));
  return useMemo(
    () => new Map(catalog?.categories.flatMap(({ scopes }) => scopes.map(({ id, label }) => [id, label] as const))),
    [catalog],
  );
}
