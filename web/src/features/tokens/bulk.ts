import { ApiError, api, type Schema, unwrap } from "@/api/client";

type Token = Schema["Token"];

export type BulkAction = "disable" | "revoke" | "contact";

export interface BulkOrder {
  action: BulkAction;
  /** Why, for a revocation. */
  reason?: string;
  /** The id of the new primary contact. */
  contact?: string;
}

export interface BulkResult {
  token: Token;
  /** Undefined if it was done. */
  error?: unknown;
}

const atOnce = 4;
/** How often a call is made whose server is away. One that is busy says how long, and is waited for. */
const patience = 5;

/** Whether there is anything to do for a token. */
export function concerns({ action, contact }: BulkOrder, token: Token): boolean {
  switch (action) {
    case "disable":
      return token.status === "active";
    case "revoke":
      return token.status !== "revoked";
    case "contact":
      return token.status !== "revoked" && token.contacts.primary !== contact;
  }
}

/**
 * Does the same with many tokens, a few at a time. A server that is busy is given the time it asks for. After `signal`
 * is aborted no other token is begun.
 */
export async function runBulk(
  tokens: Token[],
  order: BulkOrder,
  onResult: (result: BulkResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...tokens];
  const work = async () => {
    for (let token = waiting.shift(); token && !signal.aborted; token = waiting.shift()) {
      onResult({ token, error: await attempt(token, order, signal) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Gives what it failed with, if it failed. */
async function attempt(token: Token, order: BulkOrder, signal: AbortSignal): Promise<unknown> {
  for (let away = 0; ; ) {
    try {
      await change(token.id, order);
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passes || signal.aborted) return error;
      if (error.status !== 429 && ++away === patience) return error;
      await pause((error.retryAfter ?? 2 ** away) * 1000, signal);
      if (signal.aborted) return error;
    }
  }
}

async function change(id: string, order: BulkOrder): Promise<void> {
  const params = { path: { id } };
  switch (order.action) {
    case "disable":
      unwrap(await api.POST("/tokens/{id}/disable", { params }));
      return;
    case "revoke":
      unwrap(await api.POST("/tokens/{id}/revoke", { params, body: { reason: order.reason } }));
      return;
    case "contact":
      unwrap(await api.PATCH("/tokens/{id}", { params, body: { contacts: { primary: order.contact } } }));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
