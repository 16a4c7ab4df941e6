import * as z from "zod/mini";

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);
const day = z.catch(z.optional(z.iso.date()), undefined);

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const auditSearch = z.object({
  /** What was done; with a dot at its end, everything done to things of that sort. */
  action: text,
  /** Who did it: a kind, or a kind and an id as in member:0Nc…. */
  actor: text,
  /** What it was done to, in the same way. */
  object: text,
  /** The id of the token it was done to. */
  token: text,
  /** The id of the account whose log it is; `account` is taken by the account acted in. */
  owner: text,
  /** The first and the last day. */
  since: day,
  until: day,
});
export type AuditSearch = z.infer<typeof auditSearch>;
