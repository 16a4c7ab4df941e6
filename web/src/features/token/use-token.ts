import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap, unwrapWithETag } from "@/api/client";
import { keys } from "@/api/keys";

export type Token = Schema["Token"];

/** A token as it was at some moment, with the tag that a change of it names. */
export interface Revision {
  token: Token;
  etag: string | undefined;
}

const tokenQuery = (id: string) =>
  queryOptions({
    queryKey: keys.token(id),
    queryFn: async ({ signal }): Promise<Revision> => {
      const { data, etag } = unwrapWithETag(await api.GET("/tokens/{id}", { params: { path: { id } }, signal }));
      return { token: data, etag };
    },
  });

export function useToken(id: string) {
  return useQuery(tokenQuery(id));
}

/** Gives a function that reads a token anew, for when it turns out to have been changed by others. */
export function useLatest(id: string) {
  const queryClient = useQueryClient();
  return () => queryClient.fetchQuery({ ...tokenQuery(id), staleTime: 0 });
}

interface Save {
  patch: Schema["UpdateTokenRequest"];
  /** Of the revision that the change was made from: the server refuses it (412, `stale`) if there is a later one. */
  etag: string | undefined;
}

/** Changes a token. If that takes rights away, it returns once no server grants them any more. */
export function useSaveToken(id: string) {
  const queryClient = useQueryClient();
  return useMutation<Schema["ChangedToken"], ApiError, Save>({
    mutationFn: async ({ patch, etag }) =>
      unwrap(await api.PATCH("/tokens/{id}", { params: { path: { id }, header: { "If-Match": etag } }, body: patch })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.tokens }),
  });
}
