import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { apiBase } from "@/api/base";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import type { AuditSearch } from "./search";

export type Entry = Schema["AuditEntry"];

const pageSize = 50;

/** Pages of the log, newest first. */
export function useAudit(search: AuditSearch) {
  const { operator } = useMe();
  // Operators who name no account see all, so that none is named here, whichever they act in.
  const header = operator ? { "Tokenry-Account": "" } : undefined;
  return useInfiniteQuery({
    queryKey: [...keys.audit, search],
    queryFn: async ({ signal, pageParam }) => {
      const query = { ...queryOf(search), limit: pageSize, cursor: pageParam };
      return unwrap(await api.GET("/audit", { params: { query, header }, signal })) as Schema["AuditList"];
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** What the server is asked for. Days are days where the reader is. */
export function queryOf({ action, actor, object, token, owner, since, until }: AuditSearch) {
  return {
    action,
    actor,
    object,
    token_id: token,
    account: owner,
    since: since && startOf(since, 0),
    until: until && startOf(until, 1),
  };
}

function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** Where a browser gets all that fulfils the filters, as a file with an entry on each line. */
export function exportAddress(search: AuditSearch): string {
  const query = new URLSearchParams({ format: "ndjson" });
  for (const [name, value] of Object.entries(queryOf(search))) if (value) query.set(name, value);
  return `${apiBase}/audit?${query}`;
}
