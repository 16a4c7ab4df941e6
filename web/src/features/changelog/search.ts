import * as z from "zod/mini";

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

export const kinds = ["added", "changed", "deprecated", "removed", "fixed", "security"] as const;

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const changelogSearch = z.object({
  version: text,
  kind: z.catch(z.optional(z.enum(kinds)), undefined),
  /** Whether what is not published yet is shown, and nothing else; for operators. */
  drafts: z.catch(z.optional(z.literal("yes")), undefined),
  /** The account type, for operators. */
  type: text,
});
export type ChangelogSearch = z.infer<typeof changelogSearch>;
