import { useQuery } from "@tanstack/react-query";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import type { Token } from "../use-token";

const day = 86_400_000;
/** No replaced secret lives for longer. */
const longestGrace = 7 * day;

/** When the current secret was made; null if that is longer ago than the last entries of the history. */
export function useMadeAt(token: Token) {
  return useQuery({
    queryKey: [...keys.token(token.id), "made-at", token.generation],
    queryFn: async ({ signal }): Promise<string | null> => {
      const params = { path: { id: token.id }, query: { limit: 50 } };
      const { items } = unwrap(await api.GET("/tokens/{id}/history", { params, signal }));
      return items.find(({ action }) => action === "token.rotated")?.at ?? null;
    },
    enabled: token.generation > 1,
    initialData: token.generation > 1 ? undefined : token.created_at,
  });
}

/** How one secret of a token has been used. */
export interface SecretUse {
  calls: number;
  /** When the first hour began that is counted. */
  since: string;
  lastAt: string | null;
  lastIp: string | null;
  /** Who asked, the most first; null for those that were too many to be told apart. */
  callers: (string | null)[];
}

/** How each of a token's secrets was used since the moment, or within the longest grace. */
export function useSecretUse(token: Token, since: string | null | undefined) {
  return useQuery({
    queryKey: [...keys.token(token.id), "secret-use", since],
    queryFn: async ({ signal }) => {
      const earliest = Date.now() - longestGrace;
      const from = since && Date.parse(since) > earliest ? since : new Date(earliest).toISOString();
      const params = { path: { id: token.id }, query: { since: from, resolution: "hour" as const } };
      const usage = unwrap(await api.GET("/tokens/{id}/usage", { params, signal }));
      return { current: usedBy(usage, "current", from), previous: usedBy(usage, "previous", from) };
    },
    enabled: since !== undefined,
    refetchInterval: 30_000,
  });
}

/**
 * The use of one secret since a moment. Counts are of whole hours, so the first may hold some of the secret before: if
 * nothing is later than the moment, all of them are.
 */
function usedBy(usage: Schema["TokenUsage"], state: Schema["SecretState"], since: string): SecretUse {
  const rows = usage.secrets.filter((row) => row.secret_state === state);
  const last = [...rows].sort((a, b) => Date.parse(b.last_at) - Date.parse(a.last_at))[0];
  if (!last || Date.parse(last.last_at) < Date.parse(since))
    return { calls: 0, since: usage.since, lastAt: null, lastIp: null, callers: [] };
  const callers = usage.callers.filter((row) => row.secret_state === state).map(({ caller }) => caller);
  return {
    calls: rows.reduce((sum, { count }) => sum + count, 0),
    since: usage.since,
    lastAt: last.last_at,
    lastIp: last.last_ip,
    callers: [...new Set(callers)],
  };
}
