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
    if (!(error instanceof ApiError)) return;
    if (error.status === 0) become("offline");
    else if (error.status === 502 || error.status === 503) become("unavailable");
    else become("ok");
  },
};

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
