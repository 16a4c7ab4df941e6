import { useInfiniteQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

const pageSize = 10;

/** Where secrets of the token were found, the place told of last first. */
export function useLeaks(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.token(id), "leaks"],
    queryFn: async ({ signal, pageParam: cursor }) =>
      unwrap(
        await api.GET("/tokens/{id}/leaks", { params: { path: { id }, query: { limit: pageSize, cursor } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Who has tried the decoy, the latest first. */
export function useDecoyUses(id: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: [...keys.token(id), "decoy-uses"],
    queryFn: async ({ signal, pageParam: cursor }) => {
      const params = { path: { id }, query: { limit: pageSize, cursor } };
      return unwrap(await api.GET("/tokens/{id}/decoy-uses", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled,
  });
}
