import { useSyncExternalStore } from "react";

// Who holds something typed that leaving the page would lose, and whether the session ended meanwhile.
const holders = new Set<symbol>();
const listeners = new Set<() => void>();
let ended = false;

function setEnded(value: boolean) {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
}

/** What is typed and not yet saved, over the end of a session. */
export const unsaved = {
  /** Announces unsaved work, until the function it gives is called. */
  hold(): () => void {
    const holder = Symbol();
    holders.add(holder);
    return () => {
      holders.delete(holder);
      if (holders.size === 0) setEnded(false);
    };
  },
  /**
   * Takes the end of the session upon itself, if something is unsaved: the page stays, and asks for another sign-in.
   * Gives whether it does.
   */
  sessionEnded(): boolean {
    if (holders.size === 0) return false;
    setEnded(true);
    return true;
  },
  sessionBack: () => setEnded(false),
};

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => ended,
  );
}
