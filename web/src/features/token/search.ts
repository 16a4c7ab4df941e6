import { z } from "zod";

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const tokenSearch = z.object({
  tab: z.enum(["overview", "credentials", "scopes", "usage", "history"]).optional().catch(undefined),
});
