import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";

export type Member = Schema["Member"];

const pageSize = 50;

export function useMembers(accountId: string, search: { q?: string; state?: Schema["MemberState"] }) {
  return useInfiniteQuery({
    queryKey: [...keys.members(accountId), search],
    queryFn: async ({ signal, pageParam }) =>
      unwrap(
        await api.GET("/accounts/{id}/members", {
          params: { path: { id: accountId }, query: { ...search, limit: pageSize, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Drops what is known of members: who they are may be oneself. */
function useRefresh(accountId: string) {
  const queryClient = useQueryClient();
  const { member_id } = useMe();
  return async (member: Member) => {
    const stale = [keys.members(accountId), keys.contacts, ...(member.id === member_id ? [keys.me] : [])];
    await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
}

export function useCreateMember(accountId: string) {
  const refresh = useRefresh(accountId);
  return useMutation<Member, ApiError, Schema["CreateMemberRequest"]>({
    mutationFn: async (body) =>
      unwrap(await api.POST("/accounts/{id}/members", { params: { path: { id: accountId } }, body })),
    onSuccess: refresh,
  });
}

export function useUpdateMember(accountId: string, id: string) {
  const refresh = useRefresh(accountId);
  return useMutation<Member, ApiError, Schema["UpdateMemberRequest"]>({
    mutationFn: async (body) =>
      unwrap(
        await api.PATCH("/accounts/{id}/members/{member_id}", {
          params: { path: { id: accountId, member_id: id } },
          body,
        }),
      ),
    onSuccess: refresh,
  });
}
