import { useSyncExternalStore } from "react";

// Who holds something typed that leaving the page would lose, and whether the session ended meanwhile.
const holders = new Set<symbol>();
const listeners = new Set<() => void>();
let ended = false;
// What is to be done if the unsaved work may be lost.
let asked: (() => void) | undefined;
let released = false;

function setEnded(value: boolean) {
  if (ended === value) return;
  ended = value;
  tell();
}

function setAsked(value: (() => void) | undefined) {
  if (asked === value) return;
  asked = value;
  tell();
}

function tell() {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** What is typed and not yet saved, over the end of a session. */
export const unsaved = {
  /** Announces unsaved work, until the function it gives is called. */
  hold(): () => void {
    const holder = Symbol();
    holders.add(holder);
    return () => {
      holders.delete(holder);
      if (holders.size > 0) return;
      setEnded(false);
      setAsked(undefined);
    };
  },
  /** Does something by which unsaved work is lost, once whoever has some has agreed; at once if there is none. */
  ask(then: () => void) {
    if (holders.size === 0) then();
    else setAsked(then);
  },
  /** Says whether what was asked about may be done. */
  answer(yes: boolean) {
    const then = asked;
    setAsked(undefined);
    if (yes) then?.();
  },
  /** Has the browser not ask again before it leaves the console. */
  release() {
    released = true;
  },
  released: () => released,
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
  return useSyncExternalStore(subscribe, () => ended);
}

/** Whether something waits for an answer. */
export function useAsked(): boolean {
  return useSyncExternalStore(subscribe, () => asked !== undefined);
}
