import { useSyncExternalStore } from "react";
import { ApiError } from "@/api/client";

export type Connection = "ok" | "offline" | "unavailable";

let state: Connection = "ok";
const listeners = new Set<() => void>();

function become(next: Connection) {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Whether the server answers, as far as the calls made have shown. */
export const connection = {
  ok: () => become("ok"),
  /** Takes note of why a call failed. */
  report(error: unknown) {
    if (error instanceof ApiError) become(connectionAfter(error));
  },
};

/** What a failed call says of the server: most failures are answers, too. */
export function connectionAfter({ status }: ApiError): Connection {
  if (status === 0) return "offline";
  return status === 502 || status === 503 ? "unavailable" : "ok";
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => state,
  );
}
