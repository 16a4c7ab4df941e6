import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { Member } from "./use-members";

/** How many of the tokens are named. */
export const named = 10;

/** The first of the tokens whose primary contact the member is, and how many there are. */
export function useResponsibilities(member: Member) {
  return useQuery({
    queryKey: [...keys.members(member.account_id), member.id, "responsibilities"],
    queryFn: async ({ signal }) => {
      const params = { path: { id: member.account_id, member_id: member.id }, query: { limit: named } };
      return unwrap(await api.GET("/accounts/{id}/members/{member_id}/responsibilities", { params, signal }));
    },
    staleTime: 0,
  });
}

/** Makes another member the contact of all of them. Gives how many were changed. */
export function useReassign(member: Member) {
  const queryClient = useQueryClient();
  return useMutation<Schema["Reassigned"], ApiError, string>({
    mutationFn: async (to) => {
      const params = { path: { id: member.account_id, member_id: member.id } };
      return unwrap(await api.POST("/accounts/{id}/members/{member_id}/reassign", { params, body: { to } }));
    },
    onSettled: () =>
      Promise.all(
        [keys.members(member.account_id), keys.tokens, keys.leavers].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

/** Inactive members of the account who are still contact of tokens. */
export function useLeavers(accountId: string) {
  const { operator, can } = useMe();
  return useQuery({
    queryKey: [...keys.leavers, accountId],
    queryFn: async ({ signal }) => {
      const header = operator ? { "Tokenry-Account": accountId } : undefined; // others may not name one
      return unwrap(await api.GET("/leavers", { params: { query: { limit: named }, header }, signal }));
    },
    enabled: can.call("listLeavers"),
  });
}
