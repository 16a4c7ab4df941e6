import createClient, { type Middleware } from "openapi-fetch";
import { actingAccount } from "./account";
import { apiBase } from "./base";
import { ApiError, errorOf, offline } from "./error";
import type { components, paths } from "./schema.gen";

export { ApiError, type FieldError } from "./error";

/** The types of the contract by name: `Schema["Token"]`. */
export type Schema = components["schemas"];

/** Who calls. The server wants an account named by operators, and refuses the header of all others. */
export const caller: { operator: boolean; home: string | null } = { operator: false, home: null };

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", document.documentElement.lang);
    const account = actingAccount.get() ?? caller.home;
    if (caller.operator && account && !request.headers.has("Tokenry-Account")) {
      request.headers.set("Tokenry-Account", account);
    }
    return request;
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? error : offline();
  },
};

/** Calls the API with the session's cookie. Give its answers to `unwrap`. */
export const api = createClient<paths>({
  baseUrl: apiBase,
  fetch: (request) => globalThis.fetch(request),
  querySerializer: { array: { style: "form", explode: false } }, // as the contract writes its lists
});
api.use(headers);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Gives what a successful call brought, and throws an ApiError for any other. */
export function unwrap<T>({ data, error, response }: Answer<T>): T {
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}

/** Like unwrap, with the ETag to send as If-Match. */
export function unwrapWithETag<T>(answer: Answer<T>): { data: T; etag: string | undefined } {
  return { data: unwrap(answer), etag: answer.response.headers.get("ETag") ?? undefined };
}

/** Whether the error is an ApiError with that code. */
export function isCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code;
}
