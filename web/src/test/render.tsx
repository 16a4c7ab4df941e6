import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type ReactElement, Suspense } from "react";
import { vi } from "vitest";
import type { Schema } from "@/api/client";
import { keys } from "@/api/keys";
import { parseSearch, stringifySearch } from "@/app/search";
import { cssVariables, theme } from "@/app/theme";

/** An admin of the account "acme", who may do everything there. */
export const ada: Schema["Whoami"] = {
  kind: "member",
  account_id: "acme",
  token_id: null,
  member_id: "ada",
  account: { id: "acme", type: "partner", name: "Acme" },
  member: { id: "ada", name: "Ada Lovelace", email: "ada@example.com", language: "en" },
  name: "Ada Lovelace",
  role: "admin",
  scopes: [],
  operator: false,
  secret_state: null,
  expires_at: null,
  may: [
    "getWhoami",
    "getCatalog",
    "listContacts",
    "listTokens",
    "getToken",
    "getUpgrade",
    "listTokenHistory",
    "getTokenUsage",
    "createToken",
    "updateToken",
    "deleteToken",
    "rotateToken",
    "disableToken",
    "enableToken",
    "revokeToken",
    "duplicateToken",
    "getAccount",
    "updateAccount",
    "listMembers",
    "createMember",
    "getMember",
    "updateMember",
    "listAudit",
    "listResponsibilities",
    "reassignTokens",
    "listLeavers",
  ],
};

interface Options {
  /** Who is signed in. */
  me?: Schema["Whoami"];
  /** The route's id as getRouteApi knows it, such as "/shell/tokens", and the address: for what reads them. */
  route?: string;
  path?: string;
  /** What the route makes of what the address asks for. */
  validateSearch?: (search: Record<string, unknown>) => Record<string, unknown>;
}

/** Renders a component within all that it stands on, signed in as Ada unless told otherwise. */
export async function renderUI(
  ui: ReactElement,
  { me = ada, route = "/shell/", path = "/", validateSearch }: Options = {},
) {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY }, mutations: { retry: false } },
  });
  queryClient.setQueryData(keys.me, me);
  const router = routerOf(ui, route, path, validateSearch);
  const view = render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={queryClient}>
        <Notifications />
        <Suspense>
          <RouterProvider router={router as never} />
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await vi.waitFor(() => {
    if (router.state.status === "pending") throw new Error("The page is not there yet.");
  });
  return { ...view, user: userEvent.setup(), queryClient, router };
}

function routerOf(
  ui: ReactElement,
  route: string,
  path: string,
  validateSearch: Options["validateSearch"] = (search) => search,
) {
  const root = createRootRoute();
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const page = createRoute({
    getParentRoute: () => (route.startsWith("/shell") ? shell : root) as typeof root,
    path: route.replace("/shell", ""),
    validateSearch: (search: Record<string, unknown> & SearchSchemaInput) => validateSearch(search),
    component: () => ui,
  });
  const elsewhere = createRoute({ getParentRoute: () => root, path: "$", component: () => null });
  const routeTree = route.startsWith("/shell")
    ? root.addChildren([shell.addChildren([page]), elsewhere])
    : root.addChildren([page, elsewhere]);
  return createRouter({
    routeTree: routeTree as typeof root,
    parseSearch,
    stringifySearch,
    history: createMemoryHistory({ initialEntries: [path] }),
  });
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };
type Handler = (request: Request) => Answer | Promise<Answer>;

/**
 * Answers the component's calls in the server's place. The handlers' names are "GET /tokens"; the requests made are in
 * what is given back.
 */
export function answer(handlers: Record<string, Answer | Handler>): Request[] {
  const seen: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    seen.push(request.clone());
    const name = `${request.method} ${new URL(request.url).pathname}`;
    const handler = handlers[name];
    if (!handler) throw new Error(`Unexpected call: ${name}.`);
    const { status = 200, body, headers } = typeof handler === "function" ? await handler(request) : handler;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json", ...headers },
    });
  });
  return seen;
}
