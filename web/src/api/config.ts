import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: async ({ signal }) => unwrap(await api.GET("/console/config.json", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What the server tells the console, also before anybody has signed in. */
export function useConfig() {
  return useSuspenseQuery(configQuery).data;
}
