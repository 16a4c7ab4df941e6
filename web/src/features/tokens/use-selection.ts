import { useMemo, useRef, useState } from "react";
import type { Schema } from "@/api/client";

type Token = Schema["Token"];

export interface Selection {
  /** The selected tokens, on this page and on others. */
  tokens: Token[];
  has: (id: string) => boolean;
  /** Selects or drops a token; with `range`, all between it and the one touched last as well. */
  toggle: (token: Token, range: boolean) => void;
  /** Selects all of the page, or drops them if all are selected. */
  togglePage: () => void;
  page: "none" | "some" | "all";
  drop: (ids: string[]) => void;
  clear: () => void;
}

/** Which tokens are selected. What was selected on another page stays selected. */
export function useSelection(page: Token[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Token>>(new Map());
  const last = useRef<string>(undefined);
  return useMemo(() => {
    const set = (tokens: Token[], on: boolean) =>
      setChosen((old) => {
        const next = new Map(old);
        for (const token of tokens) {
          if (on) next.set(token.id, token);
          else next.delete(token.id);
        }
        return next;
      });
    const count = page.filter(({ id }) => chosen.has(id)).length;
    // A token that was changed since it was selected is shown, and acted on, as it is now.
    const current = new Map(page.map((token) => [token.id, token]));
    return {
      tokens: [...chosen.values()].map((token) => current.get(token.id) ?? token),
      has: (id) => chosen.has(id),
      toggle(token, range) {
        const [from, to] = [last.current, token.id].map((id) => page.findIndex((item) => item.id === id));
        const between = range && from !== undefined && from >= 0 && to !== undefined;
        last.current = token.id;
        set(between ? page.slice(Math.min(from, to), Math.max(from, to) + 1) : [token], !chosen.has(token.id));
      },
      togglePage: () => set(page, count < page.length),
      page: count === 0 ? "none" : count < page.length ? "some" : "all",
      drop: (ids) => setChosen((old) => new Map([...old].filter(([id]) => !ids.includes(id)))),
      clear: () => setChosen(new Map()),
    };
  }, [chosen, page]);
}
