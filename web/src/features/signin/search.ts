import * as z from "zod/mini";

/** A path within the console, and of nobody else's site. */
const inside = z.string().check(z.regex(/^\/(?![/\\])/));

/** What the sign-in page is told by its address. */
export const signInSearch = z.object({
  return_to: z.catch(z.optional(inside), undefined),
  reason: z.catch(z.optional(z.enum(["ended", "expired"])), undefined),
  error: z.catch(z.optional(z.string()), undefined),
});
