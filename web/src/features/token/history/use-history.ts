import { useInfiniteQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

/** What happened to a token, newest first. */
export function useHistory(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.token(id), "history"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const params = { path: { id }, query: { limit: 20, cursor } };
      return unwrap(await api.GET("/tokens/{id}/history", { params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
