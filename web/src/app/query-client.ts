import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/client";
import { connection } from "./connection";

/** Makes the cache of the server's answers. `onSignedOut` is told when the session turns out to have ended. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    connection.report(error);
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: () => connection.ok() }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: "always", // the server may be on this machine, which may have no network
        staleTime: 10_000,
        retry: (failures, error) => error instanceof ApiError && error.passes && failures < 2,
        retryDelay: (failures, error) =>
          error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : 500 * 2 ** failures,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
