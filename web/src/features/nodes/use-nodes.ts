import { useQuery } from "@tanstack/react-query";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";

const every = 3000;

export type Nodes = Schema["NodeList"] & {
  /** The clock of the server that answered, in milliseconds. */
  now: number;
};

/** The servers, asked for again every few seconds while somebody looks. */
export function useNodes() {
  return useQuery({
    queryKey: keys.nodes,
    queryFn: async ({ signal }): Promise<Nodes> => {
      const answer = await api.GET("/nodes", { signal });
      const list = unwrap(answer);
      return { ...list, now: Date.parse(answer.response.headers.get("Date") ?? "") || Date.now() };
    },
    refetchInterval: every,
    staleTime: 0,
  });
}

/** What the server that answers can say of itself and its database without asking it anew. */
export function useReadiness() {
  return useQuery({
    queryKey: [...keys.nodes, "readiness"],
    queryFn: async ({ signal }): Promise<Schema["Readiness"]> => {
      const answer = await api.GET("/readyz", { signal });
      const readiness = answer.data ?? (answer.error as Schema["Readiness"] | undefined);
      return readiness?.lease ? readiness : unwrap(answer);
    },
    refetchInterval: every,
    staleTime: 0,
  });
}

export type LeaseState = "held" | "late" | "ended";

/** Whether a node is well, judged by when it renewed its lease. Clocks may be a little apart. */
export function leaseOf(node: Schema["Node"], now: number): LeaseState {
  if (node.self) return "held";
  const age = (now - Date.parse(node.renewed_at)) / 1000;
  if (age > node.lease_seconds) return "ended";
  return age > Math.max(node.lease_seconds / 2, 3) ? "late" : "held";
}
