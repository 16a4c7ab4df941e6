import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import type { TokensSearch } from "./search";

const pageSize = 50;
const day = 86_400_000;

/** A page of tokens. While the next one loads, the last one stays. */
export function useTokens(search: TokensSearch) {
  return useQuery({
    queryKey: [...keys.tokens, "list", search],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET("/tokens", { params: { query: { ...queryOf(search, Date.now()), limit: pageSize } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What the server is asked for. */
export function queryOf(search: TokensSearch, now: number) {
  const ago = (days: number) => new Date(now - days * day).toISOString();
  const { created, unused, contact } = search;
  return {
    q: search.q,
    status: search.status,
    version: search.version,
    scope: search.scope,
    contact: contact === "missing" ? undefined : contact,
    contact_missing: contact === "missing" || undefined,
    created_after: created && created !== "older" ? ago(Number(created)) : undefined,
    created_before: created === "older" ? ago(30) : undefined,
    unused_since: unused && ago(90),
    sort: search.sort,
    cursor: search.cursor,
  };
}
