import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import type { Bucket, Code } from "./counts";
import { useOutcomeText } from "./outcomes";

interface Props {
  buckets: Bucket[];
  codes: Code[];
  timeText: (at: number) => string;
}

const colors: Record<Code, string> = {
  ok: "pine.6",
  insufficient_scope: "orange.6",
  disabled: "gray.5",
  expired: "yellow.6",
  revoked: "red.8",
  ip_denied: "grape.6",
  rotated: "indigo.5",
  account_disabled: "gray.7",
  version_retired: "pink.6",
  version_mismatch: "pink.4",
  no_such_route: "cyan.6",
  path_denied: "blue.6",
  rate_limited: "lime.7",
  quota_exceeded: "lime.5",
  malformed: "red.4",
  unknown: "red.6",
};

/** Calls by time and outcome. It is a picture: the same is said beside it in words and as a table. */
export default function UsageChart({ buckets, codes, timeText }: Props) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const outcome = useOutcomeText();
  return (
    <div role="img" aria-label={t("usage.chart")}>
      <BarChart
        h={260}
        data={buckets.map(({ start, byCode }) => ({ time: timeText(start), ...byCode }))}
        dataKey="time"
        type="stacked"
        series={codes.map((code) => ({ name: code, label: outcome(code), color: colors[code] }))}
        valueFormatter={(value) => format.number(value)}
        withLegend={codes.length > 1}
        legendProps={{ verticalAlign: "bottom", itemSorter: null }}
        tickLine="none"
        maxBarWidth={40}
        xAxisProps={{ minTickGap: 28, interval: "equidistantPreserveStart" }}
        yAxisProps={{ allowDecimals: false, width: 44, tickFormatter: (value: number) => format.short(value) }}
        barProps={{ isAnimationActive: false }}
        tooltipAnimationDuration={0}
        barChartProps={{ accessibilityLayer: false, margin: { left: 0, right: 4 } }}
      />
    </div>
  );
}
