import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

export type Catalog = Schema["Catalog"];

/** The catalog of an account type, with its texts in the language; without a type that of the account acted in. */
export function useCatalog(type: string | undefined, language: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.catalog, "type", type, language],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/catalog", { params: { query: { account_type: type } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    enabled,
  });
}
