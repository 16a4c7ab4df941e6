import { apiBase } from "./base";
import { api, unwrap } from "./client";

/** Where to send the browser so that it comes back, signed in, to a page of the console such as "/tokens". */
export function loginAddress(returnTo: string): string {
  return `${apiBase}/auth/login?${new URLSearchParams({ return_to: `/console${returnTo}` })}`;
}

/** Signs in with the code of a one-time link. */
export async function signInWithCode(code: string): Promise<void> {
  unwrap(await api.POST("/auth/link", { body: { code } }));
}

/** Ends the session. Gives the address at which the identity provider ends its own, if it has one. */
export async function signOut(): Promise<string | null> {
  return unwrap(await api.POST("/auth/logout")).redirect;
}
