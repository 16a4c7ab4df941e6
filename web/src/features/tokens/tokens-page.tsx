import { Button, Group, Stack } from "@mantine/core";
import { getRouteApi, Link, useRouter, useRouterState } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { BulkBar } from "./bulk-bar";
import { Filters } from "./filters";
import { NoMatch, NoTokens } from "./no-tokens";
import { Pager } from "./pager";
import { countFilters, type TokensSearch } from "./search";
import { TokenList } from "./token-list";
import { useSelection } from "./use-selection";
import { useTokens } from "./use-tokens";
import { useView, ViewSwitch } from "./view-switch";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Where the pages before this one begin, for the way back; null for the first. */
    pagesBefore?: (string | null)[];
  }
}

const route = getRouteApi("/shell/tokens");

export function TokensPage() {
  const { t } = useTranslation("tokens");
  const { can } = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [view, setView] = useView();
  const tokens = useTokens(search);
  const items = tokens.data?.items ?? [];
  const selection = useSelection(items);
  const top = useTop(tokens.isPlaceholderData ? undefined : (search.cursor ?? ""));
  const filtered = countFilters(search) > 0;

  const change = (next: Partial<TokensSearch>) =>
    navigate({ search: (old) => ({ ...old, cursor: undefined, ...next }), replace: "q" in next });
  const clear = () => navigate({ search: ({ sort }) => ({ sort }) });

  const none = tokens.data !== undefined && items.length === 0;
  const empty = none && !filtered && search.cursor === undefined;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} actions={can.write && <CreateButton />} />
      {empty ? (
        <NoTokens />
      ) : (
        <Stack gap="md">
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <Filters search={search} onChange={change} onClear={clear} />
            <ViewSwitch value={view} onChange={setView} />
          </Group>
          {tokens.error && <ErrorAlert error={tokens.error} onRetry={() => tokens.refetch()} />}
          <BulkBar selection={selection} onEnd={() => top.current?.focus({ preventScroll: true })} />
          {none ? (
            <NoMatch onClear={filtered ? clear : undefined} />
          ) : (
            <TokenList
              top={top}
              tokens={items}
              loading={tokens.isPending}
              stale={tokens.isPlaceholderData}
              view={view}
              sort={search.sort ?? "-created_at"}
              onSort={(sort) => change({ sort })}
              selection={can.write ? selection : undefined}
            />
          )}
          <Pages next={tokens.isPlaceholderData ? undefined : tokens.data?.next_cursor} count={items.length} />
        </Stack>
      )}
    </>
  );
}

function CreateButton() {
  const { t } = useTranslation("tokens");
  return (
    <Button component={Link} to="/tokens/new" leftSection={<Plus size={17} aria-hidden />}>
      {t("create")}
    </Button>
  );
}

/** The way to the next page, and back by what the browser's history knows. */
function Pages({ next, count }: { next: string | null | undefined; count: number }) {
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const before = useRouterState({ select: (state) => state.location.state.pagesBefore }) ?? [];
  const router = useRouter();
  const to = (target: string | null, pagesBefore: (string | null)[]) =>
    navigate({
      search: (old) => ({ ...old, cursor: target ?? undefined }),
      state: { pagesBefore },
      resetScroll: false,
    });
  return (
    <Pager
      page={cursor === undefined ? 1 : before.length > 0 ? before.length + 1 : undefined}
      count={count}
      onFirst={cursor === undefined ? undefined : () => to(null, [])}
      onPrevious={before.length > 0 ? () => router.history.back() : undefined}
      onNext={next ? () => to(next, [...before, cursor ?? null]) : undefined}
    />
  );
}

/**
 * Leads to the top of the list, eye and focus, when another page has come; until then, while `begin` is undefined,
 * all stays where it is.
 */
function useTop(begin: string | undefined) {
  const top = useRef<HTMLDivElement>(null);
  const shown = useRef(begin);
  useEffect(() => {
    if (begin === undefined || begin === shown.current) return;
    const first = shown.current === undefined;
    shown.current = begin;
    if (first) return;
    // Who types into a filter goes on with that.
    const { activeElement: at } = document;
    if (at === document.body || at?.closest("nav")) top.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [begin]);
  return top;
}
