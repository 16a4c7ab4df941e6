import { z } from "zod";

const text = z.string().min(1).optional().catch(undefined);

/** What the list of accounts keeps in its address. A value that makes no sense is dropped. */
export const accountsSearch = z.object({
  /** Part of the name, or a whole id. */
  q: text,
  type: text,
  state: z.enum(["active", "disabled"]).optional().catch(undefined),
});
export type AccountsSearch = z.infer<typeof accountsSearch>;

/** What the page of an account keeps in its address. */
export const accountSearch = z.object({
  tab: z.enum(["members", "settings"]).optional().catch(undefined),
  /** Part of a member's name or address. */
  q: text,
  state: z.enum(["active", "inactive"]).optional().catch(undefined),
});
export type AccountSearch = z.infer<typeof accountSearch>;
