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
import { cssVariables, theme } from "@/app/theme";

/** An admin of the account "acme", who may do everything there. */
export const ada: Schema["Whoami"] = {
  kind: "member",
  account_id: "acme",
  token_id: null,
  member_id: "ada",
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
  ],
} as Schema["Whoami"];

interface Options {
  /** Who is signed in. */
  me?: Schema["Whoami"];
  /** The route's id as getRouteApi knows it, and the address, for components that read them. */
  route?: string;
  path?: string;
}

/** Renders a component within all that it stands on, signed in as Ada unless told otherwise. */
export async function renderUI(ui: ReactElement, { me = ada, route, path = "/" }: Options = {}) {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY }, mutations: { retry: false } },
  });
  queryClient.setQueryData(keys.me, me);
  const router = routerOf(ui, route, path);
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

function routerOf(ui: ReactElement, route: string | undefined, path: string) {
  const root = createRootRoute();
  const any = (search: Record<string, unknown> & SearchSchemaInput) => search;
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const children = [
    createRoute({
      getParentRoute: () => shell,
      path: route?.replace("/shell", "") ?? "$",
      validateSearch: any,
      component: () => ui,
    }),
    ...(route ? [createRoute({ getParentRoute: () => shell, path: "$", component: () => null })] : []),
    ...(route
      ? []
      : [createRoute({ getParentRoute: () => shell, path: "/", validateSearch: any, component: () => ui })]),
  ];
  return createRouter({
    routeTree: root.addChildren([shell.addChildren(children)]),
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
