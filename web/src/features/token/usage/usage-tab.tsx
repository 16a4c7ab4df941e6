import { Group, Loader, NativeSelect, SegmentedControl, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { useFormat } from "@/ui/use-format";
import { Section } from "../facts";
import { type Period, periods } from "../search";
import type { Token } from "../use-token";
import { bucketsOf, codesOf } from "./counts";
import { CountsTable } from "./counts-table";
import { Figures } from "./figures";
import { CallerSums, ScopeSums } from "./sums";
import { UnusedScopes } from "./unused-scopes";
import { useTimeText } from "./use-time-text";
import { useUsage } from "./use-usage";

const UsageChart = lazy(() => import("./usage-chart"));
const route = getRouteApi("/shell/tokens/$tokenId");

interface Props {
  token: Token;
  editable: boolean;
  /** Called with scopes that the token could do without. */
  onNarrow: (scopes: string[]) => void;
}

/** How the token was used: when, for what, by whom, and what it does not need. */
export function UsageTab({ token, editable, onNarrow }: Props) {
  const { t } = useTranslation("token");
  const { period = "30d" } = route.useSearch();
  const navigate = route.useNavigate();
  const usage = useUsage(token.id, period);
  const choose = (next: string) =>
    navigate({ search: (old) => ({ ...old, period: next === "30d" ? undefined : (next as Period) }), replace: true });
  const choices = periods.map((value) => ({ value, label: t(`period.${value}`) }));
  return (
    <Stack>
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          visibleFrom="sm"
          aria-label={t("period.label")}
          data={choices}
          value={period}
          onChange={choose}
        />
        <NativeSelect
          hiddenFrom="sm"
          aria-label={t("period.label")}
          data={choices}
          value={period}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        {usage.isFetching && <Loader size="xs" aria-label={t("loading")} />}
      </Group>
      {usage.error && <ErrorAlert error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && !usage.error && <Skeleton h={320} />}
      {usage.data && usage.data.total === 0 && <NoUsage usage={usage.data} />}
      {usage.data && usage.data.total > 0 && (
        <>
          <Figures usage={usage.data} />
          <ByTime usage={usage.data} />
          <UnusedScopes token={token} usage={usage.data} editable={editable} onNarrow={onNarrow} />
          <ScopeSums token={token} usage={usage.data} />
          <CallerSums token={token} usage={usage.data} />
        </>
      )}
    </Stack>
  );
}

function ByTime({ usage }: { usage: Schema["TokenUsage"] }) {
  const { t } = useTranslation("token");
  const timeText = useTimeText(usage.resolution);
  const buckets = useMemo(() => bucketsOf(usage), [usage]);
  const codes = useMemo(() => codesOf(buckets), [buckets]);
  return (
    <Section title={t(`usage.by.${usage.resolution}`)}>
      <Suspense fallback={<Skeleton h={260} />}>
        <UsageChart buckets={buckets} codes={codes} timeText={timeText} />
      </Suspense>
      <CountsTable buckets={buckets} codes={codes} timeText={timeText} label={t(`usage.by.${usage.resolution}`)} />
      {usage.resolution !== "hour" && (
        <Text size="xs" c="dimmed" mt="xs">
          {t("usage.utc")}
        </Text>
      )}
    </Section>
  );
}

function NoUsage({ usage }: { usage: Schema["TokenUsage"] }) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const last = usage.last_used_at;
  return (
    <EmptyState icon={ChartColumn} title={t("usage.none")}>
      {last ? t("usage.noneSince", { time: format.time(last) }) : t("usage.never")}
      <VisuallyHidden role="status">{t("usage.none")}</VisuallyHidden>
    </EmptyState>
  );
}
