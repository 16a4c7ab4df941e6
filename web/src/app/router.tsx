import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import * as z from "zod/mini";
import { actingAccount } from "@/api/account";
import { consolePath } from "@/api/base";
import { ApiError } from "@/api/client";
import { configQuery } from "@/api/config";
import { meQuery } from "@/api/me";
import { accountSearch, accountsSearch } from "@/features/accounts/search";
import { auditSearch } from "@/features/audit/search";
import { campaignSearch } from "@/features/campaigns/search";
import { catalogSearch } from "@/features/catalog/search";
import { changelogSearch } from "@/features/changelog/search";
import { createSearch } from "@/features/create/search";
import { noticesSearch } from "@/features/notices/search";
import { signInSearch } from "@/features/signin/search";
import { tokenSearch } from "@/features/token/search";
import { tokensSearch } from "@/features/tokens/search";
import { webhookSearch } from "@/features/webhooks/search";
import { Crash } from "./crash";
import { NotFound } from "./not-found";
import { PagePending } from "./page-pending";
import { parseSearch, stringifySearch } from "./search";
import { Shell } from "./shell";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  // On every link: the account in which an operator is to act.
  validateSearch: z.object({ account: z.catch(z.optional(z.string()), undefined) }),
  beforeLoad: ({ search }) => {
    if (!search.account) return;
    actingAccount.set(search.account);
    throw redirect({ to: ".", search: (old) => ({ ...old, account: undefined }), replace: true });
  },
  component: Outlet,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: signInSearch,
  loader: ({ context }) => context.queryClient.ensureQueryData(configQuery),
  component: lazyRouteComponent(() => import("@/features/signin/sign-in-page"), "SignInPage"),
});

/** What only the signed-in see: its routes' ids begin with /shell, as in getRouteApi("/shell/tokens"). */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    try {
      await Promise.all([
        context.queryClient.ensureQueryData(meQuery),
        context.queryClient.ensureQueryData(configQuery),
      ]);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw redirect({ to: "/sign-in", search: { return_to: location.href } });
    }
  },
  component: Shell,
});

const index = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/tokens", replace: true });
  },
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: "/tokens",
  validateSearch: tokensSearch,
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/tokens/tokens-page"), "TokensPage"),
});

const create = createRoute({
  getParentRoute: () => shell,
  path: "/tokens/new",
  validateSearch: createSearch,
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/create/create-page"), "CreatePage"),
});

const token = createRoute({
  getParentRoute: () => shell,
  path: "/tokens/$tokenId",
  validateSearch: tokenSearch,
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/token/token-page"), "TokenPage"),
});

const accounts = createRoute({
  getParentRoute: () => shell,
  path: "/accounts",
  validateSearch: accountsSearch,
  component: lazyRouteComponent(() => import("@/features/accounts/accounts-page"), "AccountsPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId",
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import("@/features/accounts/account-page"), "AccountPage"),
});

const catalog = createRoute({
  getParentRoute: () => shell,
  path: "/catalog",
  validateSearch: catalogSearch,
  component: lazyRouteComponent(() => import("@/features/catalog/catalog-page"), "CatalogPage"),
});

const changelog = createRoute({
  getParentRoute: () => shell,
  path: "/changelog",
  validateSearch: changelogSearch,
  component: lazyRouteComponent(() => import("@/features/changelog/changelog-page"), "ChangelogPage"),
});

const campaign = createRoute({
  getParentRoute: () => shell,
  path: "/versions/$version",
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import("@/features/campaigns/campaign-page"), "CampaignPage"),
});

const notices = createRoute({
  getParentRoute: () => shell,
  path: "/notices",
  validateSearch: noticesSearch,
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/notices/notices-page"), "NoticesPage"),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: "/webhooks",
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/webhooks/webhooks-page"), "WebhooksPage"),
});

const webhook = createRoute({
  getParentRoute: () => shell,
  path: "/webhooks/$webhookId",
  validateSearch: webhookSearch,
  staticData: { needsAccount: true },
  component: lazyRouteComponent(() => import("@/features/webhooks/webhook-page"), "WebhookPage"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("@/features/audit/audit-page"), "AuditPage"),
});

const nodes = createRoute({
  getParentRoute: () => shell,
  path: "/nodes",
  component: lazyRouteComponent(() => import("@/features/nodes/nodes-page"), "NodesPage"),
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    index,
    tokens,
    create,
    token,
    accounts,
    account,
    catalog,
    changelog,
    campaign,
    notices,
    webhooks,
    webhook,
    audit,
    nodes,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    basepath: consolePath,
    parseSearch,
    stringifySearch,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0, // the query cache decides what is stale
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: PagePending,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface StaticDataRouteOption {
    /** Whether the page shows what belongs to one account. */
    needsAccount?: boolean;
  }
}
