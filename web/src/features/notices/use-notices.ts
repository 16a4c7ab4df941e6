import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import type { NoticesSearch } from "./search";

const pageSize = 50;

/** Pages of the account's notices, newest first. */
export function useNotices({ state, token }: NoticesSearch) {
  return useInfiniteQuery({
    queryKey: [...keys.notices, { state, token }],
    queryFn: async ({ signal, pageParam: cursor }) => {
      const query = { state, token_id: token, limit: pageSize, cursor };
      return unwrap(await api.GET("/notices", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
