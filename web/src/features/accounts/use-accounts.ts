import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { AccountsSearch } from "./search";

type Account = Schema["Account"];

const pageSize = 50;
const most = 200;

export function useAccounts(search: AccountsSearch) {
  return useInfiniteQuery({
    queryKey: [...keys.accounts, "list", search],
    queryFn: async ({ signal, pageParam }) =>
      unwrap(
        await api.GET("/accounts", { params: { query: { ...search, limit: pageSize, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useAccountById(id: string) {
  return useQuery({
    queryKey: keys.account(id),
    queryFn: async ({ signal }) => unwrap(await api.GET("/accounts/{id}", { params: { path: { id } }, signal })),
  });
}

/** Drops what is known of accounts, and of the policy that forms for tokens ask for. */
function useRefresh() {
  const queryClient = useQueryClient();
  return () => Promise.all([keys.accounts, keys.policy].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

export function useCreateAccount() {
  const refresh = useRefresh();
  return useMutation<Account, ApiError, Schema["CreateAccountRequest"]>({
    mutationFn: async (body) => unwrap(await api.POST("/accounts", { body })),
    onSuccess: refresh,
  });
}

/** Changes an account. It returns when no server goes by what it was. */
export function useUpdateAccount(id: string) {
  const refresh = useRefresh();
  return useMutation<Account, ApiError, Schema["UpdateAccountRequest"]>({
    mutationFn: async (body) => unwrap(await api.PATCH("/accounts/{id}", { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

/** The first tokens of an account that fulfil a filter, and whether there are more. */
export function useTokensOf(accountId: string, filter: { status: ["active"] }) {
  const { operator } = useMe();
  return useQuery({
    queryKey: [...keys.tokens, "of", accountId, filter],
    queryFn: async ({ signal }) => {
      const header = operator ? { "Tokenry-Account": accountId } : undefined; // others may not name one
      const query = { ...filter, limit: most };
      const page = unwrap(await api.GET("/tokens", { params: { query, header }, signal }));
      return { tokens: page.items, more: page.next_cursor !== null };
    },
    staleTime: 0,
  });
}
