import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

/** The catalog for the account acted in, with its texts in the language. */
export const catalogQuery = (language: string) =>
  queryOptions({
    queryKey: [...keys.catalog, language],
    queryFn: async ({ signal }) => unwrap(await api.GET("/catalog", { signal })),
    staleTime: 60_000,
  });
