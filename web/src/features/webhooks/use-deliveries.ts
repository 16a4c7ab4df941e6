import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiError, api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import type { WebhookSearch } from "./search";

export type Delivery = Schema["WebhookDelivery"];
type Details = Schema["WebhookDeliveryDetails"];

const pageSize = 20;
/** How often a delivery on its way is looked at. */
const soon = 1500;

/** What was sent to a webhook, newest first. While one is on its way, it is looked at again and again. */
export function useDeliveries(webhookId: string, { state }: WebhookSearch) {
  return useInfiniteQuery({
    queryKey: [...keys.webhook(webhookId), "deliveries", { state }],
    queryFn: async ({ signal, pageParam: cursor }) => {
      const params = { path: { id: webhookId }, query: { state, limit: pageSize, cursor } };
      return unwrap(await api.GET("/webhooks/{id}/deliveries", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ items }) => items.some(isOnItsWay)) ? soon : false),
  });
}

/** A delivery with its attempts, until it is made or waits for its next attempt. */
export function useDelivery(webhookId: string, id: string) {
  return useQuery({
    queryKey: [...keys.webhook(webhookId), "delivery", id],
    queryFn: async ({ signal }): Promise<Details> => {
      const params = { path: { id: webhookId, delivery_id: id } };
      return unwrap(await api.GET("/webhooks/{id}/deliveries/{delivery_id}", { params, signal }));
    },
    refetchInterval: ({ state: { data } }) => (data && isOnItsWay(data) ? soon : false),
  });
}

/** Whether the outcome of an attempt is about to be known. */
export function isOnItsWay({ state, next_attempt_at }: Pick<Delivery, "state" | "next_attempt_at">): boolean {
  return state === "pending" && (next_attempt_at === null || Date.parse(next_attempt_at) < Date.now() + 20_000);
}

function useRefresh(webhookId: string) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: keys.webhook(webhookId) });
}

/** Has a test event sent. What became of it is for useDelivery to say. */
export function useTest(webhookId: string) {
  const onSuccess = useRefresh(webhookId);
  return useMutation<Delivery, ApiError, void>({
    mutationFn: async () => unwrap(await api.POST("/webhooks/{id}/test", { params: { path: { id: webhookId } } })),
    onSuccess,
  });
}

/** Has an event sent again, with the same webhook-id. */
export function useRedeliver(webhookId: string, id: string) {
  const onSuccess = useRefresh(webhookId);
  return useMutation<Delivery, ApiError, void>({
    mutationFn: async () => {
      const params = { path: { id: webhookId, delivery_id: id } };
      return unwrap(await api.POST("/webhooks/{id}/deliveries/{delivery_id}/redeliver", { params }));
    },
    onSuccess,
  });
}
