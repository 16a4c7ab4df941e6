import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";

export type Named = "token" | "member" | "account";

/** What a token, a member or an account is called now; undefined if it is gone or may not be seen. */
export function useName(kind: string, id: string, accountId: string | null, wanted = true): string | undefined {
  const { operator } = useMe();
  const { data } = useQuery({
    queryKey: [...keys.audit, "name", kind, id],
    queryFn: ({ signal }) => nameOf(kind as Named, id, accountId ?? "", operator, signal),
    enabled:
      wanted && id !== "" && (kind === "account" || (accountId !== null && (kind === "token" || kind === "member"))),
    staleTime: 300_000,
    retry: false,
  });
  return data;
}

async function nameOf(kind: Named, id: string, account: string, operator: boolean, signal: AbortSignal) {
  switch (kind) {
    case "token": {
      const header = operator ? { "Tokenry-Account": account } : undefined;
      return unwrap(await api.GET("/tokens/{id}", { params: { path: { id }, header }, signal })).name;
    }
    case "member": {
      const path = { id: account, member_id: id };
      return unwrap(await api.GET("/accounts/{id}/members/{member_id}", { params: { path }, signal })).name;
    }
    case "account":
      return unwrap(await api.GET("/accounts/{id}", { params: { path: { id } }, signal })).name;
  }
}
