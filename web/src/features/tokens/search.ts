import { z } from "zod";

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

const text = z.string().min(1).optional().catch(undefined);

/** An address has one status as a text, and several as a list. */
const someStatuses = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(z.enum(statuses)).nonempty().optional().catch(undefined),
);

/** What the page keeps in its address. A value that makes no sense is dropped. */
export const tokensSearch = z.object({
  /** Part of the name. */
  q: text,
  /** Created within so many days, or longer ago than 30. */
  created: z.enum(ages).optional().catch(undefined),
  status: someStatuses,
  version: text,
  scope: text,
  /** The id of the member who is primary contact; "missing" for tokens whose contact has left. */
  contact: text,
  /** Not used for 90 days. */
  unused: z
    .union([z.literal(true), z.literal("true").transform(() => true as const)])
    .optional()
    .catch(undefined),
  sort: z.enum(sorts).optional().catch(undefined),
  /** Where the page begins; absent for the first. */
  cursor: text,
});
export type TokensSearch = z.infer<typeof tokensSearch>;

/** The filters alone: neither order nor page. */
export function filtersOf({ sort, cursor, ...filters }: TokensSearch) {
  return filters;
}

export function countFilters(search: TokensSearch): number {
  return Object.values(filtersOf(search)).filter((value) => value !== undefined).length;
}
