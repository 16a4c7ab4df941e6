import { apiBase, consolePath } from "./base";
import { errorOf, offline } from "./error";

/** Where to send the browser so that it comes back, signed in, to a page of the console. */
export function loginAddress(returnTo: string): string {
  return `${apiBase}/auth/login?${new URLSearchParams({ return_to: `${consolePath}${returnTo}` })}`;
}

/** Signs in with the code of a one-time link. */
export async function signInWithCode(code: string): Promise<void> {
  await post("/auth/link", { code });
}

/** Ends the session. Gives the address at which the identity provider ends its own, if it has one. */
export async function signOut(): Promise<string | null> {
  const response = await post("/auth/logout");
  return response.status === 204 ? null : ((await response.json()) as { redirect: string | null }).redirect;
}

async function post(path: string, body?: object): Promise<Response> {
  const response = await fetch(apiBase + path, {
    method: "POST",
    headers: body && { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  }).catch(() => {
    throw offline();
  });
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
  return response;
}
