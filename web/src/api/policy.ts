import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

/** What the account acted in asks of its tokens. */
export function usePolicy() {
  return useQuery({
    queryKey: keys.policy,
    queryFn: async ({ signal }) => unwrap(await api.GET("/policy", { signal })),
  });
}
