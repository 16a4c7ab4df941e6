import { Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { Surface } from "@/ui/surface";
import { useFormat } from "@/ui/use-format";
import { DatabaseCard } from "./database-card";
import { NodeItem } from "./node-item";
import classes from "./nodes.module.css";
import { useNodes } from "./use-nodes";

export function NodesPage() {
  const { t } = useTranslation("admin");
  const format = useFormat();
  const nodes = useNodes();
  const list = nodes.data;
  return (
    <>
      <PageHeader title={t("nodes.title")} description={t("nodes.description")} />
      <Stack gap="lg">
        {nodes.error && <ErrorAlert error={nodes.error} onRetry={() => nodes.refetch()} />}
        {nodes.isPending && <Skeleton h={160} role="status" aria-busy aria-label={t("nodes.loading")} />}
        {list && (
          <>
            <Stack gap="xs" component="section" aria-labelledby="servers">
              <Group justify="space-between">
                <Title order={2} size="h3" id="servers">
                  {t("nodes.count", { count: list.items.length })}
                </Title>
                <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
                  {t("nodes.sequence", { number: format.number(list.sequence) })}
                </Text>
              </Group>
              <Surface>
                <ul className={classes.list}>
                  {list.items.map((node) => (
                    <NodeItem key={node.id} node={node} now={list.now} />
                  ))}
                </ul>
              </Surface>
              <Text size="xs" c="dimmed">
                {t("nodes.refreshes")}
              </Text>
            </Stack>
            <DatabaseCard database={list.database} />
          </>
        )}
      </Stack>
    </>
  );
}
