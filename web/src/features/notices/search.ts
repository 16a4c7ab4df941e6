import * as z from "zod/mini";

export const states = ["waiting", "sent", "failed", "dropped"] as const;

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const noticesSearch = z.object({
  state: z.catch(z.optional(z.enum(states)), undefined),
  /** The id of the token that they are about. */
  token: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
});
export type NoticesSearch = z.infer<typeof noticesSearch>;
