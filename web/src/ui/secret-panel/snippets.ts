import type { Schema } from "@/api/client";

/** A route to show as an example of a call. */
export type Route = Schema["Route"];

/** What the snippets need to know of a token: nothing secret. */
export interface Holder {
  id: string;
  name: string;
}

/** The route of a token that is best to show, with the token's own values. */
export function exampleFor(
  catalog: Schema["Catalog"] | undefined,
  token: Pick<Schema["Token"], "id" | "account_id" | "scopes">,
): Route | undefined {
  const scopes = catalog?.categories.flatMap((category) => category.scopes) ?? [];
  const routes = scopes.filter(({ id }) => token.scopes.includes(id)).flatMap((scope) => scope.routes);
  return exampleRoute(routes.map((route) => filledIn(route, catalog?.bind, token)));
}

/** A route with those parameters filled in that must be a fact of the token. */
export function filledIn(
  route: Route,
  bind: Schema["Catalog"]["bind"],
  token: { id: string; account_id: string },
): Route {
  const facts: Record<string, string> = { token_id: token.id, account_id: token.account_id };
  const path = route.path.replace(/\{(\w+)\}/g, (whole, name: string) => facts[bind?.[name] ?? ""] ?? whole);
  return { ...route, path };
}

/** The names of the variables that the `.env` file sets and the snippets read. */
export const variables = { secret: "API_TOKEN", id: "API_TOKEN_ID" };

const anyRoute: Route = { method: "GET", path: "/" };
const host = "https://api.example.com";

/** A file for programs that read their settings from the environment. */
export function envFile(holder: Holder, secret: string): string {
  const name = holder.name.replace(/\s+/g, " ");
  return `# ${name}\n${variables.id}=${holder.id}\n${variables.secret}=${secret}\n`;
}

/** A file name made of the token's name: `nightly-report-export.env`. */
export function envFileName(holder: Holder): string {
  const words = holder.name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.join("-").slice(0, 60) || "token"}.env`;
}

export function curl(route: Route | undefined, fileName: string): string {
  const { method, path } = route ?? anyRoute;
  return [
    `set -a; . ./${quoted(fileName)}; set +a`,
    "",
    `curl --globoff${flag(method)} "${host}${path}" \\`,
    `  --header "Authorization: Bearer $${variables.secret}"`,
  ].join("\n");
}

export function curlBasic(route: Route | undefined, fileName: string): string {
  const { method, path } = route ?? anyRoute;
  return [
    `set -a; . ./${quoted(fileName)}; set +a`,
    "",
    `curl --globoff${flag(method)} "${host}${path}" \\`,
    `  --user "$${variables.id}:$${variables.secret}"`,
  ].join("\n");
}

export function go(route: Route | undefined): string {
  const { method, path } = route ?? anyRoute;
  return `package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequest("${method}", "${host}${path}", nil)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("${variables.secret}"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	fmt.Println(res.Status)
}
`;
}

/** The best route to show: one that reads, without parameters if there is such a one. */
export function exampleRoute(routes: Route[]): Route | undefined {
  const reading = routes.filter((route) => route.method === "GET");
  const open = (route: Route) => route.path.split("{").length;
  return [...(reading.length > 0 ? reading : routes)].sort((a, b) => open(a) - open(b))[0];
}

function flag(method: string): string {
  return method === "GET" ? "" : ` --request ${method}`;
}

function quoted(fileName: string): string {
  return /^[\w.-]+$/.test(fileName) ? fileName : `'${fileName}'`;
}
