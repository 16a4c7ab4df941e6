import * as z from "zod/mini";

export const tabs = ["overview", "credentials", "scopes", "usage", "history", "told"] as const;
export type Tab = (typeof tabs)[number];

export const periods = ["24h", "7d", "30d", "90d", "12mo"] as const;
export type Period = (typeof periods)[number];

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const tokenSearch = z.object({
  tab: z.catch(z.optional(z.enum(tabs)), undefined),
  /** How far back the usage goes; 30 days unless said. */
  period: z.catch(z.optional(z.enum(periods)), undefined),
});
