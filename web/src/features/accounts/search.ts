import * as z from "zod/mini";

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** What the list of accounts keeps in its address. A value that makes no sense is dropped. */
export const accountsSearch = z.object({
  /** Part of the name, or a whole id. */
  q: text,
  type: text,
  state: z.catch(z.optional(z.enum(["active", "disabled"])), undefined),
});
export type AccountsSearch = z.infer<typeof accountsSearch>;

/** What the page of an account keeps in its address. */
export const accountSearch = z.object({
  tab: z.catch(z.optional(z.enum(["members", "settings"])), undefined),
  /** Part of a member's name or address. */
  q: text,
  state: z.catch(z.optional(z.enum(["active", "inactive"])), undefined),
});
export type AccountSearch = z.infer<typeof accountSearch>;
