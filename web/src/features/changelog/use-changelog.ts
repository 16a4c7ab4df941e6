import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { ChangelogSearch } from "./search";

export type Entry = Schema["ChangelogEntry"];

const pageSize = 20;

/** Pages of the changelog, newest first. */
export function useChangelog({ version, kind, type, drafts }: ChangelogSearch) {
  const { operator } = useMe();
  // Operators who name no account see what concerns any of them.
  const header = operator ? { "Tokenry-Account": "" } : undefined;
  const query = {
    version,
    kind,
    account_type: operator ? type : undefined,
    drafts: operator && drafts ? true : undefined,
  };
  return useInfiniteQuery({
    queryKey: [...keys.changelog, query],
    queryFn: async ({ signal, pageParam: cursor }) =>
      unwrap(await api.GET("/changelog", { params: { query: { ...query, limit: pageSize, cursor }, header }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

function useRefresh() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: keys.changelog });
}

/** Writes an entry, or changes one that is there. */
export function useSaveEntry(id: string | undefined) {
  const onSuccess = useRefresh();
  return useMutation<Entry, ApiError, Schema["CreateChangelogEntryRequest"]>({
    mutationFn: async ({ draft, ...body }) =>
      id
        ? unwrap(await api.PATCH("/changelog/{id}", { params: { path: { id } }, body }))
        : unwrap(await api.POST("/changelog", { body: { ...body, draft } })),
    onSuccess,
  });
}

export function usePublishEntry(id: string) {
  const onSuccess = useRefresh();
  return useMutation<Entry, ApiError, void>({
    mutationFn: async () => unwrap(await api.POST("/changelog/{id}/publish", { params: { path: { id } } })),
    onSuccess,
  });
}

export function useDeleteEntry(id: string) {
  const onSuccess = useRefresh();
  return useMutation<void, ApiError, void>({
    mutationFn: async () => {
      unwrap(await api.DELETE("/changelog/{id}", { params: { path: { id } } }));
    },
    onSuccess,
  });
}
