import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useActingAccount } from "./account";
import { api, caller, type Schema, unwrap } from "./client";
import { keys } from "./keys";

export type Me = Schema["Whoami"] & {
  /** The account acted in: an operator's choice, else one's own. Undefined for operators who have not chosen. */
  accountId: string | undefined;
  can: {
    /** Whether tokens may be changed. */
    write: boolean;
    /** Whether members and policy may be changed. */
    admin: boolean;
    /** Whether an operation of openapi.yaml may be called, by its operationId. */
    call: (operation: string) => boolean;
  };
};

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => {
    const who = unwrap(await api.GET("/whoami", { signal }));
    caller.operator = who.operator;
    caller.home = who.account_id;
    return who;
  },
  staleTime: 60_000,
});

/** Who is signed in, and what they may do. Only for what is shown once that is known. */
export function useMe(): Me {
  const { data: who } = useSuspenseQuery(meQuery);
  const chosen = useActingAccount();
  const call = (operation: string) => who.may.includes(operation);
  return {
    ...who,
    accountId: (who.operator ? chosen : undefined) ?? who.account_id ?? undefined,
    can: { write: call("createToken"), admin: call("createMember"), call },
  };
}

/** The account acted in, for those who may read it: admins and operators. */
export function useAccount() {
  const { accountId, can } = useMe();
  return useQuery({
    queryKey: keys.account(accountId ?? ""),
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/accounts/{id}", { params: { path: { id: accountId ?? "" } }, signal })),
    enabled: accountId !== undefined && can.call("getAccount"),
  });
}
