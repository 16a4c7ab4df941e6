import * as z from "zod/mini";

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const catalogSearch = z.object({
  /** The account type, for operators. */
  type: text,
  version: text,
  /** What scopes are searched for. */
  q: text,
});
export type CatalogSearch = z.infer<typeof catalogSearch>;
