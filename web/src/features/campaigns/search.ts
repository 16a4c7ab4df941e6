import * as z from "zod/mini";

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const campaignSearch = z.object({
  /** The account type whose version it is, for operators. */
  type: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
  acknowledged: z.catch(z.optional(z.enum(["yes", "no"])), undefined),
});
export type CampaignSearch = z.infer<typeof campaignSearch>;
