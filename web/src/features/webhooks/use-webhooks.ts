import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap, unwrapWithETag } from "@/api/client";
import { keys } from "@/api/keys";

export type Webhook = Schema["Webhook"];

const pageSize = 50;

/** The webhooks of the account, oldest first. */
export function useWebhooks() {
  return useInfiniteQuery({
    queryKey: [...keys.webhooks, "list"],
    queryFn: async ({ signal, pageParam: cursor }) =>
      unwrap(await api.GET("/webhooks", { params: { query: { limit: pageSize, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** A webhook with the ETag that a change of it names. */
export function useWebhook(id: string) {
  return useQuery({
    queryKey: keys.webhook(id),
    queryFn: async ({ signal }) => {
      const { data, etag } = unwrapWithETag(await api.GET("/webhooks/{id}", { params: { path: { id } }, signal }));
      return { webhook: data, etag };
    },
  });
}

function useRefresh() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: keys.webhooks });
}

/**
 * Makes a webhook. Its secret is in the result and nowhere else: gcTime 0 drops it from memory as soon as the component
 * that shows it is gone. Repeated with the same key, the call gives the same secret.
 */
export function useCreateWebhook() {
  const onSuccess = useRefresh();
  return useMutation<Schema["CreatedWebhook"], ApiError, { key: string; body: Schema["CreateWebhookRequest"] }>({
    mutationFn: async ({ key, body }) => {
      const params = { header: { "Idempotency-Key": key } };
      return unwrap(await api.POST("/webhooks", { params, body }));
    },
    onSuccess,
    gcTime: 0,
  });
}

/** Gives a webhook a new secret. As for the secret, see useCreateWebhook. */
export function useRotateWebhook(id: string, idempotencyKey: string) {
  const onSuccess = useRefresh();
  return useMutation<Schema["CreatedWebhook"], ApiError, number>({
    mutationFn: async (grace_seconds) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
      return unwrap(await api.POST("/webhooks/{id}/rotate", { params, body: { grace_seconds } }));
    },
    onSuccess,
    gcTime: 0,
  });
}

/** Changes a webhook, if nobody was quicker since the ETag. */
export function useUpdateWebhook(id: string, etag: string | undefined) {
  const onSuccess = useRefresh();
  return useMutation<Webhook, ApiError, Schema["UpdateWebhookRequest"]>({
    mutationFn: async (body) => {
      const params = { path: { id }, header: { "If-Match": etag } };
      return unwrap(await api.PATCH("/webhooks/{id}", { params, body }));
    },
    onSuccess,
  });
}

export type StateAction = "enable" | "disable" | "delete";

export function useChangeState(id: string) {
  const onSuccess = useRefresh();
  return useMutation<void, ApiError, StateAction>({
    mutationFn: async (action) => {
      const params = { path: { id } };
      if (action === "enable") unwrap(await api.POST("/webhooks/{id}/enable", { params }));
      else if (action === "disable") unwrap(await api.POST("/webhooks/{id}/disable", { params }));
      else unwrap(await api.DELETE("/webhooks/{id}", { params }));
    },
    onSuccess,
  });
}
