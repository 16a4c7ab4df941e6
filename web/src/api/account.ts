import { useSyncExternalStore } from "react";

const key = "tokenry.account";
const listeners = new Set<() => void>();
// Each tab keeps its own account; a new tab begins with the one chosen last.
let chosen = read(sessionStorage) ?? read(localStorage);

function read(storage: Storage): string | undefined {
  return storage.getItem(key) ?? undefined;
}

/** The account that an operator has chosen to act in. */
export const actingAccount = {
  get: () => chosen,
  set(id: string | undefined) {
    if (id === chosen) return;
    chosen = id;
    for (const storage of [sessionStorage, localStorage]) {
      if (id) storage.setItem(key, id);
      else storage.removeItem(key);
    }
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

export function useActingAccount(): string | undefined {
  return useSyncExternalStore(actingAccount.subscribe, actingAccount.get);
}
