import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import type { Period } from "../search";
import { spans } from "./counts";

/** How a token was used in a period that ends now. */
export function useUsage(id: string, period: Period) {
  return useQuery({
    queryKey: [...keys.token(id), "usage", period],
    queryFn: async ({ signal }) => {
      const { days, resolution } = spans[period];
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      const params = { path: { id }, query: { since, resolution } };
      return unwrap(await api.GET("/tokens/{id}/usage", { params, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}
