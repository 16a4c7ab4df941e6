import { z } from "zod";

/** A path within the console, and of nobody else's site. */
const inside = z.string().regex(/^\/(?![/\\])/);

/** What the sign-in page is told by its address. */
export const signInSearch = z.object({
  return_to: inside.optional().catch(undefined),
  reason: z.enum(["ended", "expired"]).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
});
