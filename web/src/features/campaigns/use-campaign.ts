import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { CampaignSearch } from "./search";

export type CampaignToken = Schema["CampaignToken"];

const pageSize = 50;

/** Who still uses an API version: of all accounts of a type for operators, else of one's own. */
export function useCampaign(version: string, { type, acknowledged }: CampaignSearch) {
  const { operator } = useMe();
  // Operators who name no account see all.
  const header = operator && type ? { "Tokenry-Account": "" } : undefined;
  const query = {
    account_type: operator ? type : undefined,
    acknowledged: acknowledged && acknowledged === "yes",
  };
  return useInfiniteQuery({
    queryKey: [...keys.campaigns, version, query],
    queryFn: async ({ signal, pageParam: cursor }) => {
      const params = { path: { version }, query: { ...query, limit: pageSize, cursor }, header };
      return unwrap(await api.GET("/versions/{version}/campaign", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Notes that one knows that the token's version goes away. */
export function useAcknowledge(token: CampaignToken) {
  const queryClient = useQueryClient();
  const { operator } = useMe();
  return useMutation<Schema["Acknowledgement"], ApiError, void>({
    mutationFn: async () => {
      const header = operator ? { "Tokenry-Account": token.account_id } : undefined; // others may not name one
      return unwrap(await api.POST("/tokens/{id}/acknowledge", { params: { path: { id: token.token_id }, header } }));
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.campaigns }),
  });
}
