import { Paper, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormat } from "@/ui/use-format";

const figures = ["tokens", "accounts", "used", "acknowledged"] as const;

/** How far the campaign has come. */
export function Totals({ totals }: { totals: Schema["CampaignTotals"] }) {
  const { t } = useTranslation("campaign");
  const format = useFormat();
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="sm" m={0}>
      {figures.map((figure) => (
        <Paper key={figure} withBorder p="sm" bg="var(--app-surface)">
          <Text component="dt" size="xs" c="dimmed">
            {t(`totals.${figure}`)}
          </Text>
          <Text component="dd" m={0} fz={22} fw={650} lh={1.3}>
            {format.number(totals[figure])}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
