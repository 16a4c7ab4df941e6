import * as z from "zod/mini";

export const deliveryStates = ["pending", "delivered", "failed"] as const;

/** What the page of a webhook keeps in its address. A value that makes no sense is dropped. */
export const webhookSearch = z.object({
  /** Only deliveries in this state. */
  state: z.catch(z.optional(z.enum(deliveryStates)), undefined),
});
export type WebhookSearch = z.infer<typeof webhookSearch>;
