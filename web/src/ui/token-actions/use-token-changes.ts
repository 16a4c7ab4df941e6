import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

type Token = Schema["Token"];

/** Shows all lists and pages of tokens as they are now. */
function useRefresh() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: keys.tokens });
}

export type StateChange = { action: "disable" | "enable" | "delete" } | { action: "revoke"; reason: string };

/** Changes what a token's status is. It returns when no server accepts the old one. */
export function useChangeState(id: string) {
  const refresh = useRefresh();
  return useMutation<void, ApiError, StateChange>({
    mutationFn: async (change) => {
      const params = { path: { id } };
      switch (change.action) {
        case "disable":
          unwrap(await api.POST("/tokens/{id}/disable", { params }));
          break;
        case "enable":
          unwrap(await api.POST("/tokens/{id}/enable", { params }));
          break;
        case "revoke":
          unwrap(await api.POST("/tokens/{id}/revoke", { params, body: { reason: change.reason } }));
          break;
        case "delete":
          unwrap(await api.DELETE("/tokens/{id}", { params }));
      }
    },
    onSuccess: refresh,
  });
}

/**
 * Gives a token a new secret. The secret is in the result and nowhere else: gcTime 0 drops it from memory as soon as
 * the component that shows it is gone. Repeated with the same key, the call gives the same secret.
 */
export function useRotate(id: string, idempotencyKey: string) {
  const refresh = useRefresh();
  return useMutation<Schema["RotatedToken"], ApiError, Schema["RotateTokenRequest"]>({
    mutationFn: async (body) =>
      unwrap(
        await api.POST("/tokens/{id}/rotate", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey } },
          body,
        }),
      ),
    onSuccess: refresh,
    gcTime: 0,
  });
}

/** Makes a token with the same settings. As for its secret, see useRotate. */
export function useDuplicate(id: string, idempotencyKey: string) {
  const refresh = useRefresh();
  return useMutation<Schema["CreatedToken"], ApiError, void>({
    mutationFn: async () =>
      unwrap(
        await api.POST("/tokens/{id}/duplicate", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey } },
        }),
      ),
    onSuccess: refresh,
    gcTime: 0,
  });
}

/** Moves a token to a later API version, with the scopes it is to have there. */
export function useUpgrade(token: Token) {
  const refresh = useRefresh();
  return useMutation<Token, ApiError, { version: string; scopes: string[] }>({
    mutationFn: async (body) => unwrap(await api.PATCH("/tokens/{id}", { params: { path: { id: token.id } }, body })),
    onSuccess: refresh,
  });
}
