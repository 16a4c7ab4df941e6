import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { errorOf, offline } from "./error";
import { keys } from "./keys";

/** What the server tells the console before anybody has signed in. */
export interface Config {
  sign_in: { oidc: boolean; link: boolean };
  /** Guides of the company, or empty. */
  help_url: string;
  /** The API's address for programs. */
  public_url: string;
  secret_prefix: string;
  version: string;
}

export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: async ({ signal }): Promise<Config> => {
    const response = await fetch(new URL("config.json", document.baseURI), { signal }).catch(() => {
      throw offline();
    });
    if (!response.ok) throw errorOf(response, undefined);
    return response.json();
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The server's settings that the console needs. */
export function useConfig(): Config {
  return useSuspenseQuery(configQuery).data;
}
