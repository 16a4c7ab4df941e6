import * as z from "zod/mini";

export const statuses = ["active", "disabled", "expired", "revoked"] as const;
export const ages = ["7", "30", "older"] as const;
export const sorts = [
  "-created_at",
  "created_at",
  "name",
  "-name",
  "-last_used_at",
  "last_used_at",
  "expires_at",
  "-expires_at",
] as const;

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** An address has one status as a text, and several as a list. */
const someStatuses = z.catch(
  z.optional(
    z.union([
      z.array(z.enum(statuses)).check(z.minLength(1)),
      z.pipe(
        z.enum(statuses),
        z.transform((status) => [status]),
      ),
    ]),
  ),
  undefined,
);

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const tokensSearch = z.object({
  /** Part of the name. */
  q: text,
  /** Created within so many days, or longer ago than 30. */
  created: z.catch(z.optional(z.enum(ages)), undefined),
  status: someStatuses,
  version: text,
  scope: text,
  /** The id of the member who is primary contact; "missing" for tokens whose contact has left. */
  contact: text,
  /** Not used for 90 days. */
  unused: z.catch(
    z.optional(
      z.union([
        z.literal(true),
        z.pipe(
          z.literal("true"),
          z.transform(() => true as const),
        ),
      ]),
    ),
    undefined,
  ),
  sort: z.catch(z.optional(z.enum(sorts)), undefined),
  /** Where the page begins; absent for the first. */
  cursor: text,
});
export type TokensSearch = z.infer<typeof tokensSearch>;

/** The filters alone: neither order nor page, nor what else an address may hold. */
export function filtersOf({ q, created, status, version, scope, contact, unused }: TokensSearch) {
  return { q, created, status, version, scope, contact, unused };
}

export function countFilters(search: TokensSearch): number {
  return Object.values(filtersOf(search)).filter((value) => value !== undefined).length;
}
